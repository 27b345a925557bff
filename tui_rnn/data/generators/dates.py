"""Sequence to sequence: dates as people write them → ISO dates."""

from __future__ import annotations

from datetime import date, timedelta

from tui_rnn.data.generators.dice import Dice, table_of
from tui_rnn.data.generators.spelling import ordinal, year

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
FIRST, LAST = date(1700, 1, 1), date(2199, 12, 31)
FORMS = (
    "{day} {month} {year}",
    "{month} {day}, {year}",
    "{day} {short} {year}",
    "{weekday}, {day} {month} {year}",
    "{weekday}, {month} {day}, {year}",
    "the {nth} of {month} {year}",
    "{month} {nth}, {year}",
    "the {ordinal} of {month}, {year}",
    "the {ordinal} of {month}, {spoken}",
    "{month} the {ordinal}, {spoken}",
)


def text(count: int = 20_000, seed: int = 1) -> str:
    """A TSV with a header: source, target; `count` different sources, all dates from FIRST to LAST equally likely."""
    dice = Dice(seed)

    def pair() -> tuple[str, str]:
        day = FIRST + timedelta(days=dice.between(0, (LAST - FIRST).days))
        month = MONTHS[day.month - 1]
        source = dice.pick(FORMS).format(
            day=day.day,
            nth=f"{day.day}{_suffix(day.day)}",
            ordinal=ordinal(day.day),
            month=month,
            short=month[:3],
            weekday=WEEKDAYS[day.weekday()],
            year=day.year,
            spoken=year(day.year),
        )
        return source, day.isoformat()

    return table_of(count, "source\ttarget", pair)


def _suffix(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
