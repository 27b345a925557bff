"""The layers of a language model over a running text: chunks of streams, each chunk going on where the last one ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.equations.streams import Chunk, next_chunk
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Ids, stream_batch
from tui_rnn.layers.encoder import Encoder
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.store import Store
from tui_rnn.tasks.encoder_layers import EncoderLayers
from tui_rnn.tasks.network import NO_DROPOUT


class StreamLayers(EncoderLayers):
    """They read chunks of T characters of B streams, one after another, and predict what follows each character."""

    def __init__(self, config: RunConfig, store: Store, vocab_size: int, T: int, B: int):
        self.encoder = Encoder(config, store, vocab_size)
        self.readout = Readout(store, vocab_size, "E" if config.tie_weights else "V")
        self.streams = B
        self.chunk = Chunk(np.zeros((1, T * B), np.int32), np.zeros(T * B, np.int32), np.ones(B, np.bool_))
        self.encoder.begin_streams(stream_batch(T, B), self.chunk.ids, self.chunk.fresh)
        self.readout.begin(T * B, self.chunk.targets)

    def begin(self, tokens: Ids, fresh: NDArray[np.bool_], clock: NDArray[np.int64]) -> None:
        """Make ready for n chunks: tokens (n, T+1, B), fresh (n, B). The clock says which is next."""
        self._tokens = np.ascontiguousarray(tokens, np.int32).reshape(len(tokens), -1)
        self._fresh, self._clock = np.ascontiguousarray(fresh), clock

    def forward(self, program: Program, drop: Dropout) -> None:
        next_chunk(self.chunk, self._tokens, self._fresh, self._clock, program)
        self.predict(program, drop)

    def read(self, program: Program) -> None:
        """The states of the next chunk, without what is predicted."""
        next_chunk(self.chunk, self._tokens, self._fresh, self._clock, program)
        self.encoder.forward(program, NO_DROPOUT)

    def predict(self, program: Program, drop: Dropout) -> None:
        """From the present chunk to the logits."""
        super().forward(program, drop)
