"""A recurrent layer's kernels, forward and back, against the reference: each sequence as it would be alone."""

import numpy as np
import pytest

from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.kernels.equations import layer
from tui_rnn.kernels.equations.cells import Cell
from tui_rnn.kernels.equations.dropout import CLOCK_SIZE, Dropout
from tui_rnn.kernels.equations.layer import DISTINCT, ONE_HOT, ROWS, Input, Layer, LayerActivations, LayerPanels, LayerScratch
from tui_rnn.kernels.machine.matmul import PANEL, panel_count
from tui_rnn.layers.batch import batch_of
from tui_rnn.layers.team import Team

H, INPUTS, WIDTH = 32, 6, 16
NO_DROPOUT = Dropout(0.0, 0, np.zeros(CLOCK_SIZE, np.int64), 0)
RAGGED, REGULAR = [3, 9, 1, 9, 4, 7, 2, 5, 6], [5] * 10


def zeros(*shape):
    return np.zeros(shape, np.float32)


def panels(rows, columns, D):
    return zeros(D, panel_count(columns), rows, PANEL)


class Case:
    """A layer of random weights over a batch whose rows read random inputs."""

    def __init__(self, cell, lengths, D, kind, hidden=H):
        rng = np.random.default_rng(5)
        facts, self.H, self.D, self.kind, self.name = CELLS[cell], hidden, D, kind, cell
        self.cell = Cell(facts.code, facts.recurrent_start, facts.scale_block is not None)
        G, columns, recurrent = (n * hidden for n in (len(facts.blocks), len(facts.input_blocks), len(facts.recurrent_blocks)))
        self.batch = batch_of(lengths)
        rows, B = self.batch.rows, len(lengths)
        inputs = rows if kind == ROWS else INPUTS
        self.ids = np.arange(rows) if kind == ROWS else rng.integers(0, INPUTS, rows)
        reading = self.batch.order.reading[:D]
        x = rng.normal(0, 1, (inputs, WIDTH)).astype(np.float32)
        own = 16 if kind == ONE_HOT else WIDTH
        self.theta = Layer(
            *(rng.normal(0, 0.3, s).astype(np.float32) for s in ((D, own, columns), (D, hidden, recurrent), (D, G)))
        )
        self.gradient = Layer(*map(np.zeros_like, self.theta))
        self.panels = LayerPanels(
            panels(own, columns, D), panels(columns, own, D), panels(hidden, recurrent, D), panels(recurrent, hidden, D)
        )
        has_c = "c" in facts.carried
        self.work = LayerActivations(
            zeros(D, rows, G), zeros(D, B + rows, hidden), zeros(D, B + rows if has_c else 1, hidden),
            zeros(D, rows if has_c else 1, hidden), zeros(D, rows, hidden),
        )  # fmt: skip
        dy = rng.normal(0, 1, (rows, D * hidden)).astype(np.float32)
        self.dy = dy.astype(float)
        self.scratch = LayerScratch(
            zeros(D, inputs, columns), dy, dy[None] if D == 1 else zeros(D, rows, hidden), *zeros(2, D, B, hidden)
        )
        self.given = Input(kind, x, np.zeros_like(x), inputs, np.ascontiguousarray(self.ids[reading].astype(np.int32)))
        self.y = self.work.h[0, B:] if D == 1 else zeros(rows, D * hidden)
        self.fresh = np.ones(B, np.bool_)

    def run(self, threads=1, *, back=True):
        order = self.batch.order

        def program(p):
            layer.layer_forward(
                self.cell, self.theta, self.panels, self.work, self.scratch, order, self.given, self.y, self.fresh,
                NO_DROPOUT, p,
            )  # fmt: skip
            if back:
                layer.layer_backward(
                    self.cell, self.theta, self.gradient, self.panels, self.work, self.scratch, order, self.given,
                    NO_DROPOUT, p,
                )  # fmt: skip

        Team().run(threads, [lambda p: layer.pack_layer(self.theta, self.panels, self.kind == ONE_HOT, p)], [program])
        return self

    def expected(self):
        """The reference's y, dW, dU, db and dx, sequence by sequence."""
        cell = reference.CELLS[self.name]
        y, sums = np.zeros((self.batch.rows, self.D * self.H)), Layer(*(np.zeros(a.shape) for a in self.theta))
        dx = np.zeros(self.given.x.shape)
        table = np.eye(self.theta.W.shape[1])[:INPUTS] if self.kind == ONE_HOT else self.given.x.astype(float)
        for k, n in enumerate(self.batch.lengths):
            rows = self.batch.at(np.full(n, k), np.arange(n))
            for d in range(self.D):
                order = rows[::-1] if d else rows
                columns = slice(d * self.H, (d + 1) * self.H)
                W, U, b = (a[d].astype(float) for a in self.theta)
                x = table[self.ids[order]][:, None]
                start = {name: np.zeros((1, self.H)) for name in cell.carried}
                moments = reference.run_layer(cell, x, start, W, U, b)
                y[order, columns] = [now["h"][0] for now in moments[1:]]
                back = reference.run_layer_backward(cell, x, moments, W, U, self.dy[order, columns][:, None])
                for total, part in zip(sums, back[1:], strict=True):
                    total[d] += part
                if self.kind != ONE_HOT:
                    np.add.at(dx, self.ids[order], back[0][:, 0])
        return y, sums, dx


@pytest.mark.parametrize("cell", sorted(CELLS))
@pytest.mark.parametrize("lengths", [RAGGED, REGULAR], ids=["ragged", "regular"])
@pytest.mark.parametrize("D", [1, 2])
@pytest.mark.parametrize("kind", [ONE_HOT, DISTINCT, ROWS], ids=["one-hot", "distinct", "rows"])
def test_states_and_gradients_are_the_references(cell, lengths, D, kind):
    case = Case(cell, lengths, D, kind)
    y, sums, dx = case.expected()
    case.run(threads=2)
    np.testing.assert_allclose(case.y, y, atol=2e-5)
    for name, found, wanted in zip(Layer._fields, case.gradient, sums, strict=True):
        np.testing.assert_allclose(found, wanted, atol=2e-5 * np.abs(wanted).max(initial=1), err_msg=name)
    if kind != ONE_HOT:
        np.testing.assert_allclose(case.given.dx, dx, atol=2e-5 * np.abs(dx).max())


@pytest.mark.parametrize("hidden", [32, 128])
@pytest.mark.parametrize("lengths", [[4, 6, 2], [5] * 3, RAGGED * 3], ids=["few", "few alike", "many"])
@pytest.mark.parametrize("D", [1, 2])
def test_threads_change_no_bit_whether_they_share_streams_or_units(hidden, lengths, D):
    alone = Case("gru", lengths, D, ROWS, hidden).run(1)
    for threads in (2, 3):
        shared = Case("gru", lengths, D, ROWS, hidden).run(threads)
        for a, b in zip((alone.y, *alone.gradient), (shared.y, *shared.gradient), strict=True):
            np.testing.assert_array_equal(a, b)


def test_streams_that_are_not_fresh_go_on_where_the_pass_before_ended():
    T, B = 4, 3
    whole = Case("lstm", [2 * T] * B, 1, DISTINCT).run(back=False)
    half = Case("lstm", [T] * B, 1, DISTINCT)
    half.theta, half.given = whole.theta, half.given._replace(x=whole.given.x)
    for k in (0, 1):
        rows = slice(k * T * B, (k + 1) * T * B)
        half.given.reads[0] = whole.given.reads[0, rows]
        half.fresh[:] = k == 0
        half.run(back=False)
        np.testing.assert_array_equal(half.y, whole.y[rows])
