"""From the last hidden states to the loss: y_t = softmax(V h_t), cross-entropy −log y_t[w_{t+1}], teacher forcing."""

import math

from numba import float32, float64, int32, int64, void

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.matmul import matmul
from tui_rnn.kernels.machine.rows import clear_row, copy_row, scale_row
from tui_rnn.kernels.machine.simd import softmax_row

Matrix = float32[:, ::1]
NOWHERE = float32(-1e30)  # the logit of a padding column: its probability is 0


@kernel(void(Matrix, int64, float32[:, :, ::1], float32[::1], Matrix, int64, int64, int64))
def logits_of(y, y_row, V, b, logits, first, last, vocab_size):
    """logits = y · Vᵀ + b for rows first … last-1. V (vocab, H), transposed and in panels."""
    Vp = logits.shape[1]
    for r in range(first, last):
        copy_row(b, 0, logits, r * Vp, 0, Vp)
        for j in range(vocab_size, Vp):
            logits[r, j] = NOWHERE
    matmul(y, y_row + first, 0, V, logits, first, 0, last - first, 0, Vp)


@kernel(void(Matrix, int32[::1], float64[::1], int64, int64, int64, float32))
def cross_entropy(logits, targets, losses, first, last, vocab_size, weight):
    """losses[r] = −log softmax(logits[r])[targets[r]], nats; logits[r] ← its derivative · weight, y − one-hot(target).

    A target below 0 is not scored: loss and derivative 0.
    """
    Vp = logits.shape[1]
    for r in range(first, last):
        target = targets[r]
        if target < 0:
            losses[r] = 0
            clear_row(logits, r * Vp, 0, Vp)
            continue
        z = logits[r, target]
        peak, total = softmax_row(logits, r * Vp, Vp)
        losses[r] = float64(peak) - float64(z) + math.log(total)
        scale = weight / total
        scale_row(logits, r * Vp, 0, Vp, scale)
        for j in range(vocab_size, Vp):
            logits[r, j] = 0
        logits[r, target] -= weight
