"""An RNN language model: e_t = E x_t, h_t = g(U h_{t-1} + W e_t), y_t = softmax(V h_t); forward and back, on arrays.

A pass over a chunk of text is shared by threads. Its phases meet at barriers, and each phase shares its work so that
no result depends on the number of threads: time-wise work by streams, products by rows, weight gradients by columns.
"""

from typing import NamedTuple

import numpy as np
from numba import boolean, float32, float64, int32, int64, void

from tui_rnn.kernels.equations.cells import GRU
from tui_rnn.kernels.equations.dropout import dropout, mask_key
from tui_rnn.kernels.equations.embedding import add_rows, clear_rows, fill_rows, gather_rows, look_up, scatter_add_rows
from tui_rnn.kernels.equations.readout import logits_of
from tui_rnn.kernels.equations.recurrent import ROW_TILE, recurrent_backward, recurrent_forward, share_of_state
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.matmul import DEPTH, add_outer, matmul, pack, pack_transposed
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.rows import clear_row
from tui_rnn.kernels.machine.threads import barrier, share

Row, Matrix, Stack = float32[::1], float32[:, ::1], float32[:, :, ::1]
PanelStack = float32[:, :, :, ::1]


class Weights(NamedTuple):
    """Padded arrays; for the parameters and, in the same shape, for their gradient. G: a cell's gate columns.

    With one-hot input E is a dummy and W0 (vocab, ·) holds a row for each character. Tied: V is E.
    """

    E: np.ndarray  # (vocab, embedding)
    W0: np.ndarray  # (embedding or vocab, G)
    W: np.ndarray  # (layers - 1, hidden, G)
    U: np.ndarray  # (layers, hidden, G)
    b: np.ndarray  # (layers, G)
    V: np.ndarray  # (vocab, hidden)
    b_out: np.ndarray  # (vocab,)


class Packed(NamedTuple):
    """The same matrices in panels, as `matmul` wants them; T: transposed, for the way back."""

    W0: np.ndarray
    W0_T: np.ndarray
    W: np.ndarray
    W_T: np.ndarray
    U: np.ndarray
    U_T: np.ndarray
    V: np.ndarray
    V_T: np.ndarray


class Workspace(NamedTuple):
    """Activations of T steps of B streams; rows are time-major, t·B + b."""

    h: np.ndarray  # (layers, (T+1)·B, hidden): the state before, then h_t
    c: np.ndarray  # the same, LSTM only
    tanh_c: np.ndarray  # (layers, T·B, hidden), LSTM only
    gates: np.ndarray  # (layers, T·B, G)
    y: np.ndarray  # (layers, T·B, hidden): h after dropout; unused without
    dh: np.ndarray  # (T·B, hidden)
    carry: np.ndarray  # (B, hidden)
    logits: np.ndarray  # (T·B, vocab)
    losses: np.ndarray  # (T·B,) float64
    x: np.ndarray  # (T·B, embedding): e_t, when looked up one by one
    dx: np.ndarray  # (T·B or vocab, embedding)
    table: np.ndarray  # (vocab, G): E · W0, when that is less work than T·B products
    scratch: np.ndarray  # (threads, GROUP, DEPTH, PANEL)
    meeting: np.ndarray  # the barrier
    starts: np.ndarray  # (T+1,): the first row of each time step, t·B


class Options(NamedTuple):
    """What stays the same over a run."""

    cell: int
    vocab_size: int
    one_hot: bool
    has_table: bool
    dropout: float
    clip_norm: float
    weight_decay: float
    seed: int


WeightsType = named(Weights, Matrix, Matrix, Stack, Stack, Matrix, Matrix, Row)
PackedType = named(Packed, Stack, Stack, PanelStack, PanelStack, PanelStack, PanelStack, Stack, Stack)
WorkspaceType = named(
    Workspace, Stack, Stack, Stack, Stack, Stack, Matrix, Matrix, Matrix, float64[::1], Matrix, Matrix, Matrix, PanelStack,
    int64[::1], int64[::1],
)  # fmt: skip
OptionsType = named(Options, int64, int64, boolean, boolean, float64, float64, float64, int64)
Ids = int32[::1]


@kernel(void(WeightsType, PackedType, OptionsType, int64, int64))
def pack_weights(theta, packed, options, tid, threads):
    """Pack every matrix for the step: forward V is used transposed, backward all the others are."""
    for layer in range(theta.U.shape[0]):
        pack(theta.U[layer], packed.U[layer], tid, threads)
        pack_transposed(theta.U[layer], packed.U_T[layer], tid, threads)
        if layer > 0:
            pack(theta.W[layer - 1], packed.W[layer - 1], tid, threads)
            pack_transposed(theta.W[layer - 1], packed.W_T[layer - 1], tid, threads)
    if not options.one_hot:
        pack(theta.W0, packed.W0, tid, threads)
        pack_transposed(theta.W0, packed.W0_T, tid, threads)
    pack_transposed(theta.V, packed.V, tid, threads)
    pack(theta.V, packed.V_T, tid, threads)


@kernel(void(WeightsType, PackedType, WorkspaceType, OptionsType, Ids, int64, int64, float64, int64, int64, int64))
def forward(theta, packed, work, options, ids, T, B, p, step, tid, threads):
    """From the ids of T·B rows to the logits. p: dropout of this pass (0 when not training)."""
    rows, layers = T * B, theta.U.shape[0]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    stream, stream_end, unit, unit_end = share_of_state(B, work.h.shape[2], tid, threads)
    gates = work.gates[0]
    # W e_t + b
    if options.one_hot:
        look_up(theta.W0, theta.b[0], ids, gates, first, last)
    elif options.has_table:
        low, high = share(options.vocab_size, 8, tid, threads), share(options.vocab_size, 8, tid + 1, threads)
        clear_rows(work.table, low, high)
        matmul(theta.E, low, 0, packed.W0, work.table, low, 0, high - low, 0, theta.W0.shape[1])
        barrier(work.meeting, threads)
        look_up(work.table, theta.b[0], ids, gates, first, last)
    else:
        gather_rows(theta.E, ids, work.x, first, last)
        fill_rows(gates, theta.b[0], first, last)
        matmul(work.x, first, 0, packed.W0, gates, first, 0, last - first, 0, theta.W0.shape[1])
    y, y_row = (work.y, 0) if p > 0 else (work.h, B)
    for layer in range(layers):
        h, gates = work.h[layer], work.gates[layer]
        if layer > 0:
            fill_rows(gates, theta.b[layer], first, last)
            matmul(y[layer - 1], y_row + first, 0, packed.W[layer - 1], gates, first, 0, last - first, 0, theta.W.shape[2])
        barrier(work.meeting, threads)
        for start in range(stream, stream_end, ROW_TILE):  # few enough that a step's gates stay in the nearest cache
            recurrent_forward(
                options.cell, gates, h, work.c[layer], work.tanh_c[layer], packed.U[layer], work.starts,
                start, min(stream_end, start + ROW_TILE), unit, unit_end, threads, work.meeting,
            )  # fmt: skip
        barrier(work.meeting, threads)
        if p > 0:
            dropout(h, B, y[layer], 0, first, last, mask_key(options.seed, step, layer), p)
    logits_of(y[layers - 1], y_row, packed.V, theta.b_out, work.logits, first, last, options.vocab_size)


@kernel(void(WeightsType, WeightsType, PackedType, WorkspaceType, OptionsType, Ids, int64, int64, int64))
def input_backward(theta, gradient, packed, work, options, ids, rows, tid, threads):
    """dW0 and dE from the dz of the first layer."""
    gates, scratch = work.gates[0], work.scratch[tid]
    G, D = theta.W0.shape[1], theta.E.shape[1]
    column, column_end = share(G, 16, tid, threads), share(G, 16, tid + 1, threads)
    if options.one_hot:
        scatter_add_rows(gates, ids, gradient.W0, rows, column, column_end)
        return
    if options.has_table:
        V = options.vocab_size
        if column_end > column:
            for v in range(V):
                clear_row(work.table, v * G + column, 0, column_end - column)
        scatter_add_rows(gates, ids, work.table, rows, column, column_end)
        barrier(work.meeting, threads)
        add_outer(theta.E, 0, work.table, 0, 0, V, gradient.W0, scratch, tid, threads)
        first, last = share(V, 8, tid, threads), share(V, 8, tid + 1, threads)
        matmul(work.table, first, 0, packed.W0_T, gradient.E, first, 0, last - first, 0, D)
    else:
        add_outer(work.x, 0, gates, 0, 0, rows, gradient.W0, scratch, tid, threads)
        first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
        clear_rows(work.dx, first, last)
        matmul(gates, first, 0, packed.W0_T, work.dx, first, 0, last - first, 0, D)
        barrier(work.meeting, threads)
        scatter_add_rows(work.dx, ids, gradient.E, rows, share(D, 16, tid, threads), share(D, 16, tid + 1, threads))


@kernel(void(WeightsType, WeightsType, PackedType, WorkspaceType, OptionsType, Ids, int64, int64, float64, int64, int64, int64))
def backward(theta, gradient, packed, work, options, ids, T, B, p, step, tid, threads):
    """Adds the gradient of the loss, whose derivative by the logits is in work.logits, to `gradient`."""
    rows, layers, H = T * B, theta.U.shape[0], theta.U.shape[1]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    stream, stream_end, unit, unit_end = share_of_state(B, H, tid, threads)
    scratch = work.scratch[tid]
    y, y_row = (work.y, 0) if p > 0 else (work.h, B)
    Vp = theta.V.shape[0]
    # dh = dlogits · V;  dV = dlogitsᵀ · h
    clear_rows(work.dh, first, last)
    matmul(work.logits, first, 0, packed.V_T, work.dh, first, 0, last - first, 0, H)
    barrier(work.meeting, threads)
    add_outer(work.logits, 0, y[layers - 1], y_row, 0, rows, gradient.V, scratch, tid, threads)
    add_rows(work.logits, gradient.b_out, 0, rows, 0, share(Vp, 16, tid, threads), share(Vp, 16, tid + 1, threads))
    for layer in range(layers - 1, -1, -1):
        gates = work.gates[layer]
        if p > 0:
            dropout(work.dh, 0, work.dh, 0, first, last, mask_key(options.seed, step, layer), p)
            barrier(work.meeting, threads)
        recurrent_backward(
            options.cell, gates, work.h[layer], work.c[layer], work.tanh_c[layer], work.dh, work.carry, packed.U_T[layer],
            work.starts, stream, stream_end, unit, unit_end, threads, work.meeting,
        )  # fmt: skip
        barrier(work.meeting, threads)
        # dU = Σ h_{t-1} dz_tᵀ, db = Σ dz_t
        u_column = H if options.cell == GRU else 0
        G = gates.shape[1]
        for start in range(0, rows, DEPTH):  # what has just been read is still in the cache
            count = min(DEPTH, rows - start)
            add_outer(work.h[layer], start, gates, start, u_column, count, gradient.U[layer], scratch, tid, threads)
            add_rows(gates, gradient.b[layer], start, count, 0, share(G, 16, tid, threads), share(G, 16, tid + 1, threads))
        if layer > 0:
            add_outer(y[layer - 1], y_row, gates, 0, 0, rows, gradient.W[layer - 1], scratch, tid, threads)
            clear_rows(work.dh, first, last)
            matmul(gates, first, 0, packed.W_T[layer - 1], work.dh, first, 0, last - first, 0, H)
            barrier(work.meeting, threads)
    input_backward(theta, gradient, packed, work, options, ids, rows, tid, threads)
