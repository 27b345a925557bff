"""From the states of all positions to what is read out: some of their rows, or the mean over each sequence."""

from numba import float32, int32, int64, void

from tui_rnn.kernels.equations.embedding import clear_rows
from tui_rnn.kernels.equations.layer import gather_columns
from tui_rnn.kernels.machine.rows import add_row, add_scaled_row, clear_row, scale_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix = float32[:, ::1]


@noted(void(Matrix, int32[:, ::1], Matrix, int64, WorkerType))
def pick_forward(y, index, picked, rows, worker):
    """picked[r] ← y[index[d, r]], where each of the D blocks of columns has a row of its own, for the first `rows` rows.

    The final state [h_n^f ; h_1^b] takes the last position of the forward block, the first one of the backward block.
    """
    D, H = index.shape[0], y.shape[1] // index.shape[0]
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    for d in range(D):
        gather_columns(y, 0, d * H, index[d], picked, d * H, H, first, last)
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, int32[:, ::1], Matrix, int64, int64, WorkerType))
def pick_backward(dpicked, index, dy, rows, positions, worker):
    """dy (positions, ·) ← 0, then each row of dpicked is added to the row it was picked from."""
    D, width = index.shape[0], dy.shape[1]
    H = width // D
    clear_rows(dy, share(positions, 8, worker.tid, worker.threads), share(positions, 8, worker.tid + 1, worker.threads))
    barrier(worker.meeting, worker.threads)
    for d in range(D):
        column, end = d * H + share(H, 16, worker.tid, worker.threads), d * H + share(H, 16, worker.tid + 1, worker.threads)
        if end > column:
            for r in range(rows):
                add_row(dpicked, r * width + column, dy, index[d, r] * width + column, 0, end - column)
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, int64[::1], Matrix, WorkerType))
def mean_forward(y, starts, means, worker):
    """means[b] ← 1/n Σ_t y_t over the n positions of sequence b; starts as in order.Order."""
    T, width = starts.shape[0] - 1, y.shape[1]
    B = starts[1]
    for b in range(share(B, 1, worker.tid, worker.threads), share(B, 1, worker.tid + 1, worker.threads)):
        clear_row(means, b * width, 0, width)
        n = 0
        while n < T and b < starts[n + 1] - starts[n]:
            add_row(y, (starts[n] + b) * width, means, b * width, 0, width)
            n += 1
        scale_row(means, b * width, 0, width, float32(1.0 / n))
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, int64[::1], Matrix, WorkerType))
def mean_backward(dmeans, starts, dy, worker):
    """dy_t ← dmeans[b] / n at each of the n positions of sequence b."""
    T, width = starts.shape[0] - 1, dy.shape[1]
    B = starts[1]
    for b in range(share(B, 1, worker.tid, worker.threads), share(B, 1, worker.tid + 1, worker.threads)):
        n = 0
        while n < T and b < starts[n + 1] - starts[n]:
            n += 1
        for t in range(n):
            clear_row(dy, (starts[t] + b) * width, 0, width)
            add_scaled_row(dmeans, b * width, dy, (starts[t] + b) * width, 0, width, float32(1.0 / n))
    barrier(worker.meeting, worker.threads)
