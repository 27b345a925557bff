"""A recurrent layer of any cell through time, forward and back (BPTT).

Rows are time-major: time step t has the rows starts[t] … starts[t+1]-1, one for each stream that still runs. Streams
are sorted, and the ones that end first come last: a stream that has ended takes no rows. (In the language model none
ends, and row t·B + b holds stream b at time t.) h and c begin with B further rows, the state before t = 0.

A gate buffer has blocks of H columns. It holds W x_t before the time loop, which adds U h_{t-1}:

    Elman  [z]           LSTM  [z_i z_f z_g z_o]           GRU  [z_n z_r z_z m]
    W, U    z                   all four                         W: z_n z_r z_z   U: z_r z_z m

minGRU has [z_n z_z] and minLSTM [z_f z_i z_n], all of them W's: U has no columns, and no unit reads another one's state. So
all t could be computed at once by a parallel scan. The loop over t does less arithmetic, and takes 2 to 8% of the time of the
layer's products with W (docs/performance.md).

Both kernels do the streams first … last-1, and the units unit … unit_end-1 of each. Threads that share the units of the
same streams meet at every step, if the cell has a U.
"""

from numba import float32, int64, types, void

from tui_rnn.kernels.equations.cells import CellType, cell_backward, cell_forward, scale_rows, scale_rows_backward
from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.matmul import matmul
from tui_rnn.kernels.machine.rows import add_row, clear_row
from tui_rnn.kernels.machine.threads import barrier, share

Matrix = float32[:, ::1]
Panels = float32[:, :, ::1]
Starts = int64[::1]

ROW_TILE = 8  # streams that a thread takes at a time
LARGE_TILE = 32  # the same if U is larger than CACHED: more streams then share the cost of fetching U
CACHED = 1 << 17  # float32 numbers, half a megabyte: a U of this size stays in a core's own cache from step to step
UNIT_TILE = 32  # units that a thread takes at a time: a whole number of panels on every machine


@inlined
def streams_at_a_time(U, streams, threads):
    """How many streams a thread takes through time together, for U in panels: no more than its share of `streams`."""
    if U.size <= CACHED:
        return ROW_TILE
    return min(LARGE_TILE, max(1, streams // threads // ROW_TILE) * ROW_TILE)


@inlined
def turn_of(item, threads):
    """Which thread takes an item of a list sorted by size. All threads get about the same work."""
    lap, place = item // threads, item % threads
    return place if lap % 2 == 0 else threads - 1 - place


@kernel(types.UniTuple(int64, 2)(int64, int64, int64, int64))
def share_of_units(streams, H, tid, threads):
    """unit, unit_end of one thread: all units, or a share of them if there are too few streams to share."""
    if threads > 1 and streams < 2 * ROW_TILE and H >= 4 * UNIT_TILE and H % UNIT_TILE == 0:
        return share(H, UNIT_TILE, tid, threads), share(H, UNIT_TILE, tid + 1, threads)
    return 0, H


@kernel(void(CellType, Matrix, Matrix, Matrix, Matrix, Matrix, Panels, Starts, int64, int64, int64, int64, int64, int64[::1]))
def recurrent_forward(cell, gates, h, c, tanh_c, read, U, starts, first, last, unit, unit_end, threads, meeting):
    """h_t, c_t for t = 0 … T-1. In: gates = W x + b; out: the gates' values. U (H, k·H) in panels."""
    H, B = h.shape[1], starts[1] - starts[0]
    blocks = gates.shape[1] // H
    first_block = cell.recurrent_start
    by_units = unit_end - unit < H
    meets = by_units and blocks > first_block
    before = first  # row of h that holds h_{t-1} of stream `first`
    for t in range(starts.shape[0] - 1):
        row, now = starts[t] + first, B + starts[t] + first
        running = min(last, starts[t + 1] - starts[t]) - first
        if cell.scales:
            if running > 0 and unit_end > unit:
                scale_rows(gates, h, read, row, before, running, unit, unit_end - unit)
            if meets:
                barrier(meeting, threads)
        state, at = (read, row) if cell.scales else (h, before)
        if running > 0:
            if by_units:
                for q in range(blocks - first_block):
                    # this thread's units of h · U[:, block q]
                    matmul(state, at, 0, U, gates, row, first_block * H, running, q * H + unit, q * H + unit_end)
            else:
                matmul(state, at, 0, U, gates, row, first_block * H, running, 0, (blocks - first_block) * H)
            if unit_end > unit:
                cell_forward(cell.code, gates, h, c, tanh_c, row, before, now, running, unit, unit_end - unit)
        if meets:
            barrier(meeting, threads)
        before = now


@inlined
def clear_units(rows, first, count, unit, unit_end):
    """Zeros in the units of `count` rows from `first` on."""
    for b in range(first, first + count):
        clear_row(rows, b * rows.shape[1] + unit, 0, unit_end - unit)


@kernel(
    void(
        CellType,
        Matrix,
        Matrix,
        Matrix,
        Matrix,
        Matrix,
        Matrix,
        Matrix,
        Panels,
        Starts,
        int64,
        int64,
        int64,
        int64,
        int64,
        int64[::1],
    )
)
def recurrent_backward(
    cell, gates, h, c, tanh_c, dread, dh, carry, U_transposed, starts, first, last, unit, unit_end, threads, meeting
):
    """The gates become their dz, from t = T-1 down to 0. dh (rows, H) comes from above; the part through time is added to it.

    U_transposed (k·H, H) in panels; carry (B, H) is overwritten.
    """
    H, B, T = h.shape[1], starts[1] - starts[0], starts.shape[0] - 1
    first_column = cell.recurrent_start * H
    meets = unit_end - unit < H and gates.shape[1] > first_column
    if unit_end > unit:
        clear_units(carry, first, last - first, unit, unit_end)
    after = 0  # streams that still run at t + 1
    for t in range(T - 1, -1, -1):
        row = starts[t] + first
        running = min(last, starts[t + 1] - starts[t]) - first
        if running > 0 and unit_end > unit:
            if after > 0:
                # dh_t += dz_{t+1} · Uᵀ
                if cell.scales:
                    clear_units(dread, first, after, unit, unit_end)
                    matmul(gates, starts[t + 1] + first, first_column, U_transposed, dread, first, 0, after, unit, unit_end)
                    scale_rows_backward(gates, h, dread, starts[t + 1] + first, B + row, first, after, unit, unit_end - unit)
                    for k in range(after):
                        add_row(dread, (first + k) * H + unit, dh, (row + k) * H + unit, 0, unit_end - unit)
                else:
                    matmul(gates, starts[t + 1] + first, first_column, U_transposed, dh, row, 0, after, unit, unit_end)
            before = B + starts[t - 1] + first if t > 0 else first
            cell_backward(
                cell.code, gates, h, c, tanh_c, dh, carry, row, before, B + row, first, running, unit, unit_end - unit
            )  # fmt: skip
        if meets:
            barrier(meeting, threads)
        after = running
    if cell.scales and after > 0 and unit_end > unit:  # the first step's scale; the gradient by the state before it stops
        clear_units(dread, first, after, unit, unit_end)
        matmul(gates, first, first_column, U_transposed, dread, first, 0, after, unit, unit_end)
        scale_rows_backward(gates, h, dread, first, first, first, after, unit, unit_end - unit)
