"""The layers of an encoder-decoder: encoder, the states that the decoder looks at, decoder and readout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import batch_of
from tui_rnn.layers.decoder import Decoder, decoder_plan
from tui_rnn.layers.encoder import Encoder, encoder_plan
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.parameters import Layout, ParameterPlace
from tui_rnn.layers.source import SourceStates, source_plan
from tui_rnn.layers.store import Store
from tui_rnn.tasks.network import Integers, Layers, checked
from tui_rnn.tasks.noise import noisy


def layout_of(config: RunConfig, source_size: int, target_size: int) -> Layout:
    """Parameters: encoder.*, P and S (see layers.source), decoder.*, V (unless tied), b_out."""
    symbols = target_size + 1
    plan = encoder_plan(config, source_size, "encoder.") + source_plan(config) + decoder_plan(config, symbols)
    if not config.tie_weights:
        plan.append(ParameterPlace("V", symbols, config.hidden_size))
    return Layout.of([*plan, ParameterPlace("b_out", 1, symbols)] if config.bias else plan)


class Seq2SeqLayers(Layers):
    """Encoder, the source's states, decoder and readout."""

    def __init__(self, config: RunConfig, store: Store, source_size: int, target_size: int, unknown: int | None = None):
        self._unknown = unknown
        self._config, self._number = config, store.number
        self._source_size, self._target_size = source_size, target_size
        self.encoder = Encoder(config, store, source_size, "encoder.")
        self.source = SourceStates(config, store)
        self.readout = Readout(store, target_size + 1, "decoder.E" if config.tie_weights else "V")
        self.decoder = Decoder(config, store, target_size + 1, self.readout)

    def begin_reading(self, sources: Sequence[Integers], step: int | None = None) -> None:
        """Make ready to read sources. step: in training, what noise is drawn from."""
        batch = batch_of([len(source) for source in sources])
        ids = checked(batch.pack(sources), self._source_size, "a source")
        self.encoder.begin(batch, noisy(ids, self._source_size, self._config, 2 * self._number, step, self._unknown))
        self.source.begin(batch)

    def begin(
        self, sources: Sequence[Integers], targets: Sequence[Integers], step: int | None = None, feeds_itself: bool = False
    ) -> None:
        """Make ready to read the sources and write the targets. step: in training, it decides the noise and which of the
        decoder's steps are fed the truth; None: all are or, with feeds_itself, only the first."""
        self.begin_reading(sources, step)
        end = np.array([self._target_size])
        batch = batch_of([len(target) + 1 for target in targets])
        truth = batch.pack([part for target in targets for part in (target, end)])
        fed = batch.pack([part for target in targets for part in (end, target)])
        checked(truth, self._target_size + 1, "a target")
        given = np.ones(batch.rows, np.bool_)
        if step is not None and self._config.teacher_forcing < 1:
            draws = np.random.default_rng((self._config.seed, step, 2 * self._number + 1)).random(batch.rows - len(targets))
            given[len(targets) :] = draws < self._config.teacher_forcing
        given[len(targets) :] &= not feeds_itself
        self.decoder.begin(batch, fed, given, self.source.of_streams(batch.sorted), at_once=bool(given.all()))
        self.readout.begin(batch.rows, truth)

    def pack(self, program: Program) -> None:
        self.encoder.pack(program)
        self.source.pack(program)
        self.decoder.pack(program)
        self.readout.pack(program)

    def read_source(self, program: Program, drop: Dropout) -> None:
        """From the source to the state that the decoder starts from."""
        self.encoder.forward(program, drop)
        self.source.forward(program, self.encoder.states)
        self.decoder.start(program)

    def _of_decoder(self, drop: Dropout) -> Dropout:
        return drop._replace(layer=drop.layer + self._config.num_layers)

    def forward(self, program: Program, drop: Dropout) -> None:
        self.read_source(program, drop)
        self.decoder.forward(program, self._of_decoder(drop))
        self.readout.forward(program, self.decoder.states)

    def backward(self, program: Program, drop: Dropout) -> None:
        self.readout.backward(program, self.decoder.states, self.decoder.dstates)
        self.decoder.backward(program, self._of_decoder(drop), self.source)
        self.source.backward(program, self.encoder.dstates)
        self.encoder.backward(program, drop)
