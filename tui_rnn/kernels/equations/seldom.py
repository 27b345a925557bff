"""Rows of a large matrix that few batches touch. A step of Adam changes every row: one that was not touched has no gradient,
but its mean gradient m goes on moving it, and it decays. Such a row is left as it is and makes up for the steps that it missed,
one by one, when it is touched again: the same numbers as if it had taken part in each, without going through all rows in every
step.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import float32, float64, int64, void

from tui_rnn.kernels.equations.adam import BETA1, BETA2, adam_step, move_row
from tui_rnn.kernels.equations.dropout import CALL
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import dot_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, barrier, share

FACTORS = 3  # of a step: its rate, the correction of v, and what the decay leaves
NUMBER, PLACE, WIDTH = range(3)  # columns of `rows`


class Seldom(NamedTuple):
    """What the n steps of a call touch of such rows, and where all other parameters lie."""

    first: np.ndarray  # (n + 1,) int64: where in `rows` those of each step begin
    rows: np.ndarray  # (m, 3) int64: a row's number, where it begins in the flat vector, its width; none twice in a step
    squares: np.ndarray  # (m,) the sums of their gradients' squares
    done: np.ndarray  # (all such rows,) int64: how many of the steps in `factors` each has taken
    taken: np.ndarray  # (1,) int64: how many steps stand in `factors` when the call begins
    factors: np.ndarray  # (steps, FACTORS)
    blocks: np.ndarray  # (b, 2) int64: where the optimiser's blocks, which hold everything else, begin and end


SeldomType = named(
    Seldom, int64[::1], int64[:, ::1], float64[::1], int64[::1], int64[::1], float32[:, ::1], int64[:, ::1]
)  # fmt: skip


@kernel(float32(float64, int64))
def rate_of(learning_rate, step):
    """Adam's step size with the correction of m; step counts from 1."""
    return float32(learning_rate / (1 - math.pow(BETA1, step)))


@kernel(float32(int64))
def correction_of(step):
    """1 / √(1 − β₂ᵗ), the correction of √v."""
    return float32(1 / math.sqrt(1 - math.pow(BETA2, step)))


@noted(void(float32[:, ::1], SeldomType, int64[::1], WorkerType))
def catch_up(flat, seldom, clock, worker):
    """The rows that the step touches take the steps that they missed."""
    call, tid, threads = clock[CALL], worker.tid, worker.threads
    first, taken = seldom.first[call], seldom.taken[0] + call
    count = seldom.first[call + 1] - first
    for r in range(first + share(count, 1, tid, threads), first + share(count, 1, tid + 1, threads)):
        number, at, width = seldom.rows[r, NUMBER], seldom.rows[r, PLACE], seldom.rows[r, WIDTH]
        for k in range(seldom.done[number], taken):
            adam_step(
                flat[0], at, flat[1], at, flat[2], at, flat[3], at, 0, width,
                float32(1), seldom.factors[k, 0], seldom.factors[k, 1], seldom.factors[k, 2],
            )  # fmt: skip
        seldom.done[number] = taken
    barrier(worker.meeting, threads)


@kernel(void(float32[:, ::1], SeldomType, int64, int64))
def join_rows(flat, seldom, first, last):
    """The gradients of further shards move into the first's, and squares[r] ← Σ gradient², for rows[first … last-1]."""
    n = flat.shape[1]
    for r in range(first, last):
        at, width = seldom.rows[r, PLACE], seldom.rows[r, WIDTH]
        for shard in range(4, flat.shape[0]):
            move_row(flat, shard * n + at, flat, n + at, 0, width)
        seldom.squares[r] = dot_row(flat[1], at, flat[1], at, width)


@kernel(void(float32[:, ::1], SeldomType, int64, float64, float32, float32, float32, int64, int64))
def update_rows(flat, seldom, taken, clip, rate, correction, shrink, first, last):
    """One update of rows[first … last-1], whose gradient is left at zero; `taken` steps stand in `factors` before it."""
    for r in range(first, last):
        at, width = seldom.rows[r, PLACE], seldom.rows[r, WIDTH]
        adam_step(
            flat[0], at, flat[1], at, flat[2], at, flat[3], at, 0, width, float32(clip), rate, correction, shrink
        )  # fmt: skip
        seldom.done[seldom.rows[r, NUMBER]] = taken + 1
