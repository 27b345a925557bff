"""The mean of values that come in blocks, and its standard error. Neighbours in a text, or words of a sentence, are alike, so
they can't count as independent values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 256
"""How many neighbouring tokens of a running text are a block."""


@dataclass(frozen=True)
class Mean:
    """A mean over `count` values, and its standard error over their blocks; NaN if there is only one block."""

    mean: float
    standard_error: float
    count: int
    blocks: int


def mean_over_blocks(sums: NDArray[np.floating], counts: NDArray[Any], blocks: NDArray[np.int64]) -> Mean:
    """Σ sums / Σ counts over places (N,), each with a sum of so many values. blocks (N,): the block of each place. The standard
    error is that of a ratio of block totals: √(B/(B−1) Σ_b (s_b − mean n_b)²) / n."""
    used = counts > 0
    if not used.any():
        return Mean(math.nan, math.nan, 0, 0)
    number = np.unique(blocks[used], return_inverse=True)[1]
    s = np.bincount(number, weights=sums[used].astype(np.float64))
    n = np.bincount(number, weights=counts[used].astype(np.float64))
    mean, B = float(s.sum() / n.sum()), len(s)
    error = float(np.sqrt(((s - mean * n) ** 2).sum() * B / (B - 1)) / n.sum()) if B > 1 else math.nan
    return Mean(mean, error, int(n.sum()), B)
