"""A layer that reads whole sequences of unequal lengths, from the start or in both directions: h_t = [h_t^f ; h_t^b].

Sequences stand side by side, the longest first, and row starts[t] + b is character t of the b-th (see recurrent). The
backward direction has the same rows, but in its row (t, b) it reads the character n_b - 1 - t: so in both directions
those that are shorter end first. `reading` says where: a direction's row r reads row reading[d, r], and as that
mapping is its own inverse, it also says which row of a direction speaks about position r.

Each distinct input is multiplied by W once, and its product looked up in every row that reads it. For characters that
saves most of the work; the rows of a layer below are each distinct.
"""

from typing import NamedTuple

import numpy as np
from numba import boolean, float32, float64, int32, int64, void

from tui_rnn.kernels.equations.cells import GRU
from tui_rnn.kernels.equations.dropout import dropout, mask_key
from tui_rnn.kernels.equations.embedding import add_rows, clear_rows, gather_rows, look_up, scatter_add_rows
from tui_rnn.kernels.equations.recurrent import ROW_TILE, recurrent_backward, recurrent_forward
from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.matmul import add_outer, matmul, pack, pack_transposed
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.rows import clear_row, copy_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix, Stack, PanelStack = float32[:, ::1], float32[:, :, ::1], float32[:, :, :, ::1]
Ids, Places = int32[::1], int64[::1]


class Order(NamedTuple):
    """Where the rows of a batch of sequences lie; see the head of this file."""

    starts: np.ndarray  # (T+1,) int64
    reading: np.ndarray  # (2, rows) int32: forward (r itself) and backward
    before: np.ndarray  # (rows,) int32: the row of h, of B + rows, with the state before


class Layer(NamedTuple):
    """Padded parameters of a layer in D directions, or in the same shape their gradient. G: a cell's gate columns."""

    W: np.ndarray  # (D, inputs, G)
    U: np.ndarray  # (D, hidden, G)
    b: np.ndarray  # (D, G)


class LayerPanels(NamedTuple):
    """The same matrices in panels; T: transposed, for the way back."""

    W: np.ndarray
    W_T: np.ndarray
    U: np.ndarray
    U_T: np.ndarray


class LayerActivations(NamedTuple):
    """Activations of up to so many rows. B rows of h and c hold the state before the first."""

    product: np.ndarray  # (D, distinct inputs, G): x W; on the way back the sum of its gradients
    gates: np.ndarray  # (D, rows, G)
    h: np.ndarray  # (D, B + rows, hidden)
    c: np.ndarray  # the same, LSTM only
    tanh_c: np.ndarray  # (D, rows, hidden), LSTM only
    dh: np.ndarray  # (D, rows, hidden)
    carry: np.ndarray  # (D, B, hidden)
    y: np.ndarray  # (rows, D·hidden): h of both directions, by position, after dropout
    dy: np.ndarray  # (rows, D·hidden)


class Dropout(NamedTuple):
    """A layer's dropout in one step: the share dropped, and what its mask is a function of."""

    rate: float
    seed: int
    step: int
    layer: int


OrderType = named(Order, int64[::1], int32[:, ::1], int32[::1])
LayerType = named(Layer, Stack, Stack, Matrix)
LayerPanelsType = named(LayerPanels, PanelStack, PanelStack, PanelStack, PanelStack)
LayerActivationsType = named(LayerActivations, Stack, Stack, Stack, Stack, Stack, Stack, Stack, Matrix, Matrix)
DropoutType = named(Dropout, float64, int64, int64, int64)


@kernel(void(Places, Places, Places, Places, Places, int32[:, ::1], Ids, Ids), entry=True)
def arrange(lengths, running, sorted, place, starts, reading, before, positions):
    """Where the rows of sequences of these lengths (B,) lie.

    running (T+2,): scratch, zeros, for T the longest. sorted (B,) ← the number of the sequence at each place, the longest
    first; place (B,) ← the place of each; starts, reading and before as in Order; positions ← the rows of each sequence's
    characters, sequence after sequence.
    """
    B, T = lengths.shape[0], starts.shape[0] - 1
    for k in range(B):
        running[lengths[k]] += 1
    longer = 0
    for n in range(T, -1, -1):
        same = running[n]
        running[n] = longer  # how many are longer than n: so many still run at time n
        longer += same
    starts[0] = 0
    for t in range(T):
        starts[t + 1] = starts[t] + running[t]
    for k in range(B):
        n = lengths[k]
        place[k] = running[n]
        sorted[running[n]] = k
        running[n] += 1
    row = 0
    for k in range(B):
        n, b = lengths[k], place[k]
        for t in range(n):
            r = starts[t] + b
            positions[row + t] = r
            reading[0, r], reading[1, r] = r, starts[n - 1 - t] + b
            before[r] = B + starts[t - 1] + b if t > 0 else b
        row += n


@inlined
def turn_of(item, threads):
    """Which of the threads takes an item of a list sorted by size, so that all have about the same to do."""
    lap, place = item // threads, item % threads
    return place if lap % 2 == 0 else threads - 1 - place


@kernel(void(Matrix, int64, int64, Ids, Matrix, int64, int64, int64, int64))
def gather_columns(source, row, column, index, target, to, width, first, last):
    """target[r, to : to+width] ← source[row + index[r], column : column+width] for r = first … last-1."""
    for r in range(first, last):
        copy_row(source, (row + index[r]) * source.shape[1] + column, target, r * target.shape[1] + to, 0, width)


@noted(void(LayerType, LayerPanelsType, boolean, WorkerType))
def pack_layer(theta, panels, one_hot, worker):
    """Pack the layer's matrices for a step. A one-hot W is looked up, never multiplied."""
    for d in range(theta.U.shape[0]):
        pack(theta.U[d], panels.U[d], worker.tid, worker.threads)
        pack_transposed(theta.U[d], panels.U_T[d], worker.tid, worker.threads)
        if not one_hot:
            pack(theta.W[d], panels.W[d], worker.tid, worker.threads)
            pack_transposed(theta.W[d], panels.W_T[d], worker.tid, worker.threads)
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, Ids, Matrix, int64, WorkerType))
def embed_forward(E, ids, x, rows, worker):
    """x[r] ← E[ids[r]]: e = E x for each of `rows` characters."""
    gather_rows(E, ids, x, share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads))
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, Ids, Matrix, int64, WorkerType))
def embed_backward(dE, ids, dx, rows, worker):
    """dE[ids[r]] += dx[r]."""
    D = dE.shape[1]
    scatter_add_rows(dx, ids, dE, rows, share(D, 16, worker.tid, worker.threads), share(D, 16, worker.tid + 1, worker.threads))
    barrier(worker.meeting, worker.threads)


@noted(
    void(
        int64, LayerType, LayerPanelsType, LayerActivationsType, OrderType, Matrix, int64, int32[:, ::1], boolean, DropoutType,
        WorkerType,
    ))  # fmt: skip
def layer_forward(cell, theta, panels, work, order, x, inputs, index, one_hot, drop, worker):
    """h_t of every sequence in every direction, from the zero state, into work.y (rows, D·hidden).

    x (inputs, ·): the distinct inputs; index (D, rows): which of them a direction's row reads. One-hot: x is not read,
    and index says the row of W.
    """
    tid, threads = worker.tid, worker.threads
    D, H = theta.U.shape[0], theta.U.shape[1]
    T = order.starts.shape[0] - 1
    rows, B = order.starts[T], order.starts[1]
    if not one_hot:
        first, last = share(inputs, 8, tid, threads), share(inputs, 8, tid + 1, threads)
        for d in range(D):
            clear_rows(work.product[d], first, last)
            if last > first:
                matmul(x, first, 0, panels.W[d], work.product[d], first, 0, last - first, 0, theta.W.shape[2])
        barrier(worker.meeting, threads)
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    stream, stream_end = share(B, 1, tid, threads), share(B, 1, tid + 1, threads)
    for d in range(D):
        look_up(theta.W[d] if one_hot else work.product[d], theta.b[d], index[d], work.gates[d], first, last)
        clear_rows(work.h[d], stream, stream_end)
        if work.c.shape[1] > 1:
            clear_rows(work.c[d], stream, stream_end)
    barrier(worker.meeting, threads)
    for stream in range(0, B, ROW_TILE):
        for d in range(D):
            if turn_of(stream // ROW_TILE * D + d, threads) == tid:
                recurrent_forward(
                    cell, work.gates[d], work.h[d], work.c[d], work.tanh_c[d], panels.U[d], order.starts,
                    stream, min(B, stream + ROW_TILE), 0, H, 1, worker.meeting,
                )  # fmt: skip
    barrier(worker.meeting, threads)
    for d in range(D):
        gather_columns(work.h[d], B, 0, order.reading[d], work.y, d * H, H, first, last)
    if drop.rate > 0:
        dropout(work.y, 0, work.y, 0, first, last, mask_key(drop.seed, drop.step, drop.layer), drop.rate)
    barrier(worker.meeting, threads)


@noted(
    void(
        int64, LayerType, LayerType, LayerPanelsType, LayerActivationsType, OrderType, Matrix, Matrix, int64, int32[:, ::1],
        boolean, DropoutType, WorkerType,
    ))  # fmt: skip
def layer_backward(cell, theta, gradient, panels, work, order, x, dx, inputs, index, one_hot, drop, worker):
    """From work.dy to the gradient of the layer's parameters, which is added, and dx (inputs, ·), which is overwritten."""
    tid, threads = worker.tid, worker.threads
    D, H, G = theta.U.shape[0], theta.U.shape[1], theta.b.shape[1]
    T = order.starts.shape[0] - 1
    rows, B = order.starts[T], order.starts[1]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    if drop.rate > 0:
        dropout(work.dy, 0, work.dy, 0, first, last, mask_key(drop.seed, drop.step, drop.layer), drop.rate)
        barrier(worker.meeting, threads)
    for d in range(D):
        gather_columns(work.dy, 0, d * H, order.reading[d], work.dh[d], 0, H, first, last)
    barrier(worker.meeting, threads)
    for stream in range(0, B, ROW_TILE):
        for d in range(D):
            if turn_of(stream // ROW_TILE * D + d, threads) == tid:
                recurrent_backward(
                    cell, work.gates[d], work.h[d], work.c[d], work.tanh_c[d], work.dh[d], work.carry[d], panels.U_T[d],
                    order.starts, stream, min(B, stream + ROW_TILE), 0, H, 1, worker.meeting,
                )  # fmt: skip
    barrier(worker.meeting, threads)
    column, column_end = share(theta.W.shape[2], 16, tid, threads), share(theta.W.shape[2], 16, tid + 1, threads)
    for d in range(D):
        # the sum over the rows that read an input
        if one_hot:
            scatter_add_rows(work.gates[d], index[d], gradient.W[d], rows, column, column_end)
        else:
            if column_end > column:
                for r in range(inputs):
                    clear_row(work.product[d], r * theta.W.shape[2] + column, 0, column_end - column)
            scatter_add_rows(work.gates[d], index[d], work.product[d], rows, column, column_end)
        add_rows(work.gates[d], gradient.b[d], 0, rows, 0, share(G, 16, tid, threads), share(G, 16, tid + 1, threads))
        # dh is done with: now it holds h_{t-1} beside dz_t
        gather_rows(work.h[d], order.before, work.dh[d], first, last)
    barrier(worker.meeting, threads)
    u_column = H if cell == GRU else 0
    for d in range(D):
        add_outer(work.dh[d], 0, work.gates[d], 0, u_column, rows, gradient.U[d], worker.scratch[tid], tid, threads)
        if not one_hot:
            add_outer(x, 0, work.product[d], 0, 0, inputs, gradient.W[d], worker.scratch[tid], tid, threads)
    if not one_hot:
        first, last = share(inputs, 8, tid, threads), share(inputs, 8, tid + 1, threads)
        clear_rows(dx, first, last)
        if last > first:
            for d in range(D):
                matmul(work.product[d], first, 0, panels.W_T[d], dx, first, 0, last - first, 0, dx.shape[1])
    barrier(worker.meeting, threads)
