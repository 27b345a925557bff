"""Fills numbers into a page: each formula's value as text, or its last value while the newest weights are asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tui_rnn.errors import InputError
from tui_rnn.formats import LossUnit
from tui_rnn.lessons.formulas import Formula, Pending
from tui_rnn.lessons.lesson import Guess
from tui_rnn.lessons.text import UNKNOWN, Figure, Piece
from tui_rnn.tui.learn.world import ScreenWorld
from tui_rnn.tui.views.lesson.seen import GuessSeen, Words


@dataclass
class Filling:
    """notes: why some values are missing, in the order of asking. pending: whether a value is still to come. Both are since
    `begin`."""

    world: ScreenWorld
    unit: LossUnit = "bits"
    loss_unit: str = "nats/char"
    notes: list[str] = field(default_factory=list)
    pending: bool = False
    _written: dict[Figure, str] = field(default_factory=dict)  # the last values
    _held: dict[Formula, tuple[bool, str]] = field(default_factory=dict)  # the last values
    _decided: dict[Guess, int] = field(default_factory=dict)  # the first choice that was true, if that is the answer

    def begin(self, unit: LossUnit, loss_unit: str) -> None:
        """Begin to fill in a page. unit: of every loss on the screen; loss_unit: of a loss of these data."""
        self.unit, self.loss_unit = unit, loss_unit
        self.notes, self.pending = [], False

    def forget(self) -> None:
        """Another page begins, without last values."""
        self._written.clear()
        self._held.clear()

    def words(self, pieces: Sequence[Piece]) -> Words:
        return tuple((piece, False) if isinstance(piece, str) else (self._filled_in(piece), True) for piece in pieces)

    def _filled_in(self, figure: Figure) -> str:
        try:
            self._written[figure] = figure.written(figure.formula.value(self.world), self.unit, self.loss_unit)
        except Pending:
            self.pending = True
        except InputError as error:
            self.notes.append(str(error))
            return "—"
        return self._written.get(figure, UNKNOWN)

    def guess(self, guess: Guess, chosen: int | None) -> GuessSeen:
        """The question, and the choice that the network says."""
        holds = self._decided.get(guess)
        if holds is None:
            holds = next((k for k, choice in enumerate(guess.choices) if self.holds(choice.holds)[0]), None)
        if guess.once and holds is not None:
            self._decided[guess] = holds
        return GuessSeen(self.words(guess.asks), tuple(self.words(choice.says) for choice in guess.choices), chosen, holds)

    def holds(self, formula: Formula) -> tuple[bool, str]:
        """Whether it is true, and its numbers in words: '2.41 < 2.28 does not hold yet'. While newer weights are asked, the
        last values; False and "": they are not known."""
        try:
            holds, sides = bool(formula.value(self.world)), formula.sides(self.world)
        except Pending:
            self.pending = True
            return self._held.get(formula, (False, ""))
        except InputError as error:
            self.notes.append(str(error))
            return False, ""
        told = ""
        if sides is not None:
            left, sign, right = sides
            told = f"{_side(left)} {sign} {_side(right)} {'holds' if holds else 'does not hold yet'}"
        self._held[formula] = holds, told
        return holds, told


def _side(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return "—" if math.isnan(value) else f"{value:.4g}".replace("-", "−")
