"""A recurrent layer of any cell through time, forward and back (BPTT).

Time-major rows: row t·B + b holds stream b at time t. h (and c) begin with B rows more, the state before t = 0.
A gate buffer has blocks of H columns. W x_t is in place before the time loop; here U h_{t-1} joins it:

    Elman  [z]           LSTM  [z_i z_f z_g z_o]           GRU  [z_n z_r z_z u]
    W, U    z                   all four                         W: z_n z_r z_z   U: z_r z_z u

Threads share the batch, a stream always whole. With few streams they share the units instead, and meet at every step.
"""

from numba import float32, int64, void

from tui_rnn.kernels.cells import GRU, cell_backward, cell_forward
from tui_rnn.kernels.jit import inlined, kernel
from tui_rnn.kernels.matmul import matmul
from tui_rnn.kernels.rows import clear_row
from tui_rnn.kernels.threads import barrier, share

Matrix = float32[:, ::1]
Panels = float32[:, :, ::1]

ROW_TILE = 8  # streams that a thread takes at a time
UNIT_TILE = 32  # units that a thread takes at a time: a whole panel on every machine


@inlined
def splits_units(B, H, threads):
    """Whether threads share the units of a layer rather than its streams."""
    return threads > 1 and B < 2 * ROW_TILE and H >= 4 * UNIT_TILE and H % UNIT_TILE == 0


@kernel(void(int64, Matrix, Matrix, Matrix, Matrix, Panels, int64, int64, int64, int64, int64[::1]))
def recurrent_forward(cell, gates, h, c, tanh_c, U, T, B, tid, threads, meeting):
    """h_t, c_t for t = 0 … T-1. In: gates = W x + b; out: the gates' values. U (H, k·H) in panels."""
    H = h.shape[1]
    blocks = gates.shape[1] // H
    first_block = 1 if cell == GRU else 0
    by_units = splits_units(B, H, threads)
    first, last, unit, unit_end = 0, B, 0, H
    if by_units:
        unit, unit_end = share(H, UNIT_TILE, tid, threads), share(H, UNIT_TILE, tid + 1, threads)
    else:
        first, last = share(B, ROW_TILE, tid, threads), share(B, ROW_TILE, tid + 1, threads)
    for t in range(T):
        row = t * B + first
        if by_units:
            for q in range(blocks - first_block):
                # h · U[:, block q], of which this thread computes its own units
                matmul(h, row, 0, U, gates, row, first_block * H, last - first, q * H + unit, q * H + unit_end)
        elif last > first:
            matmul(h, row, 0, U, gates, row, first_block * H, last - first, 0, (blocks - first_block) * H)
        if unit_end > unit:
            cell_forward(cell, gates, h, c, tanh_c, row, last - first, B, unit, unit_end - unit)
        if by_units:
            barrier(meeting, threads)


@kernel(void(int64, Matrix, Matrix, Matrix, Matrix, Matrix, Matrix, Panels, int64, int64, int64, int64, int64[::1]))
def recurrent_backward(cell, gates, h, c, tanh_c, dh, carry, U_transposed, T, B, tid, threads, meeting):
    """The gates become their dz, from t = T-1 down to 0. dh (T·B, H): from above; through time is added to it.

    U_transposed (k·H, H) in panels; carry (B, H) is overwritten.
    """
    H = h.shape[1]
    first_column = H if cell == GRU else 0
    by_units = splits_units(B, H, threads)
    first, last, unit, unit_end = 0, B, 0, H
    if by_units:
        unit, unit_end = share(H, UNIT_TILE, tid, threads), share(H, UNIT_TILE, tid + 1, threads)
    else:
        first, last = share(B, ROW_TILE, tid, threads), share(B, ROW_TILE, tid + 1, threads)
    if unit_end > unit:
        for b in range(first, last):
            clear_row(carry, b * H + unit, 0, unit_end - unit)
    for t in range(T - 1, -1, -1):
        row = t * B + first
        if t < T - 1 and last > first and unit_end > unit:
            # dh_t += dz_{t+1} · Uᵀ
            matmul(gates, row + B, first_column, U_transposed, dh, row, 0, last - first, unit, unit_end)
        if unit_end > unit:
            cell_backward(cell, gates, h, c, tanh_c, dh, carry, row, last - first, first, B, unit, unit_end - unit)
        if by_units:
            barrier(meeting, threads)
