"""The arithmetic of the selected unit at the cursor: every equation with its numbers, and the unit behind each term."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.arithmetic import Arithmetic, Worked
from tui_rnn.insight.sheet import Line
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.pages.page import ENCODER, Page, Pick, Room, Row, Standing, wrapped
from tui_rnn.tui.views.view import Help

_ALL = 100_000  # terms: more than there are


class ArithmeticPage(Page):
    """First the unit's equations, line by line; then the terms of each sum, the readout, the loss and its gradient."""

    name = "arithmetic"
    asks = Arithmetic
    guide = Help(
        "every equation with the numbers of the selected unit at the cursor: its gates and states, the logits of the likeliest "
        "outputs, the loss, and one entry of its gradient beside a finite difference",
        "you can check each line with a calculator: it gives the result to the last digit; the largest terms of a sum follow "
        "below it, and the rest is one number",
        "go to the unit that weighs most in z_f with Enter, and from there to the one that weighs most in it",
        "z_f = U_f h_t−1 + W_f e + b_f,  f = σ(z_f),  c = f · c_t−1 + i · g,  h = o · tanh(c)",
    )

    def __init__(self) -> None:
        self._terms, self._digits = Cycle(4, 8, 16, _ALL), Cycle(2, 3, 4, 6, 8, start=4)
        told = "how many of the largest terms of a sum are shown"
        self.settings = (
            self._terms.setting("terms", told, lambda terms: "all" if terms == _ALL else str(terms)),
            self._digits.setting("digits", "decimals of a result"),
        )

    def question(self, at: Standing) -> Arithmetic:
        return Arithmetic(
            at.text,
            example=at.example,
            position=at.position,
            unit=at.unit,
            layer=at.layer + 1,
            direction=at.direction,
            terms=self._terms.now,
            digits=self._digits.now,
        )

    def caption(self, answer: Worked, at: Standing) -> str:
        return "a calculator gives each line · Enter on a term goes to its unit · ← → another character · v: terms, digits"

    def rows(self, answer: Worked, at: Standing, room: Room) -> Sequence[Row]:
        place = answer.place
        title = f"unit {place.unit} of layer {place.layer}, {place.direction}, reads {answer.symbol!r} at {at.place + 1:,}"
        rows = _told(title + (f"; {answer.inputs}" if answer.inputs else ""), room, "bold")
        of_cell = [line for line in answer.steps if line.section in ("z", "cell")]
        rows += [row for line in of_cell if line.level == 0 for row in _line(line, at, room)]
        rows += _told("what these sums are made of", room, "$text-muted")
        rows += [row for line in of_cell if line.level > 0 for row in _line(line, at, room)]
        section = "cell"
        titles = {"readout": "what is read out", "loss": answer.about, "gradient": answer.gradient_title}
        for line in answer.steps:
            if line.section in titles and line.section != section:
                rows += _told(titles[line.section], room, "$text-muted")
            section = line.section
            if section in titles:
                rows += _line(line, at, room)
        error = f"the network itself computes in float32: its signals here differ by {answer.float32_error:.0e} at most"
        return [*rows, *_told(error, room, "$text-muted")]


def _told(text: str, room: Room, style: str) -> list[Row]:
    return wrapped(Content.styled(visible(text), style), room)


def _line(line: Line, at: Standing, room: Room) -> list[Row]:
    """A line, with its equation if that has room."""
    name, numbers = f"{line.name} = ", " = ".join(filter(None, (line.numbers, line.shown)))
    before = "  " * line.level * (2 * line.level + len(name) + len(numbers) <= room.width) + name
    fits = len(before) + len(line.equation) + len(" = ") + len(numbers) <= room.width
    if line.equation and (fits or not line.numbers):
        before += f"{line.equation} = "
    told = Content.assemble((visible(before), "$text-muted" if line.level else ""), (visible(numbers), "bold"))
    if (left := line.equation.partition(" + the other ")[2]) and line.equation not in before:
        told = Content.assemble(told, (f"  (the last one: {left} others)", "$text-muted"))
    return wrapped(told, room, _pick(line, at))


def _pick(line: Line, at: Standing) -> Pick | None:
    if line.place is None:
        return None
    prefix = ENCODER if at.reading.name.startswith(ENCODER) else ""
    return Pick(unit=line.place.unit, layer=line.place.layer - 1, reading=prefix + line.place.direction)


PAGE = ArithmeticPage
