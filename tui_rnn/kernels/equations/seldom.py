"""Rows of an embedding that few batches read. A step of Adam changes every row: a row that was not read has no gradient, but
its mean gradient m still moves it, and it decays. Here such a row waits, and takes the steps that it missed, one by one, when
it is read again: this gives the same numbers, and no step goes through all rows.

They are the first rows of the first parameter: `rows` rows of `width` numbers, as many as fill whole blocks of the optimiser.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import float32, float64, int32, int64, void

from tui_rnn.kernels.equations.adam import BETA1, BETA2, adam_step, move_row
from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import dot_row
from tui_rnn.kernels.machine.tape import noted
from tui_rnn.kernels.machine.threads import WorkerType, share

FACTORS = 3  # of a step: its rate, the correction of v, and the share that the decay leaves


class Seldom(NamedTuple):
    """first_block is the optimiser's first block after these rows; 0: there are no such rows."""

    ids: np.ndarray  # (n,) int32: the rows that this step reads, ascending
    squares: np.ndarray  # (n,) the sums of their gradients' squares
    done: np.ndarray  # (rows,) int64: how many of the steps in `factors` each row has taken
    taken: np.ndarray  # (1,) int64: how many steps stand in `factors`
    factors: np.ndarray  # (steps, FACTORS)
    width: int
    first_block: int


SeldomType = named(Seldom, int32[::1], float64[::1], int64[::1], int64[::1], float32[:, ::1], int64, int64)


@kernel(float32(float64, int64))
def rate_of(learning_rate, step):
    """Adam's step size with the correction of m; step counts from 1."""
    return float32(learning_rate / (1 - math.pow(BETA1, step)))


@kernel(float32(int64))
def correction_of(step):
    """1 / √(1 − β₂ᵗ), the correction of √v."""
    return float32(1 / math.sqrt(1 - math.pow(BETA2, step)))


@noted(void(float32[:, ::1], SeldomType, WorkerType))
def catch_up(flat, seldom, worker):
    """The rows `ids` take the steps that they missed. No barrier: the next phase reads them."""
    width, taken = seldom.width, seldom.taken[0]
    count = seldom.ids.shape[0]
    for r in range(share(count, 1, worker.tid, worker.threads), share(count, 1, worker.tid + 1, worker.threads)):
        row = seldom.ids[r]
        at = row * width
        for k in range(seldom.done[row], taken):
            adam_step(
                flat[0], at, flat[1], at, flat[2], at, flat[3], at, 0, width,
                float32(1), seldom.factors[k, 0], seldom.factors[k, 1], seldom.factors[k, 2],
            )  # fmt: skip
        seldom.done[row] = taken


@kernel(void(float32[:, ::1], SeldomType, int64, int64))
def join_rows(flat, seldom, first, last):
    """Move the gradients of further shards into the first shard's, and squares[r] ← Σ gradient²: rows ids[first … last-1]."""
    n, width = flat.shape[1], seldom.width
    for r in range(first, last):
        at = seldom.ids[r] * width
        for shard in range(4, flat.shape[0]):
            move_row(flat, shard * n + at, flat, n + at, 0, width)
        seldom.squares[r] = dot_row(flat[1], at, flat[1], at, width)


@kernel(void(float32[:, ::1], SeldomType, float64, float32, float32, float32, int64, int64))
def update_rows(flat, seldom, clip, rate, correction, shrink, first, last):
    """One update of the rows ids[first … last-1], whose gradient is left at zero."""
    width, taken = seldom.width, seldom.taken[0]
    for r in range(first, last):
        at = seldom.ids[r] * width
        adam_step(
            flat[0], at, flat[1], at, flat[2], at, flat[3], at, 0, width, float32(clip), rate, correction, shrink
        )  # fmt: skip
        seldom.done[seldom.ids[r]] = taken + 1
