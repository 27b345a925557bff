"""Writing: the next character is drawn from its distribution (temperature, top-k, top-p, greedy), then fed back."""

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

    The seed is mixed before the counter is: `mix` takes counter ^ key, so that small seeds would share their numbers, in
    another order, and get 0 where counter = seed.
    """
    key = mix(uint32(0x9E3779B9), seed)  # any constant that is hardly a seed
    return (float64(mix(key, counter)) + 0.5) / 4294967296.0


@kernel(void(float64[::1], int32[::1], int64, int64))
def sift_down(p, heap, root, size):
    """Restore the heap below root: a parent's p is never smaller; of equals the lower id is on top."""
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


@kernel(int64(float32[:, ::1], int64, float64, int64, float64, float64, float64[::1], int32[::1]))
def draw(logits, vocab_size, temperature, top_k, top_p, u, p, heap):
    """An id drawn from softmax(logits[0] / temperature), u uniform in (0, 1). Temperature 0: the likeliest.

    top_k > 0 keeps the k likeliest; of those, top_p < 1 keeps the fewest likeliest that hold so much of the rest's
    probability. p and heap are scratch, vocab_size long.
    """
    best = 0
    for j in range(1, vocab_size):
        if logits[0, j] > logits[0, best]:
            best = j
    if temperature <= 0:
        return best
    total = 0.0
    peak = float64(logits[0, best])
    for j in range(vocab_size):
        p[j] = math.exp((float64(logits[0, j]) - peak) / temperature)
        total += p[j]
    kept = vocab_size
    if 0 < top_k < vocab_size or top_p < 1:
        for j in range(vocab_size):
            heap[j] = j
        for root in range(vocab_size // 2 - 1, -1, -1):
            sift_down(p, heap, root, vocab_size)
        # popped ones gather behind the shrinking heap: the likeliest last
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
            while kept < limit and (kept == 0 or reached < top_p * within):
                kept += 1
                reached += p[heap[vocab_size - kept]]
        else:
            size, reached, kept = vocab_size, 0.0, 0
            while kept < limit and (kept == 0 or reached < top_p * within):
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
    """A text that is being written, one id at a time, and scratch of the vocabulary's size."""

    text: np.ndarray  # (n,) int32: the prompt, then what is drawn
    surprise: np.ndarray  # (n,): −log p(text[k]) under the model itself, whatever the temperature
    place: np.ndarray  # (1,) int64: where the next id stands
    p: np.ndarray
    heap: np.ndarray


WritingType = named(Writing, int32[::1], float64[::1], int64[::1], float64[::1], int32[::1])


@noted(
    void(
        float32[:, ::1], int64, WritingType, int64, float64, int64, float64, int64, int32[:, ::1], boolean[::1], WorkerType,
    ))  # fmt: skip
def write_next(logits, vocab_size, writing, prompt, temperature, top_k, top_p, seed, read, fresh, worker):
    """The id at the next place is drawn by its logits (1, ·) or, within the prompt, is given; it is read next, in (1, 1).

    The logits are overwritten; those of padding are NOWHERE.
    """
    n = writing.place[0]
    if n >= prompt:
        u = uniform(uint32(seed), uint32(n))
        writing.text[n] = draw(logits, vocab_size, temperature, top_k, top_p, u, writing.p, writing.heap)
    z = logits[0, writing.text[n]]
    peak, total = softmax_row(logits, 0, logits.shape[1])
    writing.surprise[n] = float64(peak) - float64(z) + math.log(total)
    read[0, 0] = writing.text[n]
    fresh[0] = False
    writing.place[0] = n + 1
