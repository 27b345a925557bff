"""Where the rows of a batch of sequences lie.

The longest sequence comes first, and row starts[t] + b is character t of sequence b (see recurrent). The backward
direction has the same rows, but its row (t, b) reads the character n_b - 1 - t: so in both directions the shorter
sequences end first. In direction d, row r reads row reading[d, r]. That mapping is its own inverse, so it also says
which row of a direction is about position r.
"""

from typing import NamedTuple

import numpy as np
from numba import int32, int64, void

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named

Places, Ids = int64[::1], int32[::1]


class Order(NamedTuple):
    """Where the rows of a batch of sequences lie; see the head of this file."""

    starts: np.ndarray  # (T+1,) int64
    reading: np.ndarray  # (2, rows) int32: forward (r itself) and backward
    before: np.ndarray  # (rows,) int32: which of the B + rows rows of h holds the state before


OrderType = named(Order, int64[::1], int32[:, ::1], int32[::1])


@kernel(void(Places, Places, Places, Places, Places, int32[:, ::1], Ids, Ids), entry=True)
def arrange(lengths, running, sorted, place, starts, reading, before, positions):
    """Where the rows of sequences of these lengths (B,) lie.

    running (T+2,): scratch, zeros; T is the greatest length. sorted (B,) ← which sequence is at each place, the longest
    first; place (B,) ← the place of each sequence; starts, reading and before as in Order; positions ← the rows of each
    sequence's characters, sequence after sequence.
    """
    B, T = lengths.shape[0], starts.shape[0] - 1
    for k in range(B):
        running[lengths[k]] += 1
    longer = 0
    for n in range(T, -1, -1):
        same = running[n]
        running[n] = longer  # how many are longer than n, and so still run at time n
        longer += same
    starts[0] = 0
    for t in range(T):
        starts[t + 1] = starts[t] + running[t]
    for k in range(B):
        n = lengths[k]
        place[k] = running[n]
        sorted[running[n]] = k
        running[n] += 1
    row = 0
    for k in range(B):
        n, b = lengths[k], place[k]
        for t in range(n):
            r = starts[t] + b
            positions[row + t] = r
            reading[0, r], reading[1, r] = r, starts[n - 1 - t] + b
            before[r] = B + starts[t - 1] + b if t > 0 else b
        row += n
