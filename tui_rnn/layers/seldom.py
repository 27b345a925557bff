"""An embedding of thousands of rows, of which a step touches those that it reads: see kernels.equations.seldom."""

from __future__ import annotations

import numpy as np

from tui_rnn.kernels.equations.optimizer import BLOCK
from tui_rnn.kernels.equations.seldom import FACTORS, Seldom, catch_up
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Ids
from tui_rnn.layers.parameters import Floats, Layout, padded

SELDOM_FROM = 2_000
"""Rows of an embedding from which on they are not all updated in every step: with fewer, most are read anyway."""
MOST_MISSED = 1_024
"""Steps after which all rows catch up."""


class SeldomRows:
    """Those of a network. Where there are none, everything here does nothing. record: what the optimiser is told of a step."""

    def __init__(self, layout: Layout, reads_examples: bool):
        piece = layout.pieces[0]
        width = padded(piece.width)
        many = reads_examples and piece.letter == "E" and piece.rows >= SELDOM_FROM and BLOCK % width == 0
        blocks = piece.size // BLOCK if many else 0
        self.rows = blocks * BLOCK // width
        self._done, self._taken = np.zeros(self.rows, np.int64), np.zeros(1, np.int64)
        self._factors, self._width, self._blocks = np.zeros((MOST_MISSED if blocks else 0, FACTORS), np.float32), width, blocks
        self.record = self._of(np.zeros(0, np.int32))

    def _of(self, ids: Ids) -> Seldom:
        return Seldom(ids, np.zeros(len(ids)), self._done, self._taken, self._factors, self._width, self._blocks)

    def begin(self, *read: Ids) -> None:
        """Make ready for a step that reads these rows."""
        if self.rows:
            ids = np.unique(np.concatenate(read)).astype(np.int32)
            self.record = self._of(ids[ids < self.rows])

    def catch_up(self, program: Program, flat: Floats) -> None:
        """The rows that the step reads take the steps that they missed."""
        if self.rows:
            catch_up(flat, self.record, program)

    @property
    def are_behind(self) -> bool:
        """Whether some rows have missed steps."""
        return bool(self._taken[0])

    def begin_all(self) -> None:
        """Make ready to let all rows catch up."""
        self.record = self._of(np.arange(self.rows, dtype=np.int32))

    def count(self) -> None:
        """A step was applied."""
        if self.rows:
            self._taken += 1

    @property
    def are_full(self) -> bool:
        """Whether they must catch up before the next step."""
        return self.rows > 0 and bool(self._taken[0] >= MOST_MISSED)

    def forget(self) -> None:
        """All rows are where they would be."""
        self._done[:] = 0
        self._taken[:] = 0
