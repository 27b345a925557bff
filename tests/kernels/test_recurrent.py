"""A layer through time, forward and back, on streams of which some end before others, against the reference."""

import numpy as np
import pytest

from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.kernels.equations import recurrent
from tui_rnn.kernels.equations.cells import Cell
from tui_rnn.kernels.machine import matmul
from tui_rnn.kernels.machine.matmul import PANEL, panel_count
from tui_rnn.kernels.machine.threads import BARRIER_SIZE

H, LENGTHS = 32, [6, 6, 4, 1]  # the longest first
B, T = len(LENGTHS), max(LENGTHS)
RUNNING = [sum(n > t for n in LENGTHS) for t in range(T)]
STARTS = np.concatenate([[0], np.cumsum(RUNNING)])
ROWS = int(STARTS[-1])


def zeros(*shape):
    return np.zeros(shape, np.float32)


class Case:
    """A cell whose W x is in place, at random, with the state before the first step."""

    def __init__(self, cell):
        rng, facts = np.random.default_rng(7), CELLS[cell]
        self.name, self.oracle = cell, reference.CELLS[cell]
        self.cell = Cell(facts.code, facts.recurrent_start, facts.scale_block is not None)
        self.inputs, recurrent_columns = len(facts.input_blocks) * H, len(facts.recurrent_blocks) * H
        self.x = zeros(ROWS, len(facts.blocks) * H)
        self.x[:, : self.inputs] = rng.normal(0, 1, (ROWS, self.inputs))
        self.U = rng.normal(0, 0.3, (H, recurrent_columns)).astype(np.float32)
        self.panels = zeros(panel_count(recurrent_columns), H, PANEL)
        self.panels_T = zeros(panel_count(H), recurrent_columns, PANEL)
        matmul.pack(self.U, self.panels, 0, 1)
        matmul.pack_transposed(self.U, self.panels_T, 0, 1)
        self.gates, self.h, self.c = self.x.copy(), zeros(B + ROWS, H), zeros(B + ROWS, H)
        self.h[:B], self.c[:B] = rng.normal(0, 0.5, (2, B, H))
        self.tanh_c, self.carry = zeros(ROWS, H), np.full((B, H), np.nan, np.float32)
        self.read, self.dread = zeros(ROWS, H), np.full((B, H), np.nan, np.float32)
        self.dh = rng.normal(0, 1, (ROWS, H)).astype(np.float32)
        self.from_above = self.dh.astype(float)

    def forward(self, first=0, last=B):
        recurrent.recurrent_forward(
            self.cell, self.gates, self.h, self.c, self.tanh_c, self.read, self.panels, STARTS, first, last, 0, H, 1,
            np.zeros(BARRIER_SIZE, np.int64),
        )  # fmt: skip
        return self

    def backward(self, first=0, last=B):
        recurrent.recurrent_backward(
            self.cell, self.gates, self.h, self.c, self.tanh_c, self.dread, self.dh, self.carry, self.panels_T, STARTS,
            first, last, 0, H, 1, np.zeros(BARRIER_SIZE, np.int64),
        )  # fmt: skip
        return self

    def rows(self, b):
        return STARTS[: LENGTHS[b]] + b

    def moments(self, b):
        """The reference's, of one stream alone: W x is what the gates began with, as W is the identity."""
        x = self.x[self.rows(b), : self.inputs][:, None].astype(float)
        start = {name: getattr(self, name)[b : b + 1].astype(float) for name in self.oracle.carried}
        W, U = np.eye(self.inputs), self.U.astype(float)
        return x, W, U, reference.run_layer(self.oracle, x, start, W, U, None)


@pytest.fixture(params=sorted(CELLS))
def case(request):
    return Case(request.param)


def test_each_stream_has_the_references_states(case):
    expected = [case.moments(b)[-1] for b in range(B)]
    case.forward()
    for b in range(B):
        for name in case.oracle.carried:
            found = getattr(case, name)[B + case.rows(b)]
            np.testing.assert_allclose(found, [m[name][0] for m in expected[b][1:]], atol=1e-5)


def test_the_gates_become_the_references_derivatives(case):
    own = [case.moments(b) for b in range(B)]
    case.forward().backward()
    for b in range(B):
        x, W, U, moments = own[b]
        dh = case.from_above[case.rows(b)][:, None]
        # x stands for W x: its derivative is dz in W's columns, and db the sum of dz over time
        dx, _, _, db = reference.run_layer_backward(case.oracle, x, moments, W, U, dh)
        dz = case.gates[case.rows(b)]
        np.testing.assert_allclose(dz[:, : case.inputs], dx[:, 0], atol=2e-5)
        np.testing.assert_allclose(dz.sum(axis=0), db, atol=1e-4)


def test_streams_that_are_taken_one_by_one_have_the_same_bits(case):
    together = Case(case.name).forward().backward()
    for b in range(B):
        case.forward(b, b + 1)
    for b in range(B):
        case.backward(b, b + 1)
    for name in ("h", "c", "gates"):
        np.testing.assert_array_equal(getattr(case, name), getattr(together, name), err_msg=name)


def test_what_other_streams_have_is_not_touched(case):
    case.forward(1, 2)
    others = np.delete(np.arange(ROWS), case.rows(1))
    assert not case.h[B + others].any()
    np.testing.assert_array_equal(case.gates[others], case.x[others])


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_turns_are_dealt_to_and_fro(threads):
    lap = list(range(threads))
    assert [recurrent.turn_of(k, threads) for k in range(4 * threads)] == 2 * (lap + lap[::-1])


@pytest.mark.parametrize(("units", "columns", "tile"), [(128, 512, 8), (192, 576, 8), (192, 768, 32), (512, 512, 32)])
def test_a_thread_takes_more_streams_where_u_is_larger_than_its_cache(units, columns, tile):
    assert recurrent.streams_at_a_time(np.zeros((1, units, columns), np.float32), 64, 2) == tile


@pytest.mark.parametrize(
    ("streams", "threads", "tile"), [(32, 1, 32), (32, 2, 16), (32, 4, 8), (36, 2, 16), (16, 4, 8), (5, 1, 8)]
)
def test_no_thread_takes_so_many_streams_that_none_are_left_for_another(streams, threads, tile):
    assert recurrent.streams_at_a_time(np.zeros((1, 512, 512), np.float32), streams, threads) == tile


def test_units_are_shared_only_where_there_are_few_streams_and_whole_panels():
    share = recurrent.share_of_units
    assert share(4, 128, 0, 2) == (0, 64)
    assert share(4, 128, 1, 2) == (64, 128)
    assert share(4, 128, 2, 3) == (64, 128)
    for streams, units in ((16, 128), (4, 96), (4, 136)):
        assert share(streams, units, 1, 2) == (0, units)
    assert share(4, 128, 0, 1) == (0, 128)
