"""The log of an invented bakery's ovens: days of timestamped entries, jobs that open and close, indented details."""

from __future__ import annotations

from datetime import datetime, timedelta

from tui_rnn.data.generators.dice import Dice

FIRST_DAY = datetime(2031, 4, 17, 5)
HOURS = timedelta(hours=4)  # how long the ovens are on each day
GOODS = ("bagels", "baguettes", "brioche", "crumpets", "muffins", "pretzels", "rolls", "rye bread", "scones", "sourdough")
DOORS = ("north", "south", "east", "west")
TROUBLES = (  # for both levels: WARN or ERROR at the head of the entry decides which details follow
    "burner went out",
    "door left open",
    "fan runs slow",
    "heat is uneven",
    "sensor gave no answer",
    "steam is low",
    "tray is stuck",
)
CALLS = ("bake.run", "belt.move", "burner.light", "door.close", "fan.spin", "heat.hold", "sensor.read", "steam.fill")


def text(size: int = 400_000, seed: int = 1) -> str:
    """Whole entries, at least `size` characters in all. Time never goes back within a day; a job ends with its own goods."""
    dice = Dice(seed)
    day, now, number, length = FIRST_DAY, FIRST_DAY, 100, 0
    running: list[tuple[int, str, datetime]] = []  # job number, goods, start
    entries: list[str] = []
    while length < size:
        if not entries or now >= day + HOURS:
            day += timedelta(days=1)
            now = day
            running.clear()
            entries.append(f"== {day:%Y-%m-%d} ==\n")
            length += len(entries[-1])
        now += timedelta(seconds=dice.between(1, 40))
        kind = dice.uniform()
        if len(running) < 3 and kind < 0.4:
            goods = dice.pick(GOODS)
            running.append((number, goods, now))
            entry = _line(now, "INFO", f"job {number} starts: {goods}")
            number += 1
        elif running and kind < 0.8:
            job, goods, start = running.pop(dice.below(len(running)))
            entry = _line(now, "INFO", f"job {job} is done: {goods}, {(now - start).seconds} s")
        elif kind < 0.9:
            degrees, wanted = dice.between(160, 270), dice.between(16, 27) * 10
            entry = _line(now, "WARN", dice.pick(TROUBLES)) + f"    door: {dice.pick(DOORS)}\n"
            entry += f"    heat: {degrees} C, wanted {wanted} C\n"
        else:
            entry = _line(now, "ERROR", dice.pick(TROUBLES))
            entry += "".join(f"    at {call}, line {dice.between(10, 99)}\n" for call in dice.sample(CALLS, dice.between(2, 4)))
        entries.append(entry)
        length += len(entry)
    return "".join(entries)


def _line(now: datetime, level: str, message: str) -> str:
    return f"{now:%H:%M:%S} {level:<5} {message}\n"
