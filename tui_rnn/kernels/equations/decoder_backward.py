"""The decoder backward through time: `decoder` has the forward pass, its equations and its arrays."""

from numba import boolean, float32, int32, int64, void

from tui_rnn.kernels.equations.attention import attend_backward
from tui_rnn.kernels.equations.cells import CellType, cell_backward, elman_tanh_backward, scale_rows_backward
from tui_rnn.kernels.equations.decoder import DecoderActivationsType, DecoderPanelsType, DecoderType, SourceType
from tui_rnn.kernels.equations.dropout import STEP, DropoutType, dropout, mask_key
from tui_rnn.kernels.equations.embedding import add_rows, clear_rows, gather_rows, scatter_add_rows
from tui_rnn.kernels.equations.order import OrderType
from tui_rnn.kernels.equations.recurrent import ROW_TILE, turn_of
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.matmul import add_outer, matmul
from tui_rnn.kernels.machine.rows import add_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix, Ids = float32[:, ::1], int32[::1]


@kernel(void(boolean, DecoderActivationsType, SourceType, Matrix, Matrix, int64, int64, int64))
def look_backward(attends, work, source, dstates, dkeys, first, count, at):
    """From the derivatives by c in rows at … to the derivatives by the source and, in dquery, by the decoder's states."""
    top, H = work.h.shape[0] - 1, work.h.shape[2]
    for k in range(count):
        b = first + k
        if attends:
            attend_backward(
                source.states, source.keys, dstates, dkeys, source.first[b], source.length[b], work.h[top], at + k,
                work.weights, work.dcontext, at + k, work.dquery, b,
            )  # fmt: skip
        else:
            add_row(work.dcontext, (at + k) * H, dstates, source.final[b] * H, 0, H)


@kernel(
    void(
        CellType, boolean, DecoderType, DecoderPanelsType, DecoderActivationsType, SourceType, Matrix, Matrix, OrderType,
        DropoutType, int64, int64,
    ))  # fmt: skip
def decode_streams_backward(cell, attends, theta, panels, work, source, dstates, dkeys, order, drop, first, last):
    """All steps of the streams first … last-1, from the last one; see decoder_backward."""
    L, H, starts = work.h.shape[0], work.h.shape[2], order.starts
    B, u_column, combines = starts[1], cell.recurrent_start * H, theta.R.shape[0] > 0
    for layer in range(L):
        clear_rows(work.carry[layer], first, last)
    after = 0  # streams that still run at t + 1
    for t in range(starts.shape[0] - 2, -1, -1):
        row, now = starts[t] + first, B + starts[t] + first
        count = min(last, starts[t + 1] - starts[t]) - first
        if count <= 0:
            continue
        before = B + starts[t - 1] + first if t > 0 else first
        for layer in range(L - 1, -1, -1):
            gates, dh, dread = work.gates[layer], work.dh[layer], work.dread[layer]
            if layer < L - 1:
                clear_rows(dh, row, row + count)
                matmul(work.gates[layer + 1], row, 0, panels.W_T[layer], dh, row, 0, count, 0, H)
            if drop.rate > 0:
                dropout(dh, 0, dh, 0, row, row + count, mask_key(drop.seed, drop.clock[STEP], drop.layer + layer), drop.rate)
            if layer == L - 1:
                looked = after  # how many states had their c read: by the next step or, with R, also by the readout
                if combines:
                    looked = count
                    elman_tanh_backward(work.r, row * H, dh, row * H, work.r, row * H, H, count * H)
                    clear_rows(dh, row, row + count)
                    matmul(work.r, row, 0, panels.R_T[0], dh, row, 0, count, 0, H)
                    clear_rows(work.dcontext, now + after, now + count)
                    matmul(work.r, row, 0, panels.R_T[1], work.dcontext, now, 0, count, 0, H)
                look_backward(attends, work, source, dstates, dkeys, first, looked, now)
                if attends and looked > 0:
                    add_row(work.dquery, first * H, dh, row * H, 0, looked * H)
            if after > 0:
                if cell.scales:
                    add_row(dread, first * H, dh, row * H, 0, after * H)
                else:
                    matmul(gates, starts[t + 1] + first, u_column, panels.U_T[layer], dh, row, 0, after, 0, H)
            cell_backward(
                cell.code, gates, work.h[layer], work.c[layer], work.tanh_c[layer], dh, work.carry[layer],
                row, before, now, first, count, 0, H,
            )  # fmt: skip
            if cell.scales:  # its dz is needed below, and the rest is the way back to the step before
                clear_rows(dread, first, first + count)
                matmul(gates, row, u_column, panels.U_T[layer], dread, first, 0, count, 0, H)
                scale_rows_backward(gates, work.h[layer], dread, row, before, first, count, 0, H)
        clear_rows(work.dcontext, before, before + count)
        matmul(work.gates[0], row, 0, panels.C_T, work.dcontext, before, 0, count, 0, H)
        after = count
    # h^d_0 = c
    look_backward(attends, work, source, dstates, dkeys, first, last - first, first)
    for layer in range(L):
        initial = work.carry[layer]
        if work.c.shape[1] > 1:  # then the carry is dc, of a c that began as zero
            clear_rows(initial, first, last)
        if cell.scales:
            add_row(work.dread[layer], first * H, initial, first * H, 0, (last - first) * H)
        else:
            matmul(work.gates[layer], first, u_column, panels.U_T[layer], initial, first, 0, last - first, 0, H)
        for b in range(first, last):
            if attends and layer == L - 1:
                add_row(work.dquery, b * H, dstates, source.final[b] * H, 0, H)
            add_row(initial, b * H, dstates, source.final[b] * H, 0, H)


@noted(
    void(
        CellType, boolean, DecoderType, DecoderType, DecoderPanelsType, DecoderActivationsType, SourceType, Matrix, Matrix,
        OrderType, Ids, DropoutType, WorkerType,
    ))  # fmt: skip
def decoder_backward(cell, attends, theta, gradient, panels, work, source, dstates, dkeys, order, fed, drop, worker):
    """From work.dh[L-1], the derivatives by what is read out: adds to the gradient, and to dstates and dkeys.

    Without general attention the states are the keys, and dkeys is dstates.
    """
    tid, threads = worker.tid, worker.threads
    L, H, G = work.h.shape[0], work.h.shape[2], theta.b.shape[1]
    B, rows, combines = order.starts[1], order.starts[order.starts.shape[0] - 1], theta.R.shape[0] > 0
    for stream in range(0, B, ROW_TILE):
        if turn_of(stream // ROW_TILE, threads) == tid:
            decode_streams_backward(
                cell, attends, theta, panels, work, source, dstates, dkeys, order, drop, stream, min(B, stream + ROW_TILE)
            )  # fmt: skip
    barrier(worker.meeting, threads)
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    columns = theta.C.shape[1]
    scatter_add_rows(
        work.gates[0], fed, gradient.table, rows, share(columns, 16, tid, threads), share(columns, 16, tid + 1, threads)
    )  # fmt: skip
    if combines:
        add_rows(work.r, gradient.b_R, 0, rows, 0, share(H, 16, tid, threads), share(H, 16, tid + 1, threads))
    for layer in range(L):
        # dh is no longer needed: now it holds h_{t-1} beside dz_t, and dcontext the c that was read
        if not cell.scales:
            gather_rows(work.h[layer], order.before, work.dh[layer], first, last)
        add_rows(work.gates[layer], gradient.b[layer], 0, rows, 0, share(G, 16, tid, threads), share(G, 16, tid + 1, threads))
    gather_rows(work.context, order.before, work.dcontext, first, last)
    barrier(worker.meeting, threads)
    add_outer(work.dcontext, 0, work.gates[0], 0, 0, rows, gradient.C, worker.scratch[tid], tid, threads)
    if combines:
        add_outer(work.h[L - 1], B, work.r, 0, 0, rows, gradient.R[0], worker.scratch[tid], tid, threads)
        add_outer(work.context, B, work.r, 0, 0, rows, gradient.R[1], worker.scratch[tid], tid, threads)
    for layer in range(L):
        u_column = cell.recurrent_start * H
        states = work.read[layer] if cell.scales else work.dh[layer]
        add_outer(states, 0, work.gates[layer], 0, u_column, rows, gradient.U[layer], worker.scratch[tid], tid, threads)
        if layer > 0:
            add_outer(
                work.y[layer - 1], 0, work.gates[layer], 0, 0, rows, gradient.W[layer - 1], worker.scratch[tid], tid, threads
            )  # fmt: skip
    barrier(worker.meeting, threads)
