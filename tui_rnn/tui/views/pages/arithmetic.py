"""The arithmetic of the selected unit at the cursor: every equation with its numbers, and where each term comes from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.arithmetic import Arithmetic, Worked
from tui_rnn.insight.sheet import Line
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing, wrapped
from tui_rnn.tui.views.view import Help

_TERMS = (4, 8, 16, 100_000)
_DIGITS = (2, 3, 4, 6, 8)
_ENCODER = "encoder "


class ArithmeticPage(Page):
    """First what the unit computes, line by line; then the terms of each sum, the readout, the loss and its gradient."""

    name = "arithmetic"
    asks = Arithmetic
    guide = Help(
        "every equation with the numbers of the selected unit at the cursor: its gates and states, the logits of the likeliest "
        "outputs, the loss, and one entry of its gradient beside a finite difference",
        "each line can be worked out again with a calculator: the digits that are shown multiply out to the last one; "
        "below a sum stand its largest terms, and the rest is one number",
        "go to the unit that weighs most in z_f with Enter, and on from there to the one that weighs most in it",
        "z_f = U_f h_t−1 + W_f e + b_f,  f = σ(z_f),  c = f · c_t−1 + i · g,  h = o · tanh(c)",
    )

    def __init__(self) -> None:
        self._terms, self._digits = 4, 4

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            ViewSetting(
                "terms",
                lambda: "all" if self._terms > _TERMS[2] else str(self._terms),
                self._step_terms,
                "how many of the largest terms of a sum are shown",
            ),
            ViewSetting("digits", lambda: str(self._digits), self._step_digits, "decimals of a result"),
        )

    def _step_terms(self, by: int) -> None:
        self._terms = _TERMS[(_TERMS.index(self._terms) + by) % len(_TERMS)]

    def _step_digits(self, by: int) -> None:
        self._digits = _DIGITS[(_DIGITS.index(self._digits) + by) % len(_DIGITS)]

    def question(self, at: Standing) -> Arithmetic:
        return Arithmetic(
            at.text,
            example=at.example,
            position=at.position,
            unit=at.unit,
            layer=at.layer + 1,
            direction=at.reading.name.removeprefix(_ENCODER),
            terms=self._terms,
            digits=self._digits,
        )

    def caption(self, answer: Worked, at: Standing) -> str:
        return (
            "each line works out from its digits · Enter on a term goes to its unit · ← → another character · v: terms, digits"
        )

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
    """A line with its equation where there is room for it."""
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
    direction, encodes = line.place.direction, at.reading.name.startswith(_ENCODER)
    reading = f"{_ENCODER}{direction}" if encodes else direction
    return Pick(unit=line.place.unit, layer=line.place.layer - 1, reading=reading)


PAGE = ArithmeticPage
