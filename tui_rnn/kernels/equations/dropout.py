"""Dropout. Its mask is a pure function of (seed, step, layer, position): nothing to store, nothing to resume."""

from typing import NamedTuple

import numpy as np
from numba import float32, float64, int64, uint32, void

from tui_rnn.kernels.machine.jit import inlined, kernel
from tui_rnn.kernels.machine.records import named

CALL, STEP, CLOCK_SIZE = 0, 1, 2


class Dropout(NamedTuple):
    """A layer's dropout: the share that is dropped, and what its mask depends on."""

    rate: float
    seed: int
    clock: np.ndarray  # (CLOCK_SIZE,) int64: [STEP] is the number of the training step
    layer: int


DropoutType = named(Dropout, float64, int64, int64[::1], int64)


def mask_seed(seed: int, shard: int) -> int:
    """The seed of the masks for one shard of the batch."""
    return seed + (shard << 20)


@inlined
def mix(key, counter):
    """A well-mixed 32-bit number for each (key, counter): a bijection of the counter (Wellons' lowbias32)."""
    x = uint32(counter ^ key)
    x = uint32((x ^ (x >> uint32(16))) * uint32(0x7FEB352D))
    x = uint32((x ^ (x >> uint32(15))) * uint32(0x846CA68B))
    return uint32(x ^ (x >> uint32(16)))


@kernel(uint32(int64, int64, int64))
def mask_key(seed, step, layer):
    """The key of one layer's mask in one step."""
    return mix(mix(uint32(seed), uint32(step)), uint32(layer + 1))


@inlined
def key_of(drop):
    """The key of a layer's mask in the current step."""
    return mask_key(drop.seed, drop.clock[STEP], drop.layer)


@kernel(void(float32[:, ::1], int64, float32[:, ::1], int64, int64, int64, uint32, float64))
def dropout(source, source_row, target, target_row, first, last, key, p):
    """target row r ← source row r · mask / (1 − p) for r = first … last-1; mask is 0 with probability p."""
    H = source.shape[1]
    threshold = uint32(p * 4294967295.0)
    scale = float32(1 / (1 - p))
    for r in range(first, last):
        for j in range(H):
            kept = mix(key, uint32(r * H + j)) >= threshold
            target[target_row + r, j] = source[source_row + r, j] * scale if kept else float32(0)
