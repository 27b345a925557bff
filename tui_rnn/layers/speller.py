"""The speller reads the letters of words: one bidirectional layer. Its final states [h_n^f ; h_1^b] stand beside e = E x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Ids, batch_of
from tui_rnn.layers.parameters import Floats, padded
from tui_rnn.layers.pooling import Pick

if TYPE_CHECKING:
    from tui_rnn.layers.encoder import Encoder

PREFIX = "speller."


class Speller:
    """out (words, 2 · embedding size): the final states after the letters of each word; dout: for the backward pass."""

    def __init__(self, config: RunConfig, encoder: Encoder):
        """encoder: with the settings of config.of_letters."""
        self._encoder, self._pick = encoder, Pick(2 * padded(config.embedding_size))

    @property
    def out(self) -> Floats:
        return np.asarray(self._pick.out)

    @property
    def dout(self) -> Floats:
        return np.asarray(self._pick.dout)

    def begin(self, words: Sequence[Ids]) -> None:
        """Make ready for the letters of words, each with at least one."""
        batch = batch_of([len(word) for word in words])
        self._encoder.begin(batch, batch.pack(words))
        first, last = batch.first_and_last()
        self._pick.begin(batch, last, first)

    def pack(self, program: Program) -> None:
        self._encoder.pack(program)

    def forward(self, program: Program, drop: Dropout) -> None:
        self._encoder.forward(program, drop)
        self._pick.forward(program, self._encoder.states)

    def backward(self, program: Program, drop: Dropout) -> None:
        self._pick.backward(program, self._encoder.dstates)
        self._encoder.backward(program, drop)
