"""Fills in what a page says: each formula's value as it is written, or as it stood while the newest weights are asked."""

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
    """notes: why some values are not there, in the order in which they were asked. pending: whether one is not known yet. Both
    are of the time since `begin`."""

    world: ScreenWorld
    unit: LossUnit = "bits"
    loss_unit: str = "nats/char"
    notes: list[str] = field(default_factory=list)
    pending: bool = False
    _written: dict[Figure, str] = field(default_factory=dict)  # as it stood last
    _held: dict[Formula, tuple[bool, str]] = field(default_factory=dict)  # likewise
    _decided: dict[Guess, int] = field(default_factory=dict)  # the first choice that held, where that is the answer

    def begin(self, unit: LossUnit, loss_unit: str) -> None:
        """A page is filled in anew. unit: of every loss on the screen; loss_unit: what a loss of these data is measured in."""
        self.unit, self.loss_unit = unit, loss_unit
        self.notes, self.pending = [], False

    def forget(self) -> None:
        """Another page: nothing stood there."""
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
        """What is asked, and which choice the network says."""
        holds = self._decided.get(guess)
        if holds is None:
            holds = next((k for k, choice in enumerate(guess.choices) if self.holds(choice.holds)[0]), None)
        if guess.once and holds is not None:
            self._decided[guess] = holds
        return GuessSeen(self.words(guess.asks), tuple(self.words(choice.says) for choice in guess.choices), chosen, holds)

    def holds(self, formula: Formula) -> tuple[bool, str]:
        """Whether it holds, and how it stands in words: '2.41 < 2.28 does not hold yet'; while newer weights are asked, as it
        stood last; False and "" where nobody can say."""
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
