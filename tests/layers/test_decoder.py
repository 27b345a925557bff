"""The decoder over targets of unequal lengths, forward and back, against the reference."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.decoder import Source
from tui_rnn.kernels.equations.dropout import CLOCK_SIZE, Dropout
from tui_rnn.layers.batch import batch_of
from tui_rnn.layers.decoder import Decoder, decoder_plan
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.parameters import Layout, ParameterPlace
from tui_rnn.layers.store import Store
from tui_rnn.layers.team import Team
from tui_rnn.reference import encoder_decoder as reference

H, PADDED, SYMBOLS = 20, 32, 9
END = SYMBOLS - 1
TARGETS, SOURCES = [3, 7, 1, 4, 5, 2, 6, 3, 4, 5], [2, 5, 3, 1, 4, 2, 3, 6, 1, 2]
NO_DROPOUT = Dropout(0.0, 0, np.zeros(CLOCK_SIZE, np.int64), 0)


class Case:
    """A decoder of random weights, and sources at random: more streams than one thread takes at a time."""

    def __init__(self, *, given=True, **changes):
        settings: dict[str, Any] = {"hidden_size": H, "num_layers": 2, "embedding_size": 7, "attention": "dot"} | changes
        self.config = RunConfig("seq2seq", **settings)
        plan = [*decoder_plan(self.config, SYMBOLS), ParameterPlace("V", SYMBOLS, H), ParameterPlace("b_out", 1, SYMBOLS)]
        self.store, rng = Store(Layout.of(plan), self.config), np.random.default_rng(4)
        self.store.set_parameters({n: rng.normal(0, 0.3, v.shape).astype(np.float32) for n, v in self.store.parameters.items()})
        self.readout = Readout(self.store, SYMBOLS)
        self.decoder = Decoder(self.config, self.store, SYMBOLS, self.readout)
        self.attends, n, B = settings["attention"] != "none", sum(SOURCES), len(SOURCES)
        states, keys = np.zeros((2, n + B, PADDED), np.float32)
        states[:, :H], keys[:, :H] = rng.normal(0, 0.7, (2, n + B, H))
        self.keys_are_states = settings["attention"] != "general"
        self.first = np.cumsum(SOURCES) - SOURCES
        self.batch = batch_of(TARGETS)
        order = self.batch.sorted
        self.source = Source(
            states, states if self.keys_are_states else keys, self.first[order], np.array(SOURCES)[order], n + order
        )
        self.fed = [np.append(END, rng.integers(0, END, T - 1)) for T in TARGETS]
        packed = self.batch.pack(self.fed)
        self.given = np.ones(self.batch.rows, np.bool_)
        if not given:
            self.given[B:] = rng.random(self.batch.rows - B) < 0.5
        packed[~self.given] = -1
        self.decoder.begin(self.batch, packed, self.given, self.source)
        self.readout.begin(self.batch.rows)
        dstates = np.zeros_like(states)
        self.d: Any = SimpleNamespace(dstates=dstates, dkeys=dstates if self.keys_are_states else np.zeros_like(keys))

    def rows(self, number):
        return self.batch.at(np.full(TARGETS[number], number), np.arange(TARGETS[number]))

    def forward(self, threads=2):
        def pack(program):
            self.decoder.pack(program)
            self.readout.pack(program)

        def write(program):
            self.decoder.start(program)
            self.decoder.forward(program, NO_DROPOUT)
            self.readout.forward(program, self.decoder.states)

        Team().run(threads, [pack], [write])
        return self

    def backward(self, dlogits, threads=2):
        self.decoder.dstates[: self.batch.rows] = 0
        self.decoder.dstates[: self.batch.rows, :H] = dlogits @ self.store.parameters["V"]
        Team().run(threads, [lambda program: self.decoder.backward(program, NO_DROPOUT, self.d)])
        return self.store.take_gradients()

    def expected(self, number):
        """The reference's parameters, the memory that it decodes from, and what it computes."""
        parameters = {name: value.astype(float) for name, value in self.store.parameters.items()}
        own = slice(self.first[number], self.first[number] + SOURCES[number])
        states, keys = (a[:, :H].astype(float) for a in (self.source.states, self.source.keys))
        memory = reference.Memory(states[own], keys[own], states[sum(SOURCES) + number])
        fed = np.where(self.given[self.rows(number)], self.fed[number], -1)
        return parameters, memory, reference.decode(parameters, self.config.cell, self.attends, memory, fed)


WAYS = [
    {"cell": "elman", "attention": "none", "num_layers": 1},
    {"cell": "gru", "attention": "dot"},
    {"cell": "lstm", "attention": "general", "readout": "context"},
    {"cell": "lstm", "attention": "none", "embedding_size": 0},
    {"cell": "elman", "attention": "dot", "readout": "context", "embedding_size": 0, "bias": False},
]


@pytest.fixture(params=WAYS, ids=lambda way: " ".join(map(str, way.values())))
def way(request):
    return request.param


def test_every_stream_has_the_references_states_logits_and_attention(way):
    case = Case(**way).forward()
    for k, T in enumerate(TARGETS):
        done, rows = case.expected(k)[-1], case.rows(k)
        np.testing.assert_allclose(case.decoder.states[rows, :H], done.outputs[-1], atol=1e-5)
        np.testing.assert_allclose(case.readout.logits[rows, :SYMBOLS], done.logits, atol=2e-5)
        if case.attends:
            looked = done.weights[1:] if case.config.readout == "context" else done.weights[:-1]
            np.testing.assert_allclose(case.decoder.attention(k, T), looked, atol=1e-5)


@pytest.mark.parametrize("threads", [1, 3])
def test_gradients_are_the_references(way, threads):
    case = Case(**way).forward(threads)
    dlogits = np.random.default_rng(6).normal(size=(case.batch.rows, SYMBOLS)).astype(np.float32)
    gradients = case.backward(dlogits, threads)

    n = sum(SOURCES)
    wanted = {name: np.zeros(value.shape) for name, value in gradients.items()}
    for k in range(len(TARGETS)):
        parameters, memory, done = case.expected(k)
        arguments = parameters, case.config.cell, case.attends, memory, done, dlogits[case.rows(k)].astype(float)
        dmemory, of_decoder = reference.decode_backward(*arguments)
        for name, value in of_decoder.items():
            wanted[name] += value
        own = slice(case.first[k], case.first[k] + SOURCES[k])
        if case.keys_are_states:
            dmemory = dmemory._replace(states=dmemory.states + dmemory.keys)
        else:
            np.testing.assert_allclose(case.d.dkeys[own, :H], dmemory.keys, atol=5e-5)
        np.testing.assert_allclose(case.d.dstates[own, :H], dmemory.states, atol=5e-5)
        np.testing.assert_allclose(case.d.dstates[n + k, :H], dmemory.final, atol=5e-5)
    for name in wanted.keys() - {"V", "b_out"}:  # of the readout, which is not run back here
        scale = max(1.0, np.abs(wanted[name]).max())
        np.testing.assert_allclose(gradients[name] / scale, wanted[name] / scale, atol=2e-5, err_msg=name)


def test_what_is_not_given_is_the_likeliest_of_the_step_before():
    case = Case(given=False).forward(threads=3)
    assert not case.given.all()
    for k in range(len(TARGETS)):
        np.testing.assert_array_equal(case.decoder.fed[case.rows(k)], case.expected(k)[-1].inputs)


def test_a_step_at_a_time_goes_on_as_all_steps_at_once():
    whole, single = Case(cell="lstm").forward(), Case(cell="lstm")
    streams = np.flatnonzero(np.array(TARGETS) >= 3)
    everyone, final = np.arange(len(streams)), sum(SOURCES) + streams
    of = Source(whole.source.states, whole.source.keys, whole.first[streams], np.array(SOURCES)[streams], final)
    states: list[Any] = []
    for t in range(3):
        fed = np.array([whole.fed[k][t] for k in streams], np.int32)
        single.decoder.begin(batch_of([1] * len(streams)), fed, np.ones(len(streams), np.bool_), of)
        if t == 0:
            Team().run(1, [single.decoder.pack], [single.decoder.start])
        else:
            single.decoder.go_on_from(states, everyone)
        Team().run(1, [lambda program: single.decoder.forward(program, NO_DROPOUT)])
        states = single.decoder.last_states()
        expected = [whole.decoder.states[whole.rows(k)[t]] for k in streams]
        np.testing.assert_allclose(single.decoder.states[everyone], expected, atol=1e-6)
