"""Adam (Kingma and Ba 2015) with decoupled weight decay, after clipping the gradient by its global norm."""

import math
from typing import NamedTuple

import numpy as np
from numba import boolean, float32, float64, int64, void

from tui_rnn.kernels.equations.dropout import CALL, STEP
from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import dot_row, elementwise
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share
from tui_rnn.kernels.machine.vectors import square_root

BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8
BLOCK = 4096  # parameters whose squares are summed together: the sum's order does not depend on the threads

Flat = float32[::1]


class Steps(NamedTuple):
    """The n steps of one call."""

    clock: np.ndarray  # (CLOCK_SIZE,) int64: [CALL] steps of this call that are done, [STEP] the number of the step, from 0
    learning_rates: np.ndarray  # (n,)
    losses: np.ndarray  # (n,), written: each step's mean loss
    norms: np.ndarray  # (n,), written: its gradient's norm before clipping
    stop: np.ndarray  # (1,) int64, how many steps were done with one that is not finite


StepsType = named(Steps, int64[::1], float64[::1], float64[::1], float64[::1], int64[::1])


@elementwise(reads="theta gradient m v", writes="theta gradient m v", scalars="clip rate correction shrink")
def adam_step(theta, gradient, m, v, clip, rate, correction, shrink):
    g = gradient * clip
    m = m * BETA1 + g * (1 - BETA1)
    v = v * BETA2 + g * g * (1 - BETA2)
    theta = theta * shrink - rate * m / (square_root(v) * correction + EPSILON)
    return theta, g * 0, m, v


@elementwise(reads="source target", writes="source target")
def move_row(source, target):
    return source.constant(0), target + source


@kernel(void(float32[:, ::1], int64, int64))
def join_gradients(flat, first, last):
    """The gradients of further shards of a batch, in rows 4, 5, … of flat, are moved into row 1: blocks first … last-1."""
    n = flat.shape[1]
    start, end = first * BLOCK, min(n, last * BLOCK)
    for row in range(4, flat.shape[0]):
        if end > start:
            move_row(flat, row * n + start, flat, n + start, 0, end - start)


@kernel(void(Flat, float64[::1], int64, int64))
def sum_squares(gradient, partial, first, last):
    """partial[k] ← Σ gradient² over block k, for k = first … last-1."""
    n = gradient.shape[0]
    for k in range(first, last):
        partial[k] = dot_row(gradient, k * BLOCK, gradient, k * BLOCK, min(BLOCK, n - k * BLOCK))


@inlined
def norm_of(partial):
    """The global norm from the blocks' sums; NaN or infinite when any gradient is."""
    total = 0.0
    for k in range(partial.shape[0]):
        total += partial[k]
    return math.sqrt(total)


@kernel(void(Flat, Flat, Flat, Flat, float64, float64, float64, float64, int64, int64, int64))
def adam(theta, gradient, m, v, norm, clip_norm, learning_rate, weight_decay, step, first, last):
    """One update of the blocks first … last-1; the gradient is left at zero. step counts from 1.

    θ ← (1 − decay · rate) θ − rate · m̂ / (√v̂ + ε), with the bias-corrected means m̂ and v̂.
    """
    start, end = first * BLOCK, min(theta.shape[0], last * BLOCK)
    if end <= start:
        return
    clip = min(1.0, clip_norm / (norm + 1e-6))
    adam_step(
        theta, start, gradient, start, m, start, v, start, 0, end - start,
        float32(clip),
        float32(learning_rate / (1 - math.pow(BETA1, step))),
        float32(1 / math.sqrt(1 - math.pow(BETA2, step))),
        float32(1 - weight_decay * learning_rate),
    )  # fmt: skip


@kernel(float64(float32[:, ::1], float64[::1], float64, float64, float64, float64, int64, int64, int64, int64[::1]))
def update(flat, partial, loss, clip_norm, learning_rate, weight_decay, step, tid, threads, meeting):
    """A training step's end, shared by threads that meet once: clip, then Adam. Returns the gradient's norm before clipping.

    flat: θ, its gradient, Adam's m and v, then further shards' gradients, which are moved into the first. Where the loss
    or the norm is not finite θ, m and v are not changed.
    """
    blocks = partial.shape[0]
    first, last = share(blocks, 1, tid, threads), share(blocks, 1, tid + 1, threads)
    join_gradients(flat, first, last)
    sum_squares(flat[1], partial, first, last)
    barrier(meeting, threads)
    norm = norm_of(partial)
    if math.isfinite(norm) and math.isfinite(loss):
        adam(flat[0], flat[1], flat[2], flat[3], norm, clip_norm, learning_rate, weight_decay, step, first, last)
    return norm


@noted(void(float32[:, ::1], float64[::1], float64[:, ::1], int64, float64, float64, boolean, StepsType, WorkerType))
def end_step(flat, partial, totals, rows, clip_norm, weight_decay, learns, steps, worker):
    """The end of one of several steps: `update` by a team, if it learns, and the clock goes on.

    totals (shards, 1): their summed losses over `rows` rows. A step whose loss or norm is not finite is the last one. It is
    the last kernel of its phase.
    """
    call, step = steps.clock[CALL], steps.clock[STEP]
    loss, norm = 0.0, 0.0
    for k in range(totals.shape[0]):
        loss += totals[k, 0]
    loss /= rows
    if learns:
        norm = update(
            flat, partial, loss, clip_norm, steps.learning_rates[call], weight_decay, step + 1,
            worker.tid, worker.threads, worker.meeting,
        )  # fmt: skip
    else:
        barrier(worker.meeting, worker.threads)
    if worker.tid == 0:
        steps.losses[call], steps.norms[call] = loss, norm
        steps.clock[CALL], steps.clock[STEP] = call + 1, step + 1
        if learns and not (math.isfinite(loss) and math.isfinite(norm)):
            steps.stop[0] = call + 1
