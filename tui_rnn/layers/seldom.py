"""Matrices of thousands of rows, of which a step touches few: see kernels.equations.seldom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.kernels.equations.optimizer import BLOCK
from tui_rnn.kernels.equations.seldom import FACTORS, Seldom, catch_up
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.parameters import Floats, Layout, ParameterPlace, padded

SELDOM_FROM = 2_000
"""Rows of a matrix from which on they are not all updated in every step: with fewer, most are touched anyway."""
MOST_MISSED = 1_024
"""Steps after which all rows catch up."""

Touched = Mapping[str, NDArray[np.integer]]
"""The rows that a step touches of each parameter, by its name, some perhaps twice."""


class SeldomRows:
    """Those of a network. Where there are none, all parameters are updated in every step.

    record: what the optimiser is told of the steps of a call.
    """

    def __init__(self, layout: Layout, names: Sequence[str]):
        """names: the parameters of which a step touches some rows; those with few rows are updated whole."""
        self.names = tuple(names)
        self._pieces = [piece for piece in layout.pieces if piece.name in names and piece.rows >= SELDOM_FROM]
        self._numbers = np.cumsum([0, *(piece.rows for piece in self._pieces)])
        self.rows = int(self._numbers[-1])
        self._done, self._taken = np.zeros(self.rows, np.int64), np.zeros(1, np.int64)
        self._factors = np.zeros((MOST_MISSED if self.rows else 0, FACTORS), np.float32)
        self.blocks = np.array(list(_blocks(self._pieces, layout.size)), np.int64).reshape(-1, 2)
        self.begin([{}])

    def begin(self, steps: Sequence[Touched]) -> None:
        """Make ready for a call of these steps."""
        if len(steps) > len(self._factors) and self.rows:  # no row is behind: see have_room
            self._factors = np.zeros((len(steps), FACTORS), np.float32)
        found = [np.concatenate([self._places(k, touched) for k in range(len(self._pieces))] or [_NONE]) for touched in steps]
        first = np.cumsum([0, *map(len, found)])
        rows = np.concatenate(found)
        self.record = Seldom(first, rows, np.zeros(len(rows)), self._done, self._taken, self._factors, self.blocks)

    def _places(self, number: int, touched: Touched) -> NDArray[np.int64]:
        """Of the number-th matrix: see Seldom.rows."""
        piece = self._pieces[number]
        hit = np.zeros(piece.rows, np.bool_)
        hit[touched.get(piece.name, ())] = True
        ids, width = np.flatnonzero(hit), padded(piece.width)
        return np.stack([self._numbers[number] + ids, piece.start + ids * width, np.full_like(ids, width)], axis=1)

    def catch_up(self, program: Program, flat: Floats, clock: NDArray[np.int64]) -> None:
        """The rows that the step touches take the steps that they missed."""
        if self.rows:
            catch_up(flat, self.record, clock, program)

    @property
    def are_behind(self) -> bool:
        """Whether some rows have missed steps."""
        return bool(self._taken[0])

    def begin_all(self) -> None:
        """Make ready to let all rows catch up."""
        self.begin([{piece.name: np.arange(piece.rows) for piece in self._pieces}])

    def count(self, steps: int) -> None:
        """So many steps were applied."""
        if self.rows:
            self._taken += steps

    def have_room(self, steps: int) -> bool:
        """Whether so many more steps can be missed; if not, all rows must catch up first."""
        return not self.rows or int(self._taken[0]) + steps <= len(self._factors)

    def forget(self) -> None:
        """All rows are where they would be."""
        self._done[:] = 0
        self._taken[:] = 0


_NONE = np.zeros((0, 3), np.int64)


def _blocks(pieces: Sequence[ParameterPlace], size: int) -> Iterator[tuple[int, int]]:
    """Where the optimiser's blocks begin and end: all of the flat vector but these pieces."""
    start = 0
    for gap_end, after in [*((piece.start, piece.start + piece.size) for piece in pieces), (size, size)]:
        yield from ((at, min(gap_end, at + BLOCK)) for at in range(start, gap_end, BLOCK))
        start = after
