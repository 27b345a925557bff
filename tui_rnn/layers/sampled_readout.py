"""A readout that is trained on a sample of a large vocabulary: see kernels.equations.sampled_readout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.kernels.equations import linear, sampled_readout
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Ids
from tui_rnn.layers.drawn_words import DrawnWords
from tui_rnn.layers.parameters import Floats, padded
from tui_rnn.layers.room import floats
from tui_rnn.layers.store import Store


class SampledReadout:
    """softmax(V y + b_out) over the words drawn for a step and the true one, by which a network learns."""

    def __init__(self, store: Store, words: DrawnWords, clock: NDArray[np.int64], rows: int, targets: Ids):
        """clock: says which step of the call is now; targets (rows,): the true words, filled before each step."""
        self.rows, self._drawn, self._clock, self._targets = rows, words, clock, targets
        self.V, self._dV = store.view("V")
        self.b, self._db = (row[0] for row in store.biases(["b_out"], padded(len(words.corrections))))
        columns, H = padded(words.count + 1), self.V.shape[1]
        self._rows_of_V, self._b_of_V = store.room("drawn.V", columns, H), store.room("drawn.b", columns)
        self._panels, self._panels_T = store.panels("drawn.V", columns, H), store.panels("drawn.V.T", H, columns)
        self._drows, self._db_of_rows = floats(columns, H), floats(columns)
        self._logits, self._losses, self._places = floats(rows, columns), np.zeros(rows), np.zeros(rows, np.int32)

    def pack(self, program: Program) -> None:
        """The rows of V that were drawn, in panels."""
        sampled_readout.gather(
            self.V, self.b, self._drawn.corrections, self._drawn.words, self._clock, self._rows_of_V, self._b_of_V, program
        )  # fmt: skip
        linear.pack_both(self._rows_of_V, self._panels, self._panels_T, program)

    def forward(self, program: Program, y: Floats) -> None:
        sampled_readout.sampled_forward(
            y, self._panels_T, self._b_of_V, self.V, self.b, self._drawn.corrections, self._drawn.words, self._clock,
            self._targets, self._places, self._logits, self.rows, program,
        )  # fmt: skip

    def score(self, program: Program, batch_rows: int, total: NDArray[np.float64]) -> None:
        """What each row's loss by the full softmax is estimated at, and the sum of these (1,), in nats; the logits become the
        derivative of the sampled loss's mean over a batch that has so many rows in all its shards."""
        sampled_readout.sampled_score(
            self._logits, self._drawn.corrections, self._targets, self._places, self._losses, total, self.rows, batch_rows,
            self._drawn.count + 1, program,
        )  # fmt: skip

    def backward(self, program: Program, y: Floats, dy: Floats) -> None:
        """Adds to dV and db; dy is overwritten."""
        sampled_readout.sampled_backward(
            y, self._logits, self._panels, self.V, self._drawn.words, self._clock, self._targets, self._places, self._drows,
            self._db_of_rows, self._dV, self._db, dy, self.rows, program,
        )  # fmt: skip
