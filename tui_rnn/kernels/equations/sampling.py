"""Writing: the next character is drawn from its distribution (repetition penalty, temperature, top-k, top-p, min-p, in this
order; or greedily), then read."""

import math
from typing import NamedTuple

import numpy as np
from numba import boolean, float32, float64, int32, int64, uint32, void

from tui_rnn.kernels.equations.dropout import mix
from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import softmax_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType


@inlined
def uniform(seed, counter):
    """A number in (0, 1), the same for the same (seed, counter).

    The seed is mixed first: `mix` takes counter ^ key, so without that small seeds would share their numbers in another
    order, and get 0 where counter = seed.
    """
    key = mix(uint32(0x9E3779B9), seed)  # any constant that nobody is likely to use as a seed
    return (float64(mix(key, counter)) + 0.5) / 4294967296.0


@kernel(void(float64[::1], int32[::1], int64, int64))
def sift_down(p, heap, root, size):
    """Restore the heap below root: a parent's p is never smaller than its child's; of equals the lower id is on top."""
    while True:
        child = 2 * root + 1
        if child >= size:
            return
        if child + 1 < size:
            a, b = heap[child], heap[child + 1]
            if p[b] > p[a] or (p[b] == p[a] and b < a):
                child += 1
        a, b = heap[root], heap[child]
        if p[a] > p[b] or (p[a] == p[b] and a < b):
            return
        heap[root], heap[child] = b, a
        root = child


class Drawing(NamedTuple):
    """How an id is drawn. penalty: for ids that came before, 1 for none. window: how many of the last ids it looks at, 0 for
    all. uncounted: how many ids at the start of the text it never looks at, such as <s>."""

    temperature: float
    top_k: int
    top_p: float
    min_p: float
    penalty: float
    window: int
    uncounted: int


DrawingType = named(Drawing, float64, int64, float64, float64, float64, int64, int64)


@kernel(void(float32[:, ::1], int64, DrawingType, int32[::1], int64, float64[::1], int32[::1]))
def penalise(logits, vocab_size, how, text, n, z, came):
    """z (vocab_size,) ← logits[0]. For each id in the window before text[n], a logit above 0 is divided by the penalty, and any
    other is multiplied by it.

    An id counts once, however often it came. The penalty is CTRL's (Keskar et al. 2019, section 4.1), which divides every such
    logit. One below 0 is multiplied, as in the Transformers library: so a penalty above 1 always makes the id less likely.
    came is scratch, vocab_size long.
    """
    for j in range(vocab_size):
        z[j] = float64(logits[0, j])
    if how.penalty == 1:
        return
    for j in range(vocab_size):
        came[j] = 0
    shrunk = 1.0 / how.penalty  # divided once: compiled divisions may differ in the last bit, and ties would no longer be ties
    first = how.uncounted
    if 0 < how.window < n - first:
        first = n - how.window
    for at in range(first, n):
        j = text[at]
        if came[j] == 0:
            came[j] = 1
            z[j] = z[j] * (shrunk if z[j] > 0 else how.penalty)


@kernel(int64(float64[::1], int64, DrawingType, float64, int32[::1]))
def draw(p, vocab_size, how, u, heap):
    """An id drawn from softmax(p / temperature), where p (vocab_size,) are logits, u uniform in (0, 1). Temperature 0: the
    likeliest. p is overwritten.

    After the temperature, top_k > 0 keeps the k likeliest; of those, top_p < 1 keeps the fewest that together hold the share
    top_p of their probability; of those, min_p > 0 keeps the ones at least min_p times as likely as the likeliest. heap is
    scratch, vocab_size long.
    """
    best = 0
    for j in range(1, vocab_size):
        if p[j] > p[best]:
            best = j
    if how.temperature <= 0:
        return best
    total = 0.0
    peak = p[best]
    for j in range(vocab_size):
        p[j] = math.exp((p[j] - peak) / how.temperature)
        total += p[j]
    kept = vocab_size
    top_k, top_p, min_p = how.top_k, how.top_p, how.min_p
    if 0 < top_k < vocab_size or top_p < 1 or min_p > 0:
        for j in range(vocab_size):
            heap[j] = j
        for root in range(vocab_size // 2 - 1, -1, -1):
            sift_down(p, heap, root, vocab_size)
        # popped ids gather behind the shrinking heap, the likeliest last. The likeliest has p = 1.
        limit = top_k if 0 < top_k < vocab_size else vocab_size
        within = total
        if limit < vocab_size:
            size, within = vocab_size, 0.0
            for _ in range(limit):
                size -= 1
                heap[0], heap[size] = heap[size], heap[0]
                within += p[heap[size]]
                sift_down(p, heap, 0, size)
            reached, kept = 0.0, 0
            while kept < limit and (kept == 0 or reached < top_p * within) and p[heap[vocab_size - kept - 1]] >= min_p:
                kept += 1
                reached += p[heap[vocab_size - kept]]
        else:
            size, reached, kept = vocab_size, 0.0, 0
            while kept < limit and (kept == 0 or reached < top_p * within) and p[heap[0]] >= min_p:
                size -= 1
                heap[0], heap[size] = heap[size], heap[0]
                sift_down(p, heap, 0, size)
                kept += 1
                reached += p[heap[size]]
        target, sum_so_far = u * reached, 0.0
        for k in range(1, kept + 1):
            sum_so_far += p[heap[vocab_size - k]]
            if sum_so_far >= target:
                return heap[vocab_size - k]
        return heap[vocab_size - kept]
    target, sum_so_far = u * total, 0.0
    for j in range(vocab_size):
        sum_so_far += p[j]
        if sum_so_far >= target:
            return j
    return vocab_size - 1


class Writing(NamedTuple):
    """A text that is being written, one id at a time; p and heap are scratch of the vocabulary's size."""

    text: np.ndarray  # (n,) int32: the prompt, then what is drawn
    surprise: np.ndarray  # (n,): −log p(text[k]) under the model itself, whatever the temperature
    place: np.ndarray  # (1,) int64: where the next id goes
    p: np.ndarray
    heap: np.ndarray


WritingType = named(Writing, int32[::1], float64[::1], int64[::1], float64[::1], int32[::1])


@noted(
    void(
        float32[:, ::1], int64, WritingType, int64, DrawingType, int64, int32[:, ::1], boolean[::1], WorkerType,
    ))  # fmt: skip
def write_next(logits, vocab_size, writing, prompt, how, seed, read, fresh, worker):
    """Draw the id at the next place from the logits (1, ·), or take it from the prompt. read (1, 1) ← the id.

    The logits are overwritten; the padding's are NOWHERE.
    """
    n = writing.place[0]
    if n >= prompt:
        u = uniform(uint32(seed), uint32(n))
        penalise(logits, vocab_size, how, writing.text, n, writing.p, writing.heap)
        writing.text[n] = draw(writing.p, vocab_size, how, u, writing.heap)
    z = logits[0, writing.text[n]]
    peak, total = softmax_row(logits, 0, logits.shape[1])
    writing.surprise[n] = float64(peak) - float64(z) + math.log(total)
    read[0, 0] = writing.text[n]
    fresh[0] = False
    writing.place[0] = n + 1
