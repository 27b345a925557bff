"""Attention of one decoder state to the encoder states of its source:

    score_j = h^d · key_j        α = softmax(score)        c = Σ_j α_j h^e_j

Dot-product attention takes the encoder states h^e as keys, general (bilinear) attention takes h^e S.
"""

from numba import float32, int64, void

from tui_rnn.kernels.equations.readout import NOWHERE
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.rows import add_scaled_row, clear_row, scale_row
from tui_rnn.kernels.machine.simd import dot_row, softmax_row

Matrix = float32[:, ::1]


@kernel(void(Matrix, Matrix, int64, int64, Matrix, int64, Matrix, Matrix, int64))
def attend(states, keys, first, count, query, query_row, weights, contexts, row):
    """weights[row] ← α over the source's rows first … first+count-1, 0 beyond up to a multiple of 16; contexts[row] ← c."""
    H, width = keys.shape[1], weights.shape[1]
    padded = (count + 15) // 16 * 16
    for j in range(count):
        weights[row, j] = dot_row(keys, (first + j) * H, query, query_row * H, H)
    for j in range(count, padded):
        weights[row, j] = NOWHERE
    _, total = softmax_row(weights, row * width, padded)
    scale_row(weights, row * width, 0, padded, float32(1) / total)
    for j in range(count, padded):
        weights[row, j] = 0
    clear_row(contexts, row * H, 0, H)
    for j in range(count):
        add_scaled_row(states, (first + j) * H, contexts, row * H, 0, H, weights[row, j])


@kernel(void(Matrix, Matrix, Matrix, Matrix, int64, int64, Matrix, int64, Matrix, Matrix, int64, Matrix, int64))
def attend_backward(
    states, keys, dstates, dkeys, first, count, query, query_row, weights, dcontexts, row, dquery, dquery_row
):  # fmt: skip
    """From dcontexts[row]: added to dstates and dkeys (one array when the states are the keys), dquery overwritten."""
    H = keys.shape[1]
    mean = float32(0)
    for j in range(count):
        alpha = weights[row, j]
        add_scaled_row(dcontexts, row * H, dstates, (first + j) * H, 0, H, alpha)
        mean += alpha * dot_row(states, (first + j) * H, dcontexts, row * H, H)
    clear_row(dquery, dquery_row * H, 0, H)
    for j in range(count):
        dscore = weights[row, j] * (dot_row(states, (first + j) * H, dcontexts, row * H, H) - mean)
        add_scaled_row(query, query_row * H, dkeys, (first + j) * H, 0, H, dscore)
        add_scaled_row(keys, (first + j) * H, dquery, dquery_row * H, 0, H, dscore)
