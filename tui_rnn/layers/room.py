"""Room for numbers, where it is fastest to reach."""

from __future__ import annotations

import math

import numpy as np

from tui_rnn.layers.parameters import Floats

CACHE_LINE = 64  # bytes


def floats(*shape: int) -> Floats:
    """Zeros that begin on a cache line: a vector that lies across two lines takes two accesses."""
    size, width = math.prod(shape), np.dtype(np.float32).itemsize
    room = np.zeros(size + CACHE_LINE // width, np.float32)
    start = -room.__array_interface__["data"][0] % CACHE_LINE // width
    return room[start : start + size].reshape(shape)


def enough(wanted: int, have: int) -> int:
    """For how many to make room: for as many as are wanted at first, for some more when that was too few."""
    return max(have, wanted + wanted // 4 + 8 if have else wanted)
