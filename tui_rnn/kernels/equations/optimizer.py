"""Adam (Kingma and Ba 2015) with decoupled weight decay, after clipping the gradient by its global norm."""

import math
from typing import NamedTuple

import numpy as np
from numba import boolean, float32, float64, int64, void

from tui_rnn.kernels.equations.adam import adam_step, move_row
from tui_rnn.kernels.equations.dropout import CALL, STEP
from tui_rnn.kernels.equations.seldom import SeldomType, correction_of, join_rows, rate_of, update_rows
from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import dot_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

BLOCK = 4096  # parameters whose squares are summed together: the sum's order does not depend on the threads

Flat = float32[::1]


class Steps(NamedTuple):
    """The n training steps of one call."""

    clock: np.ndarray  # (CLOCK_SIZE,) int64: [CALL] how many steps of this call are done, [STEP] the step's number, from 0
    learning_rates: np.ndarray  # (n,)
    losses: np.ndarray  # (n,), written: each step's mean loss
    norms: np.ndarray  # (n,), written: its gradient's norm before clipping
    stop: np.ndarray  # (1,) int64, written: how many steps were done when one was not finite, that one counted


StepsType = named(Steps, int64[::1], float64[::1], float64[::1], float64[::1], int64[::1])


@kernel(void(float32[:, ::1], int64, int64))
def join_gradients(flat, first, last):
    """Move the gradients of further shards of a batch, rows 4, 5, … of flat, into row 1: blocks first … last-1."""
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
def sum_of(partial, first):
    total = 0.0
    for k in range(first, partial.shape[0]):
        total += partial[k]
    return total


@inlined
def norm_of(partial, first, squares):
    """The global norm from the sums of the blocks from `first` on and of the rows before them; NaN or infinite when any
    gradient is."""
    return math.sqrt(sum_of(partial, first) + sum_of(squares, 0))


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
        rate_of(learning_rate, step),
        correction_of(step),
        float32(1 - weight_decay * learning_rate),
    )  # fmt: skip


@kernel(float64(float32[:, ::1], float64[::1], SeldomType, float64, float64, float64, float64, int64, int64, int64, int64[::1]))
def update(flat, partial, seldom, loss, clip_norm, learning_rate, weight_decay, step, tid, threads, meeting):
    """A training step's end, shared by threads that meet once: clip, then Adam. Returns the gradient's norm before clipping.

    flat: θ, its gradient, Adam's m and v, then further shards' gradients, which are moved into the first. Where the loss
    or the norm is not finite θ, m and v are not changed. Of the blocks before seldom.first_block only the rows that were read
    are touched.
    """
    before = seldom.first_block
    blocks, rows = partial.shape[0] - before, seldom.ids.shape[0]
    first, last = before + share(blocks, 1, tid, threads), before + share(blocks, 1, tid + 1, threads)
    join_gradients(flat, first, last)
    sum_squares(flat[1], partial, first, last)
    row, end = share(rows, 1, tid, threads), share(rows, 1, tid + 1, threads)
    join_rows(flat, seldom, row, end)
    barrier(meeting, threads)
    norm = norm_of(partial, before, seldom.squares)
    if math.isfinite(norm) and math.isfinite(loss):
        adam(flat[0], flat[1], flat[2], flat[3], norm, clip_norm, learning_rate, weight_decay, step, first, last)
        clip = min(1.0, clip_norm / (norm + 1e-6))
        rate, correction = rate_of(learning_rate, step), correction_of(step)
        shrink = float32(1 - weight_decay * learning_rate)
        update_rows(flat, seldom, clip, rate, correction, shrink, row, end)
        if tid == 0 and before > 0:
            taken = seldom.taken[0]
            seldom.factors[taken, 0], seldom.factors[taken, 1], seldom.factors[taken, 2] = rate, correction, shrink
    return norm


@noted(
    void(float32[:, ::1], float64[::1], SeldomType, float64[:, ::1], int64, float64, float64, boolean, StepsType, WorkerType)
)
def end_step(flat, partial, seldom, totals, rows, clip_norm, weight_decay, learns, steps, worker):
    """The end of one of several steps: `update` by a team, if it learns, and the clock goes on.

    totals (shards, 1): each shard's summed loss; together they have `rows` rows. A step whose loss or norm is not finite is
    the last one. This is the last kernel of its phase.
    """
    call, step = steps.clock[CALL], steps.clock[STEP]
    loss, norm = 0.0, 0.0
    for k in range(totals.shape[0]):
        loss += totals[k, 0]
    loss /= rows
    if learns:
        norm = update(
            flat, partial, seldom, loss, clip_norm, steps.learning_rates[call], weight_decay, step + 1,
            worker.tid, worker.threads, worker.meeting,
        )  # fmt: skip
    else:
        barrier(worker.meeting, worker.threads)
    if worker.tid == 0:
        steps.losses[call], steps.norms[call] = loss, norm
        steps.clock[CALL], steps.clock[STEP] = call + 1, step + 1
        if learns and not (math.isfinite(loss) and math.isfinite(norm)):
            steps.stop[0] = call + 1
