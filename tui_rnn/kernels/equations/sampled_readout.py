"""A sampled softmax (Jean et al. 2015): the true word w among the K words S drawn for the step, in place of all.

z_k = V_k y + b_k − ln P_k for k in S and for w, where P_k is the probability with which k is drawn; the loss is
−ln (e^{z_w} / Σ_{k ∈ S ∪ w} e^{z_k}). As K grows to the whole vocabulary, it becomes the cross-entropy of the full softmax.

Logits have a column for each drawn word, then one for the row's own true word where that is not among them.
"""

import math

from numba import float32, float64, int32, int64, void

from tui_rnn.kernels.equations.dropout import CALL
from tui_rnn.kernels.equations.embedding import add_rows, clear_rows
from tui_rnn.kernels.equations.readout import NOWHERE, cross_entropy, logits_of
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.matmul import add_outer, matmul
from tui_rnn.kernels.machine.rows import add_row, add_scaled_row, clear_row, copy_row
from tui_rnn.kernels.machine.simd import dot_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

Matrix = float32[:, ::1]
Vector = float32[::1]
Words = int32[:, ::1]
LARGE = 30.0  # e^LARGE outweighs 1


@noted(void(Matrix, Vector, Vector, Words, int64[::1], Matrix, Vector, WorkerType))
def gather(V, b, corrections, words, clock, drawn, drawn_b, worker):
    """drawn[k] ← V[w], drawn_b[k] ← b[w] − ln P_w for the words w = words[step, k] of the step."""
    call, K, H = clock[CALL], words.shape[1], V.shape[1]
    for k in range(share(K, 1, worker.tid, worker.threads), share(K, 1, worker.tid + 1, worker.threads)):
        word = words[call, k]
        copy_row(V, word * H, drawn, k * H, 0, H)
        drawn_b[k] = b[word] + corrections[word]
    barrier(worker.meeting, worker.threads)


@kernel(int64(Words, int64, int32))
def place_of(words, call, word):
    """The column of a word among those of a step, which ascend; K where it isn't one of them."""
    low, high = 0, words.shape[1]
    while low < high:
        middle = (low + high) // 2
        if words[call, middle] < word:
            low = middle + 1
        else:
            high = middle
    return low if low < words.shape[1] and words[call, low] == word else words.shape[1]


@noted(
    void(
        Matrix, float32[:, :, ::1], Vector, Matrix, Vector, Vector, Words, int64[::1], int32[::1], int32[::1], Matrix, int64,
        WorkerType,
    ))  # fmt: skip
def sampled_forward(y, drawn_T, drawn_b, V, b, corrections, words, clock, targets, places, logits, rows, worker):
    """The logits of the first `rows` rows, shared by the threads; places[r] ← the column of row r's true word.

    Nothing waits for the others: `sampled_score` reads what the same thread wrote.
    """
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    call, K, H = clock[CALL], words.shape[1], V.shape[1]
    logits_of(y, 0, drawn_T, drawn_b, logits, first, last, K + 1)
    for r in range(first, last):
        word = targets[r]
        places[r] = place_of(words, call, word)
        logits[r, K] = NOWHERE
        if places[r] == K:
            logits[r, K] = dot_row(y, r * H, V, word * H, H) + b[word] + corrections[word]


@noted(void(Matrix, Vector, int32[::1], int32[::1], float64[::1], float64[::1], int64, int64, int64, WorkerType))
def sampled_score(logits, corrections, targets, places, losses, total, rows, batch_rows, columns, worker):
    """Logits become the derivative of the mean sampled loss over the batch_rows rows that the whole batch has. losses[r] ← an
    estimate of the full softmax's loss, −ln ŷ_w with Σ_{k ∈ S, k ≠ w} e^{V_k y + b_k} / P_k + e^{V_w y + b_w} for its
    denominator, in nats; total (1,) ← their sum, which is read in the next phase.
    """
    first, last = share(rows, 8, worker.tid, worker.threads), share(rows, 8, worker.tid + 1, worker.threads)
    cross_entropy(logits, places, losses, first, last, columns, float32(1.0 / batch_rows))
    for r in range(first, last):
        correction = float64(corrections[targets[r]])
        if losses[r] + correction > LARGE:
            losses[r] += correction
        else:  # e^{sampled loss} − 1 is what the others weigh beside e^{z_w}
            losses[r] = math.log1p(math.expm1(losses[r]) * math.exp(correction))
    barrier(worker.meeting, worker.threads)
    if worker.tid == 0:
        total[0] = 0
        for r in range(rows):
            total[0] += losses[r]


@noted(
    void(
        Matrix, Matrix, float32[:, :, ::1], Matrix, Words, int64[::1], int32[::1], int32[::1], Matrix, Vector, Matrix, Vector,
        Matrix, int64, WorkerType,
    ))  # fmt: skip
def sampled_backward(
    y, dlogits, drawn, V, words, clock, targets, places, ddrawn, ddrawn_b, dV, db, dy, rows, worker
):  # fmt: skip
    """dV_k += Σ dz_k y and db_k += Σ dz_k for drawn and true words k; dy ← Σ_k dz_k V_k. ddrawn and its bias are zero before
    and after."""
    tid, threads, call = worker.tid, worker.threads, clock[CALL]
    K, H, columns = words.shape[1], V.shape[1], dlogits.shape[1]
    first, last = share(rows, 8, tid, threads), share(rows, 8, tid + 1, threads)
    clear_rows(dy, first, last)
    if last > first:
        matmul(dlogits, first, 0, drawn, dy, first, 0, last - first, 0, H)
    for r in range(first, last):
        if places[r] == K:
            add_scaled_row(V, targets[r] * H, dy, r * H, 0, H, dlogits[r, K])
    add_outer(dlogits, 0, y, 0, 0, rows, ddrawn, worker.scratch[tid], tid, threads)
    add_rows(dlogits, ddrawn_b, 0, rows, 0, share(columns, 16, tid, threads), share(columns, 16, tid + 1, threads))
    low, high = share(H, 16, tid, threads), share(H, 16, tid + 1, threads)
    for r in range(rows):  # true words that were not drawn: their rows are no drawn word's
        if places[r] == K:
            if high > low:
                add_scaled_row(y, r * H + low, dV, targets[r] * H + low, 0, high - low, dlogits[r, K])
            if tid == 0:
                db[targets[r]] += dlogits[r, K]
    barrier(worker.meeting, threads)
    for k in range(share(columns, 1, tid, threads), share(columns, 1, tid + 1, threads)):
        if k < K:
            word = words[call, k]
            add_row(ddrawn, k * H, dV, word * H, 0, H)
            db[word] += ddrawn_b[k]
        clear_row(ddrawn, k * H, 0, H)
        ddrawn_b[k] = 0
    barrier(worker.meeting, threads)
