"""Layers without recurrence: a matrix on its own, y = x W, and the readout, softmax(V y + b). Forward and back."""

from numba import float32, float64, int32, int64, void

from tui_rnn.kernels.equations.embedding import add_rows, clear_rows
from tui_rnn.kernels.equations.readout import cross_entropy, logits_of
from tui_rnn.kernels.machine.matmul import add_outer, matmul, pack, pack_transposed
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix = float32[:, ::1]
Panels = float32[:, :, ::1]


@noted(void(Matrix, Panels, Panels, WorkerType))
def pack_both(W, panels, panels_T, worker):
    """W in panels, as it is and transposed. No barrier: the next phase reads what is packed."""
    pack(W, panels, worker.tid, worker.threads)
    pack_transposed(W, panels_T, worker.tid, worker.threads)


@noted(void(Matrix, int64, WorkerType))
def clear(x, rows, worker):
    """x ← 0 in the first `rows` rows."""
    clear_rows(x, share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads))
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, Panels, Matrix, int64, WorkerType))
def linear_forward(x, panels, y, rows, worker):
    """y ← x W for the first `rows` rows."""
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    clear_rows(y, first, last)
    if last > first:
        matmul(x, first, 0, panels, y, first, 0, last - first, 0, y.shape[1])
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, Matrix, Panels, Matrix, Matrix, int64, WorkerType))
def linear_backward(x, dy, panels_T, dW, dx, rows, worker):
    """dW += xᵀ dy, and dx += dy Wᵀ, for the first `rows` rows."""
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    add_outer(x, 0, dy, 0, 0, rows, dW, worker.scratch[worker.tid], worker.tid, worker.threads)
    if last > first:
        matmul(dy, first, 0, panels_T, dx, first, 0, last - first, 0, dx.shape[1])
    barrier(worker.meeting, worker.threads)


@noted(void(Matrix, Panels, float32[::1], Matrix, int64, int64, WorkerType))
def readout_forward(y, V, b, logits, rows, classes, worker):
    """logits = y · Vᵀ + b for the first `rows` rows, shared by the threads. No barrier: in `score` each thread reads the
    logits that it wrote itself."""
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    logits_of(y, 0, V, b, logits, first, last, classes)


@noted(void(Matrix, int32[::1], float64[::1], float64[::1], int64, int64, int64, float64, WorkerType))
def score(logits, targets, losses, total, rows, batch_rows, classes, smoothing, worker):
    """The loss of each of `rows` rows, in nats, and their sum, total (1,); logits become the derivative of the mean over
    the batch_rows rows of the whole batch.

    smoothing ε: the derivative is taken for the target (1 - ε) one-hot(target) + ε / classes instead.
    No barrier after the sum: the next phase reads it.
    """
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    weight = float32(1.0 / batch_rows)
    cross_entropy(logits, targets, losses, first, last, classes, weight)
    if smoothing > 0:
        moved = float32(smoothing) * weight
        for r in range(first, last):
            logits[r, targets[r]] += moved
            for j in range(classes):
                logits[r, j] -= moved / float32(classes)
    barrier(worker.meeting, worker.threads)
    if worker.tid == 0:
        total[0] = 0
        for r in range(rows):
            total[0] += losses[r]


@noted(void(Matrix, Matrix, Panels, Matrix, float32[::1], Matrix, int64, WorkerType))
def readout_backward(y, dlogits, V_T, dV, db, dy, rows, worker):
    """dV += dlogitsᵀ y, db += Σ dlogits; dy ← dlogits V."""
    tid, threads, Vp = worker.tid, worker.threads, dlogits.shape[1]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    clear_rows(dy, first, last)
    if last > first:
        matmul(dlogits, first, 0, V_T, dy, first, 0, last - first, 0, dy.shape[1])
    add_outer(dlogits, 0, y, 0, 0, rows, dV, worker.scratch[tid], tid, threads)
    add_rows(dlogits, db, 0, rows, 0, share(Vp, 16, tid, threads), share(Vp, 16, tid + 1, threads))
    barrier(worker.meeting, threads)
