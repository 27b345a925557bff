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

Flat, Blocks = float32[::1], int64[:, ::1]


class Steps(NamedTuple):
    """The n steps of one call."""

    clock: np.ndarray  # (CLOCK_SIZE,) int64: [CALL] steps of this call that are done, [STEP] the number of the step, from 0
    learning_rates: np.ndarray  # (n,)
    losses: np.ndarray  # (n,), written: each step's mean loss
    norms: np.ndarray  # (n,), written: its gradient's norm before clipping
    stop: np.ndarray  # (1,) int64, how many steps were done with one that is not finite


StepsType = named(Steps, int64[::1], float64[::1], float64[::1], float64[::1], int64[::1])


@kernel(void(float32[:, ::1], Blocks, int64, int64))
def join_gradients(flat, blocks, first, last):
    """The gradients of further shards of a batch, in rows 4, 5, … of flat, are moved into row 1: blocks first … last-1."""
    n = flat.shape[1]
    for row in range(4, flat.shape[0]):
        for k in range(first, last):
            start = blocks[k, 0]
            move_row(flat, row * n + start, flat, n + start, 0, blocks[k, 1] - start)


@kernel(void(Flat, Blocks, float64[::1], int64, int64))
def sum_squares(gradient, blocks, partial, first, last):
    """partial[k] ← Σ gradient² over block k, for k = first … last-1."""
    for k in range(first, last):
        start = blocks[k, 0]
        partial[k] = dot_row(gradient, start, gradient, start, blocks[k, 1] - start)


@inlined
def sum_of(values, first, last):
    total = 0.0
    for k in range(first, last):
        total += values[k]
    return total


@inlined
def norm_of(partial, squares, first, last):
    """The global norm from the sums of all blocks and of squares[first … last-1], those of rows; NaN or infinite when any
    gradient is."""
    return math.sqrt(sum_of(partial, 0, partial.shape[0]) + sum_of(squares, first, last))


@kernel(void(Flat, Flat, Flat, Flat, Blocks, float64, float64, float64, float64, int64, int64, int64))
def adam(theta, gradient, m, v, blocks, norm, clip_norm, learning_rate, weight_decay, step, first, last):
    """One update of the blocks first … last-1; the gradient is left at zero. step counts from 1.

    θ ← (1 − decay · rate) θ − rate · m̂ / (√v̂ + ε), with the bias-corrected means m̂ and v̂.
    """
    clip = float32(min(1.0, clip_norm / (norm + 1e-6)))
    rate, correction = rate_of(learning_rate, step), correction_of(step)
    shrink = float32(1 - weight_decay * learning_rate)
    for k in range(first, last):
        start = blocks[k, 0]
        adam_step(
            theta, start, gradient, start, m, start, v, start, 0, blocks[k, 1] - start, clip, rate, correction, shrink
        )  # fmt: skip


@kernel(
    float64(
        float32[:, ::1], float64[::1], SeldomType, int64, float64, float64, float64, float64, int64, int64, int64, int64[::1]
    )
)
def update(flat, partial, seldom, call, loss, clip_norm, learning_rate, weight_decay, step, tid, threads, meeting):
    """The end of a training step, the call-th of its call, shared by threads that meet once: clip, then Adam. Returns the
    gradient's norm before clipping.

    flat: θ, its gradient, Adam's m and v, then further shards' gradients, which are moved into the first. Where the loss
    or the norm is not finite θ, m and v are not changed. Of seldom rows only those that the step touches are changed.
    """
    blocks = seldom.blocks
    first, last = share(blocks.shape[0], 1, tid, threads), share(blocks.shape[0], 1, tid + 1, threads)
    join_gradients(flat, blocks, first, last)
    sum_squares(flat[1], blocks, partial, first, last)
    rows, rows_end = seldom.first[call], seldom.first[call + 1]
    row, row_end = rows + share(rows_end - rows, 1, tid, threads), rows + share(rows_end - rows, 1, tid + 1, threads)
    join_rows(flat, seldom, row, row_end)
    barrier(meeting, threads)
    norm = norm_of(partial, seldom.squares, rows, rows_end)
    if math.isfinite(norm) and math.isfinite(loss):
        adam(flat[0], flat[1], flat[2], flat[3], blocks, norm, clip_norm, learning_rate, weight_decay, step, first, last)
        if rows_end > rows:
            clip = min(1.0, clip_norm / (norm + 1e-6))
            rate, correction = rate_of(learning_rate, step), correction_of(step)
            shrink, taken = float32(1 - weight_decay * learning_rate), seldom.taken[0] + call
            update_rows(flat, seldom, taken, clip, rate, correction, shrink, row, row_end)
            if tid == 0:
                seldom.factors[taken, 0], seldom.factors[taken, 1], seldom.factors[taken, 2] = rate, correction, shrink
    return norm


@noted(
    void(float32[:, ::1], float64[::1], SeldomType, float64[:, ::1], int64, float64, float64, boolean, StepsType, WorkerType)
)
def end_step(flat, partial, seldom, totals, rows, clip_norm, weight_decay, learns, steps, worker):
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
            flat, partial, seldom, call, loss, clip_norm, steps.learning_rates[call], weight_decay, step + 1,
            worker.tid, worker.threads, worker.meeting,
        )  # fmt: skip
    else:
        barrier(worker.meeting, worker.threads)
    if worker.tid == 0:
        steps.losses[call], steps.norms[call] = loss, norm
        steps.clock[CALL], steps.clock[STEP] = call + 1, step + 1
        if learns and not (math.isfinite(loss) and math.isfinite(norm)):
            steps.stop[0] = call + 1
