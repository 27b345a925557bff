"""The decoder: h^d_t = g(ŷ_{t-1}, h^d_{t-1}, c_t), one step after another, since c_t and ŷ_{t-1} come from the step before.

The first layer's z is W e(ŷ_{t-1}) + U h_{t-1} + C c_t + b. Each further layer reads the one below it; the topmost h^d
attends and is read out. Every layer starts from h^d_0 = c. Without attention c_t = c.

Each topmost state attends to the source: h^d_{t-1} gives c_t. With R, the readout reads tanh(R [h^d_t ; c_{t+1}] + b_R)
in place of h^d_t: the state, and what it attends to, which is also the next step's c.

A thread takes up to ROW_TILE streams and goes with them through all steps. Rows are those of `order`.
"""

from typing import NamedTuple

import numpy as np
from numba import boolean, float32, int32, int64, void

from tui_rnn.kernels.equations.attention import attend
from tui_rnn.kernels.equations.cells import CellType, cell_forward, elman_tanh_forward, scale_rows
from tui_rnn.kernels.equations.dropout import STEP, DropoutType, dropout, mask_key
from tui_rnn.kernels.equations.embedding import fill_rows, look_up
from tui_rnn.kernels.equations.order import OrderType
from tui_rnn.kernels.equations.readout import logits_of
from tui_rnn.kernels.equations.recurrent import ROW_TILE, turn_of
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.matmul import matmul, pack, pack_transposed
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.rows import clear_row, copy_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Row, Matrix, Stack, PanelStack = float32[::1], float32[:, ::1], float32[:, :, ::1], float32[:, :, :, ::1]
Ids, Places = int32[::1], int64[::1]


class Decoder(NamedTuple):
    """Padded parameters of L layers, or their gradient in the same shape. G: a cell's gate columns."""

    table: np.ndarray  # (symbols, G): W e of every symbol
    C: np.ndarray  # (hidden, G)
    W: np.ndarray  # (L - 1, hidden, G)
    U: np.ndarray  # (L, hidden, G)
    b: np.ndarray  # (L, G)
    R: np.ndarray  # (2, hidden, hidden), for the state and for its c; (0, ·, ·) if h^d_t itself is read out
    b_R: np.ndarray  # (hidden,)
    b_out: np.ndarray  # (symbols,)


class DecoderPanels(NamedTuple):
    """The same matrices in panels; T: transposed, for the way back. V: the readout's, transposed."""

    C: np.ndarray
    C_T: np.ndarray
    W: np.ndarray
    W_T: np.ndarray
    U: np.ndarray
    U_T: np.ndarray
    R: np.ndarray
    R_T: np.ndarray
    V: np.ndarray


class DecoderActivations(NamedTuple):
    """Activations of B streams, in up to `rows` rows. The first B rows of h and c hold the state before the first step;
    context, weights and dcontext have the same rows, for what each state attends to."""

    gates: np.ndarray  # (L, rows, G)
    h: np.ndarray  # (L, B + rows, hidden)
    c: np.ndarray  # the same, LSTM only
    tanh_c: np.ndarray  # (L, rows, hidden), LSTM only
    read: np.ndarray  # (L, rows, hidden): the state as U reads it, where the cell scales it
    y: np.ndarray  # (L, rows, hidden): h after dropout; the topmost layer's is read out
    r: np.ndarray  # (rows, hidden): tanh(R [h ; c] + b_R), if R is used; on the way back the derivative by its pre-activation
    context: np.ndarray  # (B + rows, hidden): c
    weights: np.ndarray  # (B + rows, longest source, padded): α
    logits: np.ndarray  # (rows, symbols)
    dh: np.ndarray  # (L, rows, hidden)
    dcontext: np.ndarray  # (B + rows, hidden)
    dquery: np.ndarray  # (B, hidden)
    carry: np.ndarray  # (L, B, hidden)
    dread: np.ndarray  # the same, where the cell scales the state: the derivative by h_{t-1} through U


class Source(NamedTuple):
    """What each stream decodes from. Rows of `states` are h^e_j, one source after another, and each source's c."""

    states: np.ndarray  # (·, hidden)
    keys: np.ndarray  # (·, hidden): states itself, or the states times S
    first: np.ndarray  # (B,) int64: row of h^e_1
    length: np.ndarray  # (B,) int64: n
    final: np.ndarray  # (B,) int64: row of c


DecoderType = named(Decoder, Matrix, Matrix, Stack, Stack, Matrix, Stack, Row, Row)
DecoderPanelsType = named(
    DecoderPanels, Stack, Stack, PanelStack, PanelStack, PanelStack, PanelStack, PanelStack, PanelStack, Stack
)
DecoderActivationsType = named(
    DecoderActivations, Stack, Stack, Stack, Stack, Stack, Stack, Matrix, Matrix, Matrix, Matrix, Stack, Matrix, Matrix, Stack,
    Stack,
)  # fmt: skip
SourceType = named(Source, Matrix, Matrix, Places, Places, Places)


@noted(void(DecoderType, DecoderPanelsType, WorkerType))
def pack_decoder(theta, panels, worker):
    """Pack every matrix but the readout's for a step. No barrier: the next phase reads what is packed."""
    tid, threads = worker.tid, worker.threads
    pack(theta.C, panels.C, tid, threads)
    pack_transposed(theta.C, panels.C_T, tid, threads)
    for layer in range(theta.U.shape[0]):
        pack(theta.U[layer], panels.U[layer], tid, threads)
        pack_transposed(theta.U[layer], panels.U_T[layer], tid, threads)
        if layer > 0:
            pack(theta.W[layer - 1], panels.W[layer - 1], tid, threads)
            pack_transposed(theta.W[layer - 1], panels.W_T[layer - 1], tid, threads)
    for part_of_R in range(theta.R.shape[0]):
        pack(theta.R[part_of_R], panels.R[part_of_R], tid, threads)
        pack_transposed(theta.R[part_of_R], panels.R_T[part_of_R], tid, threads)


@noted(void(DecoderActivationsType, SourceType, int64, WorkerType))
def begin(work, source, B, worker):
    """h^d_0 = c in every layer, for B streams."""
    H = work.h.shape[2]
    for b in range(share(B, 1, worker.tid, worker.threads), share(B, 1, worker.tid + 1, worker.threads)):
        for layer in range(work.h.shape[0]):
            copy_row(source.states, source.final[b] * H, work.h[layer], b * H, 0, H)
            if work.c.shape[1] > 1:
                clear_row(work.c[layer], b * H, 0, H)
    barrier(worker.meeting, worker.threads)


@kernel(void(DecoderType, DecoderPanelsType, DecoderActivationsType, Ids, boolean[::1], int64, int64, int64, int64, boolean))
def feed_back(theta, panels, work, fed, given, previous, row, count, end, stays):
    """fed[row + k] ← the likeliest symbol after row previous + k, for each of `count` streams whose symbol is not given.

    stays: a stream that has written the symbol `end` writes it again.
    """
    top = work.y.shape[0] - 1
    logits_of(work.y[top], 0, panels.V, theta.b_out, work.logits, previous, previous + count, end + 1)
    for k in range(count):
        if given[row + k]:
            continue
        best = 0
        for j in range(1, end + 1):
            if work.logits[previous + k, j] > work.logits[previous + k, best]:
                best = j
        fed[row + k] = end if stays and fed[previous + k] == end else best


@kernel(void(boolean, DecoderActivationsType, SourceType, int64, int64, int64))
def look(attends, work, source, first, count, at):
    """c and α of the topmost states in rows at … of `count` streams from `first` on."""
    top, H = work.h.shape[0] - 1, work.h.shape[2]
    for k in range(count):
        b = first + k
        if attends:
            attend(
                source.states, source.keys, source.first[b], source.length[b], work.h[top], at + k,
                work.weights, work.context, at + k,
            )  # fmt: skip
        else:
            copy_row(source.states, source.final[b] * H, work.context, (at + k) * H, 0, H)


@kernel(
    void(
        CellType, boolean, DecoderType, DecoderPanelsType, DecoderActivationsType, SourceType, OrderType, Ids, boolean[::1],
        boolean, DropoutType, int64, int64,
    ))  # fmt: skip
def decode_streams(cell, attends, theta, panels, work, source, order, fed, given, generates, drop, first, last):
    """All steps of the streams first … last-1; see decoder_forward."""
    L, H, T, starts = work.h.shape[0], work.h.shape[2], order.starts.shape[0] - 1, order.starts
    B, end = starts[1], theta.table.shape[0] - 1
    columns, u_column = theta.C.shape[1], cell.recurrent_start * H
    combines = theta.R.shape[0] > 0
    look(attends, work, source, first, last - first, first)
    before, previous = first, 0
    for t in range(T):
        row, now = starts[t] + first, B + starts[t] + first
        count = min(last, starts[t + 1] - starts[t]) - first
        if count <= 0:
            return
        missing, going = 0, 0
        for k in range(count):
            missing += 0 if given[row + k] else 1
        if missing > 0:
            feed_back(theta, panels, work, fed, given, previous, row, count, end, generates and t > 1)
            for k in range(count):
                going += 1 if fed[row + k] != end else 0
            if generates and going == 0:
                return
        look_up(theta.table, theta.b[0], fed, work.gates[0], row, row + count)
        matmul(work.context, before, 0, panels.C, work.gates[0], row, 0, count, 0, columns)
        for layer in range(L):
            if layer > 0:
                fill_rows(work.gates[layer], theta.b[layer], row, row + count)
                matmul(work.y[layer - 1], row, 0, panels.W[layer - 1], work.gates[layer], row, 0, count, 0, columns)
            state, at = work.h[layer], before
            if cell.scales:
                scale_rows(work.gates[layer], work.h[layer], work.read[layer], row, before, count, 0, H)
                state, at = work.read[layer], row
            matmul(state, at, 0, panels.U[layer], work.gates[layer], row, u_column, count, 0, theta.U.shape[2])
            cell_forward(
                cell.code, work.gates[layer], work.h[layer], work.c[layer], work.tanh_c[layer], row, before, now, count, 0, H
            )  # fmt: skip
            read, from_row = work.h[layer], B
            if layer == L - 1:
                goes_on = min(last, starts[t + 2] - starts[t + 1]) - first if t + 1 < T else 0
                look(attends, work, source, first, count if combines else goes_on, now)
                if combines:
                    fill_rows(work.r, theta.b_R, row, row + count)
                    matmul(work.h[layer], now, 0, panels.R[0], work.r, row, 0, count, 0, H)
                    matmul(work.context, now, 0, panels.R[1], work.r, row, 0, count, 0, H)
                    elman_tanh_forward(work.r, row * H, work.r, row * H, H, count * H)
                    read, from_row = work.r, 0
            if drop.rate > 0:
                key = mask_key(drop.seed, drop.clock[STEP], drop.layer + layer)
                dropout(read, from_row, work.y[layer], 0, row, row + count, key, drop.rate)
            else:
                copy_row(read, (from_row + row) * H, work.y[layer], row * H, 0, count * H)
        before, previous = now, row


@noted(
    void(
        CellType, boolean, DecoderType, DecoderPanelsType, DecoderActivationsType, SourceType, OrderType, Ids, boolean[::1],
        boolean, DropoutType, WorkerType,
    ))  # fmt: skip
def decoder_forward(cell, attends, theta, panels, work, source, order, fed, given, generates, drop, worker):
    """h^d_t of every stream from the state before its first step; what is read out goes, after dropout, into work.y[L-1].

    fed (rows,): the symbol read at each step. Where `given` is false, it is the likeliest symbol of the step before, and is
    written here; the first step's must be given. The last symbol is <s> when it is read and </s> when it is written.
    generates: a stream that wrote </s> writes nothing else, and decoding ends once all of them have.
    """
    B = order.starts[1]
    for stream in range(0, B, ROW_TILE):
        if turn_of(stream // ROW_TILE, worker.threads) == worker.tid:
            decode_streams(
                cell, attends, theta, panels, work, source, order, fed, given, generates, drop,
                stream, min(B, stream + ROW_TILE),
            )  # fmt: skip
    barrier(worker.meeting, worker.threads)
