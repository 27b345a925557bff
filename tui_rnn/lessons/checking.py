"""Goes through a lesson without a screen, as a person would: trains its runs from a cold start, waits on each page until its
condition holds, fills in every number, and computes each number again in another way."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_rnn.errors import InputError
from tui_rnn.insight.question import record
from tui_rnn.lessons.formulas import Formula, Missing
from tui_rnn.lessons.lesson import Guess, Lesson, Page, Until
from tui_rnn.lessons.text import Figure, Piece
from tui_rnn.lessons.trained import Again, Trained, same

LONGEST_VALUE = 200  # characters of a value in a record


@dataclass(frozen=True)
class Checked:
    """What was found at one place. page: from 1 on, 0 for the whole lesson. what: until, figure, guess or end. told: the place
    in words. value: what was found; again: what the other way found, None if there is no other. ok: whether it is right; why:
    why it isn't, or why it was not computed again, in one line."""

    page: int
    what: str
    told: str
    ok: bool
    value: Any = None
    again: Any = None
    recomputed: bool = False
    why: str = ""
    steps: dict[str, int] | None = None
    seconds: float = 0.0

    def record(self) -> dict[str, Any]:
        """The line of JSON."""
        found = {"event": self.what, "page": self.page, "told": self.told, "ok": self.ok, "why": self.why}
        if self.what in ("figure", "guess"):
            found |= {"value": _short(self.value), "again": _short(self.again), "recomputed": self.recomputed}
        if self.what in ("until", "end"):
            found |= {"steps": self.steps, "training_s": round(self.seconds, 2)}
        return found


def _short(value: Any) -> Any:
    """A value for JSON; of a long one, only its length."""
    found = record(value)
    text = json.dumps(found)
    return found if len(text) <= LONGEST_VALUE else f"{len(text):,} characters of JSON"


def check(lesson: Lesson, *, timed: bool = True, most_steps: int | None = None) -> Iterator[Checked]:
    """Check a lesson place by place; the last result is about the whole. timed: its budget in seconds counts too."""
    trained = Trained(lesson)
    again, fine = Again(trained), True
    for number, page in enumerate(lesson.pages, start=1):
        trained.own = page.run
        for found in _page(lesson, number, page, trained, again, most_steps or lesson.most_steps):
            fine = fine and found.ok
            yield found
    seconds = trained.seconds
    late = timed and seconds > lesson.budget_s
    why = f"{seconds:.1f} s of training, expected at most {lesson.budget_s:g}" if late else ""
    yield Checked(0, "end", lesson.called, fine and not late, why=why, steps=trained.steps, seconds=seconds)


def _page(lesson: Lesson, number: int, page: Page, trained: Trained, again: Again, most_steps: int) -> Iterator[Checked]:
    names = [run.name for run in lesson.runs if run.request == lesson.run(page.run).request]
    for name in page.shown:
        trained.trainer(name)  # so that there is a network to ask from the first page on
    reached = True
    if page.until is not None:
        yield (until := _reached(number, page.until, trained, names, most_steps))
        reached = until.ok
    trained.score(names)
    seen = set[tuple[str, str]]()
    for figure in page.figures:
        if (key := (figure.formula.text, figure.how)) not in seen:
            seen.add(key)
            yield _figure(number, figure, trained, again)
    if page.guess is not None:
        yield _guess(number, page.guess, trained, again, reached)


def _reached(number: int, until: Until, trained: Trained, names: list[str], most_steps: int) -> Checked:
    told = plain(until.says)
    if until.holds is None:
        return Checked(number, "until", told, True, why="done by hand", steps=trained.steps, seconds=trained.seconds)
    reached = bool(until.holds.value(trained))
    while not reached and trained.train(names, most_steps):
        reached = bool(until.holds.value(trained))
    why = "" if reached else f"{_sides(until.holds, trained)} after {most_steps:,} steps"
    return Checked(number, "until", told, reached, why=why, steps=trained.steps, seconds=trained.seconds)


def _sides(formula: Formula, trained: Trained) -> str:
    sides = formula.sides(trained)
    return f"{sides[0]!s:.20} {sides[1]} {sides[2]!s:.20} does not hold" if sides else f"{formula.text!r:.60} does not hold"


def _figure(number: int, figure: Figure, trained: Trained, again: Again) -> Checked:
    told = figure.formula.text
    try:
        value = figure.formula.value(trained)
        figure.written(value)
    except InputError as error:
        return Checked(number, "figure", told, False, why=str(error))
    if isinstance(value, float) and not math.isfinite(value):
        return Checked(number, "figure", told, False, value, why="this is no number: a division by 0, or it is not known yet")
    try:
        other = figure.formula.value(again)
    except Missing as error:
        return Checked(number, "figure", told, True, value, why=str(error))
    fine = same(value, other)
    return Checked(number, "figure", told, fine, value, other, True, "" if fine else "the two ways differ")


def _guess(number: int, guess: Guess, trained: Trained, again: Again, reached: bool) -> Checked:
    """One choice must hold once the page's condition holds, none or one before; and both ways must agree."""
    told, holds = plain(guess.asks), []
    try:
        for world in (trained, again):
            holds.append([bool(choice.holds.value(world)) for choice in guess.choices])
    except Missing as error:
        if not holds:
            return Checked(number, "guess", told, False, why=str(error))
    value, other = holds[0], holds[-1]
    if sum(value) != 1 and (reached or any(value)):
        return Checked(number, "guess", told, False, value, why=f"{sum(value)} choices hold, expected one")
    fine = value == other
    return Checked(number, "guess", told, fine, value, other, len(holds) == 2, "" if fine else "the two ways differ")


def plain(pieces: tuple[Piece, ...]) -> str:
    """The words of a text, with its formulas as written."""
    return "".join(piece if isinstance(piece, str) else f"{{{piece.formula.text}}}" for piece in pieces)
