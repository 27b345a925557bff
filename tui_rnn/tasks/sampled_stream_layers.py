"""What a language model of many words learns with: stream layers whose loss is that of a sampled softmax."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn import kernels
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.drawn_words import DrawnWords
from tui_rnn.layers.sampled_readout import SampledReadout
from tui_rnn.layers.store import Store
from tui_rnn.tasks.stream_layers import StreamLayers


class SampledStreamLayers(StreamLayers):
    """Stream layers that learn by the words drawn for the step that the clock says is now."""

    def __init__(
        self,
        config: RunConfig,
        store: Store,
        vocab_size: int,
        T: int,
        B: int,
        words: DrawnWords,
        clock: NDArray[np.int64],
    ):
        kernels.compile_for(type(self))
        super().__init__(config, store, vocab_size, T, B)
        self._sampled = SampledReadout(store, words, clock, T * B, self.chunk.targets)

    def pack(self, program: Program) -> None:
        self.encoder.pack(program)
        self._sampled.pack(program)

    def predict(self, program: Program, drop: Dropout) -> None:
        self.encoder.forward(program, drop)
        self._sampled.forward(program, self.encoder.states)

    def score(self, program: Program, batch_rows: int, smoothing: float, total: NDArray[np.float64]) -> None:
        self._sampled.score(program, batch_rows, total)

    def backward(self, program: Program, drop: Dropout) -> None:
        self._sampled.backward(program, self.encoder.states, self.encoder.dstates)
        self.encoder.backward(program, drop)
