"""The source as the decoder sees it: the encoder's states h^e_j, the keys for the attention scores, and c = h^e_n.

An encoder that reads both ways has states of 2H numbers; P makes them H, as many as the decoder has:
h^e_j = [h_j^f ; h_j^b] P, and c = [h_n^f ; h_1^b] P. Keys are the states, or with general attention the states times S.
"""

from __future__ import annotations

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations import linear
from tui_rnn.kernels.equations.decoder import Source
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Batch, Integers
from tui_rnn.layers.encoder import directions
from tui_rnn.layers.linear import Linear
from tui_rnn.layers.parameters import Floats, ParameterPlace, padded
from tui_rnn.layers.pooling import Pick
from tui_rnn.layers.room import enough, floats
from tui_rnn.layers.store import Store


def source_plan(config: RunConfig) -> list[ParameterPlace]:
    """P for an encoder that reads both ways, S for general attention."""
    H = config.hidden_size
    plan = [ParameterPlace("P", H, H, row_blocks=2)] if config.bidirectional else []
    return plan + ([ParameterPlace("S", H, H)] if config.attention == "general" else [])


class SourceStates:
    """Rows of `states`: with attention, every source's h^e_1 … h^e_n, source after source; then every source's c."""

    def __init__(self, config: RunConfig, store: Store):
        self.config = config
        self._attends = config.attention != "none"
        H = padded(config.hidden_size)
        self._picked = Pick(len(directions(config)) * H)
        self._P = Linear(store, "P") if config.bidirectional else None
        self._S = Linear(store, "S") if config.attention == "general" else None
        self._make_room(0, H)

    def _make_room(self, rows: int, H: int) -> None:
        self._states, self._dstates, self._keys, self._dkeys = (floats(rows, H) for _ in range(4))

    def begin(self, batch: Batch) -> None:
        """Make ready for the sources of a batch."""
        first, last = batch.first_and_last()
        finals = (last, first)[: len(directions(self.config))]
        self._batch = batch
        self._count = batch.rows if self._attends else 0  # rows that can be attended to
        everything = batch.all[: self._count]
        self._picked.begin(batch, *(np.concatenate([everything, final]) for final in finals))
        rows = self._picked.rows
        if len(self._states) < rows:
            self._make_room(enough(rows, len(self._states)), self._states.shape[1])

    @property
    def states(self) -> Floats:
        return self._picked.out if self._P is None else self._states

    @property
    def dstates(self) -> Floats:
        return self._picked.dout if self._P is None else self._dstates

    @property
    def dkeys(self) -> Floats:
        return self.dstates if self._S is None else self._dkeys

    def of_streams(self, number: Integers) -> Source:
        """What decoder streams read. number: of each stream's source."""
        lengths = self._batch.lengths[number]
        first = self._batch.first[number] if self._attends else np.zeros_like(lengths)
        keys = self.states if self._S is None else self._keys
        return Source(self.states, keys, first, lengths, self._count + np.asarray(number, np.int64))

    def pack(self, program: Program) -> None:
        for matrix in (self._P, self._S):
            if matrix is not None:
                matrix.pack(program)

    def forward(self, program: Program, encoder_states: Floats) -> None:
        """Compute the states and keys, and clear their gradients, to which others add."""
        for gradient in (self._picked.dout, self._dstates, self._dkeys)[: 1 if self._P is None and self._S is None else 3]:
            linear.clear(gradient, self._picked.rows, program)
        self._picked.forward(program, encoder_states)
        if self._P is not None:
            self._P.forward(program, self._picked.out, self._states, self._picked.rows)
        if self._S is not None:
            self._S.forward(program, self.states, self._keys, self._count)

    def backward(self, program: Program, encoder_dstates: Floats) -> None:
        """From dstates and dkeys to the derivatives by the encoder's states, which are overwritten."""
        if self._S is not None:
            self._S.backward(program, self.states, self._dkeys, self.dstates, self._count)
        if self._P is not None:
            self._P.backward(program, self._picked.out, self._dstates, self._picked.dout, self._picked.rows)
        self._picked.backward(program, encoder_dstates)
