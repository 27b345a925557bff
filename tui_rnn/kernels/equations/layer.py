"""A recurrent layer over the rows of a batch, from the start or in both directions: h_t = [h_t^f ; h_t^b].

`order` says where the rows lie. Streams of a running text all have one length and begin where the chunk before ended;
whole sequences begin from the zero state.

A row reads a row of W itself (ONE_HOT), one of a few distinct inputs (DISTINCT), or an input of its own (ROWS). Each
distinct input is multiplied by W once, and every row that reads it looks the product up: for characters that saves most
of the work. An input of the row's own is multiplied in place; the direction that reads from the end looks its products
up, since they lie in another order.
"""

from typing import NamedTuple

import numpy as np
from numba import boolean, float32, int32, int64, void

from tui_rnn.kernels.equations.cells import CellType
from tui_rnn.kernels.equations.dropout import DropoutType, dropout, key_of
from tui_rnn.kernels.equations.embedding import add_rows, clear_rows, fill_rows, gather_rows, look_up, scatter_add_rows
from tui_rnn.kernels.equations.order import OrderType
from tui_rnn.kernels.equations.recurrent import (
    recurrent_backward,
    recurrent_forward,
    share_of_units,
    streams_at_a_time,
    turn_of,
)
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.matmul import DEPTH, add_outer, matmul, pack, pack_transposed
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.rows import clear_row, copy_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix, Stack, PanelStack = float32[:, ::1], float32[:, :, ::1], float32[:, :, :, ::1]
Ids = int32[::1]

ONE_HOT, DISTINCT, ROWS = 0, 1, 2


class Layer(NamedTuple):
    """Padded parameters of a layer in D directions, or their gradient in the same shape. G: a cell's gate columns."""

    W: np.ndarray  # (D, inputs, G)
    U: np.ndarray  # (D, hidden, G)
    b: np.ndarray  # (D, G)


class LayerPanels(NamedTuple):
    """The same matrices in panels; T: transposed, for the way back."""

    W: np.ndarray
    W_T: np.ndarray
    U: np.ndarray
    U_T: np.ndarray


class Input(NamedTuple):
    """What a layer reads, and room for the derivative by it."""

    kind: int  # ONE_HOT, DISTINCT or ROWS
    x: np.ndarray  # (inputs, ·); unused when one-hot
    dx: np.ndarray  # the same, overwritten on the way back
    inputs: int
    reads: np.ndarray  # (D, rows) int32: which input each row reads; for ROWS reads[0, r] = r; one-hot: the row of W


class LayerActivations(NamedTuple):
    """What a layer keeps for the way back, in up to `rows` rows. The first B rows of h and c hold the state before the first
    step."""

    gates: np.ndarray  # (D, rows, G)
    h: np.ndarray  # (D, B + rows, hidden)
    c: np.ndarray  # the same, LSTM only
    tanh_c: np.ndarray  # (D, rows, hidden), LSTM only
    read: np.ndarray  # (D, rows, hidden): the state as U reads it, where the cell scales it


class LayerScratch(NamedTuple):
    """What the layers of a stack use one after another. With one direction dh is dy; the input's dx may also be dy."""

    product: np.ndarray  # (D, inputs, G): x W; on the way back the sum of its gradients
    dy: np.ndarray  # (rows, D·hidden): the derivative by the layer's output, in order of position
    dh: np.ndarray  # (D, rows, hidden): the same, in the order of each direction's rows
    carry: np.ndarray  # (D, B, hidden)
    dread: np.ndarray  # the same, where the cell scales the state: the derivative by what U reads


LayerType = named(Layer, Stack, Stack, Matrix)
LayerPanelsType = named(LayerPanels, PanelStack, PanelStack, PanelStack, PanelStack)
InputType = named(Input, int64, Matrix, Matrix, int64, int32[:, ::1])
LayerActivationsType = named(LayerActivations, Stack, Stack, Stack, Stack, Stack)
LayerScratchType = named(LayerScratch, Stack, Matrix, Stack, Stack, Stack)


@kernel(void(Matrix, int64, int64, Ids, Matrix, int64, int64, int64, int64))
def gather_columns(source, row, column, index, target, to, width, first, last):
    """target[r, to : to+width] ← source[row + index[r], column : column+width] for r = first … last-1."""
    for r in range(first, last):
        copy_row(source, (row + index[r]) * source.shape[1] + column, target, r * target.shape[1] + to, 0, width)


@noted(void(LayerType, LayerPanelsType, boolean, WorkerType))
def pack_layer(theta, panels, one_hot, worker):
    """Pack the layer's matrices for a step. A one-hot W is looked up, never multiplied. No barrier: the next phase reads
    what is packed."""
    for d in range(theta.U.shape[0]):
        pack(theta.U[d], panels.U[d], worker.tid, worker.threads)
        pack_transposed(theta.U[d], panels.U_T[d], worker.tid, worker.threads)
        if not one_hot:
            pack(theta.W[d], panels.W[d], worker.tid, worker.threads)
            pack_transposed(theta.W[d], panels.W_T[d], worker.tid, worker.threads)


@kernel(void(Matrix, int64, boolean[::1], int64, int64))
def begin_streams(h, after, fresh, first, last):
    """The state before the first step of streams first … last-1: zero, or the last chunk's final state, in rows after …"""
    H = h.shape[1]
    for b in range(first, last):
        if fresh[b]:
            clear_row(h, b * H, 0, H)
        else:
            copy_row(h, (after + b) * H, h, b * H, 0, H)


@kernel(void(LayerType, LayerPanelsType, LayerActivationsType, LayerScratchType, InputType, int64, int64, WorkerType))
def read_input(theta, panels, work, scratch, given, rows, D, worker):
    """gates ← W x + b for the first `rows` rows of all D directions."""
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    columns = theta.W.shape[2]
    in_place = 1 if given.kind == ROWS else 0
    if in_place:
        fill_rows(work.gates[0], theta.b[0], first, last)
        matmul(given.x, first, 0, panels.W[0], work.gates[0], first, 0, last - first, 0, columns)
    if given.kind != ONE_HOT and in_place < D:
        low, high = share(given.inputs, 8, worker.tid, worker.threads), share(given.inputs, 8, worker.tid + 1, worker.threads)
        for d in range(in_place, D):
            clear_rows(scratch.product[d], low, high)
            matmul(given.x, low, 0, panels.W[d], scratch.product[d], low, 0, high - low, 0, columns)
        barrier(worker.meeting, worker.threads)
    for d in range(in_place, D):
        table = theta.W[d] if given.kind == ONE_HOT else scratch.product[d]
        look_up(table, theta.b[d], given.reads[d], work.gates[d], first, last)


@noted(
    void(
        CellType, LayerType, LayerPanelsType, LayerActivationsType, LayerScratchType, OrderType, InputType, Matrix,
        boolean[::1], DropoutType, WorkerType,
    ))  # fmt: skip
def layer_forward(cell, theta, panels, work, scratch, order, given, y, fresh, drop, worker):
    """h_t of every stream in every direction, and after dropout y (rows, D·hidden), in order of position.

    fresh (B,): streams that start from the zero state. The others go on from the last rows of the pass before, which had
    the same order. With one direction and without dropout y is h itself and is not written.
    """
    tid, threads = worker.tid, worker.threads
    D, H = theta.U.shape[0], theta.U.shape[1]
    T = order.starts.shape[0] - 1
    rows, B = order.starts[T], order.starts[1]
    read_input(theta, panels, work, scratch, given, rows, D, worker)
    low, high = share(B, 1, tid, threads), share(B, 1, tid + 1, threads)
    for d in range(D):
        begin_streams(work.h[d], rows, fresh, low, high)
        if work.c.shape[1] > 1:
            begin_streams(work.c[d], rows, fresh, low, high)
    barrier(worker.meeting, threads)
    unit, unit_end = share_of_units(D * B, H, tid, threads)
    tile = streams_at_a_time(panels.U[0], D * B, threads)
    for stream in range(0, B, tile):
        for d in range(D):
            if unit_end - unit < H or turn_of(stream // tile * D + d, threads) == tid:
                recurrent_forward(
                    cell, work.gates[d], work.h[d], work.c[d], work.tanh_c[d], work.read[d],
                    panels.U[d], order.starts,
                    stream, min(B, stream + tile), unit, unit_end, threads, worker.meeting,
                )  # fmt: skip
    barrier(worker.meeting, threads)
    if D > 1 or drop.rate > 0:
        first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
        if D > 1:
            for d in range(D):
                gather_columns(work.h[d], B, 0, order.reading[d], y, d * H, H, first, last)
        if drop.rate > 0:
            source, row = (y, 0) if D > 1 else (work.h[0], B)
            dropout(source, row, y, 0, first, last, key_of(drop), drop.rate)
        barrier(worker.meeting, threads)


@kernel(void(CellType, LayerType, LayerActivationsType, LayerScratchType, InputType, OrderType, int64, WorkerType))
def add_gradient(cell, gradient, work, scratch, given, order, d, worker):
    """dU += Σ h_{t-1} dz_tᵀ, db += Σ dz_t, dW += Σ x dz_tᵀ for direction d, from the dz in its gates."""
    tid, threads, own = worker.tid, worker.threads, worker.scratch[worker.tid]
    gates, h, dU, db, dW = work.gates[d], work.h[d], gradient.U[d], gradient.b[d], gradient.W[d]
    G, columns, B, T = gates.shape[1], dW.shape[1], order.starts[1], order.starts.shape[0] - 1
    rows, u_column = order.starts[T], G - dU.shape[1]
    first, last = share(G, 16, tid, threads), share(G, 16, tid + 1, threads)
    low, high = share(columns, 16, tid, threads), share(columns, 16, tid + 1, threads)
    regular = rows == B * T  # then row r of h holds the state before row r
    if cell.scales:
        h = work.read[d]
    elif not regular:
        # dh is no longer needed: now it holds h_{t-1} beside dz_t
        states = scratch.dh[d]
        gather_rows(h, order.before, states, share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads))
        barrier(worker.meeting, threads)
        h = states
    for start in range(0, rows, DEPTH):  # what has just been read is still in the cache
        count = min(DEPTH, rows - start)
        add_outer(h, start, gates, start, u_column, count, dU, own, tid, threads)
        add_rows(gates, db, start, count, 0, first, last)
    if given.kind == ONE_HOT:
        scatter_add_rows(gates, given.reads[d], dW, rows, low, high)
    elif given.kind == ROWS and d == 0:
        add_outer(given.x, 0, gates, 0, 0, rows, dW, own, tid, threads)
    else:
        # the sum over the rows that read an input
        product = scratch.product[d]
        if high > low:
            for r in range(given.inputs):
                clear_row(product, r * columns + low, 0, high - low)
        scatter_add_rows(gates, given.reads[d], product, rows, low, high)
        barrier(worker.meeting, threads)
        add_outer(given.x, 0, product, 0, 0, given.inputs, dW, own, tid, threads)


@noted(
    void(
        CellType, LayerType, LayerType, LayerPanelsType, LayerActivationsType, LayerScratchType, OrderType, InputType,
        DropoutType, WorkerType,
    ))  # fmt: skip
def layer_backward(cell, theta, gradient, panels, work, scratch, order, given, drop, worker):
    """From scratch.dy: adds to the gradient of the layer's parameters, and overwrites the input's dx."""
    tid, threads = worker.tid, worker.threads
    D, H = theta.U.shape[0], theta.U.shape[1]
    T = order.starts.shape[0] - 1
    rows, B = order.starts[T], order.starts[1]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    if drop.rate > 0:
        dropout(scratch.dy, 0, scratch.dy, 0, first, last, key_of(drop), drop.rate)
        barrier(worker.meeting, threads)
    if D > 1:
        for d in range(D):
            gather_columns(scratch.dy, 0, d * H, order.reading[d], scratch.dh[d], 0, H, first, last)
        barrier(worker.meeting, threads)
    unit, unit_end = share_of_units(D * B, H, tid, threads)
    tile = streams_at_a_time(panels.U[0], D * B, threads)
    for stream in range(0, B, tile):
        for d in range(D):
            if unit_end - unit < H or turn_of(stream // tile * D + d, threads) == tid:
                recurrent_backward(
                    cell, work.gates[d], work.h[d], work.c[d], work.tanh_c[d], scratch.dread[d], scratch.dh[d],
                    scratch.carry[d], panels.U_T[d], order.starts, stream, min(B, stream + tile), unit, unit_end, threads,
                    worker.meeting,
                )  # fmt: skip
    barrier(worker.meeting, threads)
    for d in range(D):
        add_gradient(cell, gradient, work, scratch, given, order, d, worker)
    if given.kind != ONE_HOT:
        barrier(worker.meeting, threads)
        first, last = share(given.inputs, 8, tid, threads), share(given.inputs, 8, tid + 1, threads)
        clear_rows(given.dx, first, last)
        for d in range(D):
            source = work.gates[d] if given.kind == ROWS and d == 0 else scratch.product[d]
            matmul(source, first, 0, panels.W_T[d], given.dx, first, 0, last - first, 0, given.dx.shape[1])
    barrier(worker.meeting, threads)
