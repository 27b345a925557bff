"""From the states of all positions to the rows that are read out: `out` (rows, width), and `dout` for the backward pass."""

from __future__ import annotations

import numpy as np

from tui_rnn.kernels.equations import pooling
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Batch, Ids
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.room import enough, floats


class _Rows:
    """Room for rows of `width`."""

    def __init__(self, width: int):
        self.out, self.dout = floats(2, 0, width)

    def _make_room(self, rows: int) -> None:
        if len(self.out) < rows:
            self.out, self.dout = floats(2, enough(rows, len(self.out)), self.out.shape[1])


class Pick(_Rows):
    """Some of the rows, chosen for each direction's block of columns separately."""

    def begin(self, batch: Batch, *index: Ids) -> None:
        """index: for each direction the batch's row that is taken for each row of `out`."""
        self._index = np.stack(index).astype(np.int32)
        self._positions, self.rows = batch.rows, self._index.shape[1]
        self._make_room(self.rows)

    def forward(self, program: Program, states: Floats) -> None:
        pooling.pick_forward(states, self._index, self.out, self.rows, program)

    def backward(self, program: Program, dstates: Floats) -> None:
        pooling.pick_backward(self.dout, self._index, dstates, self.rows, self._positions, program)


class Mean(_Rows):
    """The mean over each sequence's states, in the order of the places in the batch."""

    def begin(self, batch: Batch) -> None:
        self._starts = batch.order.starts
        self._make_room(len(batch.lengths))

    def forward(self, program: Program, states: Floats) -> None:
        pooling.mean_forward(states, self._starts, self.out, program)

    def backward(self, program: Program, dstates: Floats) -> None:
        pooling.mean_backward(self.dout, self._starts, dstates, program)
