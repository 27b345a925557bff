"""Layers without recurrence: a matrix on its own, y = x W, and the readout, softmax(V y + b). Forward and back."""

from numba import float32, float64, int32, int64, void

from tui_rnn.kernels.equations.embedding import add_rows, clear_rows
from tui_rnn.kernels.equations.readout import cross_entropy, logits_of
from tui_rnn.kernels.machine.matmul import add_outer, matmul, pack, pack_transposed
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import PartType, barrier, share

Matrix = float32[:, ::1]
Panels = float32[:, :, ::1]


@noted(void(Matrix, Panels, Panels, PartType))
def pack_both(W, panels, panels_T, part):
    """W in panels, as it is and transposed."""
    pack(W, panels, part.tid, part.threads)
    pack_transposed(W, panels_T, part.tid, part.threads)
    barrier(part.meeting, part.threads)


@noted(void(Matrix, int64, PartType))
def clear(x, rows, part):
    """x ← 0 in the first `rows` rows."""
    clear_rows(x, share(rows, 8, part.tid, part.threads), share(rows, 8, part.tid + 1, part.threads))
    barrier(part.meeting, part.threads)


@noted(void(Matrix, Panels, Matrix, int64, PartType))
def linear_forward(x, panels, y, rows, part):
    """y ← x W for the first `rows` rows."""
    first, last = share(rows, 8, part.tid, part.threads), share(rows, 8, part.tid + 1, part.threads)
    clear_rows(y, first, last)
    if last > first:
        matmul(x, first, 0, panels, y, first, 0, last - first, 0, y.shape[1])
    barrier(part.meeting, part.threads)


@noted(void(Matrix, Matrix, Panels, Matrix, Matrix, int64, PartType))
def linear_backward(x, dy, panels_T, dW, dx, rows, part):
    """dW += xᵀ dy, and dx += dy Wᵀ, for the first `rows` rows."""
    first, last = share(rows, 8, part.tid, part.threads), share(rows, 8, part.tid + 1, part.threads)
    add_outer(x, 0, dy, 0, 0, rows, dW, part.scratch[part.tid], part.tid, part.threads)
    if last > first:
        matmul(dy, first, 0, panels_T, dx, first, 0, last - first, 0, dx.shape[1])
    barrier(part.meeting, part.threads)


@noted(void(Matrix, Panels, float32[::1], Matrix, int64, int64, PartType))
def readout_forward(y, V, b, logits, rows, classes, part):
    """logits = y · Vᵀ + b for the first `rows` rows, shared by the threads."""
    first, last = share(rows, 8, part.tid, part.threads), share(rows, 8, part.tid + 1, part.threads)
    logits_of(y, 0, V, b, logits, first, last, classes)
    barrier(part.meeting, part.threads)


@noted(void(Matrix, int32[::1], float64[::1], float64[::1], int64, int64, int64, float32, PartType))
def score(logits, targets, losses, total, rows, batch_rows, classes, smoothing, part):
    """The loss of each of `rows` rows, in nats, and their sum, total (1,); logits become the derivative of the mean over
    the batch_rows rows that the whole batch has.

    smoothing ε: the derivative is that of the cross-entropy with (1 - ε) one-hot(target) + ε / classes instead.
    """
    first, last = share(rows, 8, part.tid, part.threads), share(rows, 8, part.tid + 1, part.threads)
    weight = float32(1.0 / batch_rows)
    cross_entropy(logits, targets, losses, first, last, classes, weight)
    if smoothing > 0:
        for r in range(first, last):
            logits[r, targets[r]] += smoothing * weight
            for j in range(classes):
                logits[r, j] -= smoothing * weight / float32(classes)
    barrier(part.meeting, part.threads)
    if part.tid == 0:
        total[0] = 0
        for r in range(rows):
            total[0] += losses[r]
    barrier(part.meeting, part.threads)


@noted(void(Matrix, Matrix, Panels, Matrix, float32[::1], Matrix, int64, PartType))
def readout_backward(y, dlogits, V_T, dV, db, dy, rows, part):
    """dV += dlogitsᵀ y, db += Σ dlogits; dy ← dlogits V."""
    tid, threads, Vp = part.tid, part.threads, dlogits.shape[1]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    add_outer(dlogits, 0, y, 0, 0, rows, dV, part.scratch[tid], tid, threads)
    add_rows(dlogits, db, 0, rows, 0, share(Vp, 16, tid, threads), share(Vp, 16, tid + 1, threads))
    clear_rows(dy, first, last)
    if last > first:
        matmul(dlogits, first, 0, V_T, dy, first, 0, last - first, 0, dy.shape[1])
    barrier(part.meeting, threads)
