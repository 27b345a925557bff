"""The source as a decoder sees it, and its derivatives' way back, against the reference."""

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.layers.batch import batch_of
from tui_rnn.layers.parameters import Layout, ParameterPlace
from tui_rnn.layers.source import SourceStates, source_plan
from tui_rnn.layers.store import Store
from tui_rnn.layers.team import Team
from tui_rnn.reference import encoder_decoder as reference
from tui_rnn.reference.sequences import Reading

H, PADDED, LENGTHS = 20, 32, [3, 6, 1, 4]


class Case:
    """The states of an encoder that read four sources, at random."""

    def __init__(self, attention, bidirectional):
        self.attends, self.ways = attention != "none", 2 if bidirectional else 1
        config = RunConfig("seq2seq", hidden_size=H, attention=attention, bidirectional=bidirectional)
        others = ParameterPlace("b_out", 1, 3)  # some ways have no matrix, and no store is empty
        self.store = Store(Layout.of([*source_plan(config), others]), config)
        self.source, self.batch = SourceStates(config, self.store), batch_of(LENGTHS)
        states = np.zeros((self.batch.rows, self.ways, PADDED), np.float32)
        states[..., :H] = np.random.default_rng(1).normal(size=(self.batch.rows, self.ways, H))
        self.states = states.reshape(self.batch.rows, -1)
        self.source.begin(self.batch)
        self.of = self.source.of_streams(np.arange(len(LENGTHS)))

    def forward(self, threads=2):
        Team().run(threads, [self.source.pack], [lambda program: self.source.forward(program, self.states)])
        return self

    def expected(self, number):
        """The reference's parameters, what it read, and the memory that it makes of it."""
        names = ["encoder.W0", "encoder.W0_reverse"][: self.ways]
        parameters = {name: np.zeros((1, 1)) for name in names}
        parameters |= {name: value.astype(float) for name, value in self.store.parameters.items()}
        rows = self.batch.at(np.full(LENGTHS[number], number), np.arange(LENGTHS[number]))
        states = self.states[rows].reshape(-1, self.ways, PADDED)[..., :H].reshape(len(rows), -1).astype(float)
        seen = Reading([states], [])
        return parameters, rows, seen, reference.remember(parameters, seen)

    def rows_of(self, number):
        return slice(self.of.first[number], self.of.first[number] + self.of.length[number])


@pytest.fixture(params=[(a, b) for a in ("none", "dot", "general") for b in (False, True)], ids=str)
def case(request):
    return Case(*request.param)


def test_states_keys_and_last_state_are_the_references(case):
    case.forward()
    for k in range(len(LENGTHS)):
        memory = case.expected(k)[-1]
        assert case.of.length[k] == LENGTHS[k]
        np.testing.assert_allclose(case.of.states[case.of.final[k], :H], memory.final, atol=1e-5)
        if case.attends:
            np.testing.assert_allclose(case.of.states[case.rows_of(k), :H], memory.states, atol=1e-5)
            np.testing.assert_allclose(case.of.keys[case.rows_of(k), :H], memory.keys, atol=1e-5)


@pytest.mark.parametrize("threads", [1, 3])
def test_derivatives_go_back_to_the_encoders_states_and_to_the_matrices(case, threads):
    case.forward()
    rng, d = np.random.default_rng(2), []
    own_keys = case.source.dkeys is not case.source.dstates
    for k in range(len(LENGTHS)):
        one = reference.Memory(*(rng.normal(size=shape) for shape in ((LENGTHS[k], H), (LENGTHS[k], H), (H,))))
        d.append(one if case.attends else one._replace(states=one.states * 0, keys=one.keys * 0))
        case.source.dstates[case.of.final[k], :H] += d[k].final
        if case.attends:
            case.source.dstates[case.rows_of(k), :H] += d[k].states
            case.source.dkeys[case.rows_of(k), :H] += d[k].keys
    assert own_keys == (case.of.keys is not case.of.states)
    dstates = np.full_like(case.states, np.nan)
    Team().run(threads, [lambda program: case.source.backward(program, dstates)])

    gradients = case.store.take_gradients()
    wanted = {name: np.zeros(value.shape) for name, value in gradients.items()}
    for k in range(len(LENGTHS)):
        parameters, rows, seen, memory = case.expected(k)
        dy, of_matrices = reference.remember_backward(parameters, seen, memory, d[k])
        found = dstates[rows].reshape(len(rows), case.ways, PADDED)[..., :H].reshape(len(rows), -1)
        np.testing.assert_allclose(found, dy, atol=1e-5)
        for name, value in of_matrices.items():
            wanted[name] += value
    for name, value in wanted.items():
        np.testing.assert_allclose(gradients[name], value, atol=2e-5, err_msg=name)


def test_derivatives_begin_at_zero_in_each_pass(case):
    case.forward()
    case.source.dstates[:] = case.source.dkeys[:] = 9
    case.forward()
    rows = int(case.of.final.max()) + 1
    assert not case.source.dstates[:rows].any()
    assert not case.source.dkeys[:rows].any()


def test_the_states_that_one_attends_to_are_left_out_where_nothing_attends():
    alone, attending = Case("none", True), Case("dot", True)
    assert alone.of.final.tolist() == [0, 1, 2, 3]
    assert attending.of.final.tolist() == [sum(LENGTHS) + k for k in range(4)]


def test_several_streams_can_decode_from_one_source():
    case = Case("general", True).forward()
    twice = case.source.of_streams(np.array([1, 1, 0]))
    assert twice.length.tolist() == [6, 6, 3]
    np.testing.assert_array_equal(twice.first, case.of.first[[1, 1, 0]])
    np.testing.assert_array_equal(twice.final, case.of.final[[1, 1, 0]])
