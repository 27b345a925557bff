"""Layers with an encoder that is read out, and what taggers and classifiers have in common."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.config import RunConfig
from tui_rnn.data.spelled import word_ids
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Batch, batch_of
from tui_rnn.layers.encoder import Encoder
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.pooling import Mean, Pick
from tui_rnn.layers.store import Store
from tui_rnn.tasks.network import Integers, Layers, checked
from tui_rnn.tasks.noise import noisy


class EncoderLayers(Layers):
    """An encoder and a readout: of every row or, with a pool, of the rows that the pool makes."""

    encoder: Encoder
    pool: Pick | Mean | None = None

    def pack(self, program: Program) -> None:
        self.encoder.pack(program)
        self.readout.pack(program)

    def forward(self, program: Program, drop: Dropout) -> None:
        self.encoder.forward(program, drop)
        states = self.encoder.states
        if self.pool is not None:
            self.pool.forward(program, states)
            states = self.pool.out
        self.readout.forward(program, states)

    def backward(self, program: Program, drop: Dropout) -> None:
        if self.pool is None:
            self.readout.backward(program, self.encoder.states, self.encoder.dstates)
        else:
            self.readout.backward(program, self.pool.out, self.pool.dout)
            self.pool.backward(program, self.encoder.dstates)
        self.encoder.backward(program, drop)


class LabellingLayers(EncoderLayers):
    """An encoder, a pool and a readout over labels. what: how errors call a sequence."""

    pool: Pick | Mean
    what = "a text"

    def __init__(
        self, config: RunConfig, store: Store, vocab_size: int, classes: int, letters: int, unknown: int | None, pool: str
    ):
        """letters, unknown: see Classifier and Tagger. pool: final or mean."""
        self._config, self._vocab_size, self._classes, self._number = config, vocab_size, classes, store.number
        self._unknown, self._spells = unknown, letters > 0
        self.encoder = Encoder(config, store, vocab_size, letters=letters)
        self.readout = Readout(store, classes)
        self.pool = (Mean if pool == "mean" else Pick)(self.readout.V.shape[1])

    def begin_reading(self, sequences: Sequence[Integers], step: int | None) -> Batch:
        """Make the encoder ready for sequences. step: in training, what noise is drawn from."""
        self.batch = batch = batch_of([len(one) for one in sequences])
        ids = checked(batch.pack([word_ids(one) for one in sequences]), self._vocab_size, self.what)
        noise = noisy(ids, self._vocab_size, self._config, self._number, step, self._unknown)
        self.encoder.begin(batch, noise, sequences if self._spells else ())
        return batch
