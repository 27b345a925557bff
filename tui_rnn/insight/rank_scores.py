"""How well values tell labels, by ranks: for many units at a time, with the level of chance and an interval.

Labels are yes (1) or no (0), or amounts. An effect is from -1 to 1, and 0 if there is none: 2 AUC - 1 for yes or no, Spearman's
rank correlation for amounts. Neighbouring characters of a text are not independent examples. So the level of chance comes from
labels that are shifted in time, and the interval from whole blocks of text drawn with replacement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Effects = NDArray[np.float64]

SHIFTS = 200
RESAMPLES = 1000
BLOCK = 250  # labels in a block of the bootstrap
FEWEST_BLOCKS = 12
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Labels:
    """values (n,): in the order of the text. amount: they are amounts, not yes (1) and no (0)."""

    values: Effects
    amount: bool

    def __len__(self) -> int:
        return len(self.values)

    @property
    def varies(self) -> bool:
        """Whether they differ, so that something can tell them."""
        return len(self.values) > 1 and bool(self.values.min() < self.values.max())

    def part(self, chosen: slice) -> Labels:
        return Labels(self.values[chosen], self.amount)

    @property
    def measure(self) -> str:
        return "Spearman" if self.amount else "AUC"

    def score(self, effect: float) -> float:
        """The effect on the scale of the measure."""
        return effect if self.amount else (1 + effect) / 2

    @property
    def weights(self) -> Effects:
        """(n,): the effect is the dot product of these with a row of `Ranked`."""
        if self.amount:
            return _standardised(ranks(self.values[None])[0].astype(np.float64))
        n, yes = len(self.values), self.values.sum()
        # 2 AUC - 1 = 2 (mean rank of yes - mean rank of no) / n
        return np.asarray(np.where(self.values > 0, 1 / yes, -1 / (n - yes)) * 2 / n)


def ranks(values: Floats) -> NDArray[np.float32]:
    """The ranks from 1 to n in each row of (units, n); equal values share the mean of their ranks."""
    order = np.argsort(values, axis=1)
    arranged = np.take_along_axis(values, order, axis=1)
    places = np.arange(values.shape[1])
    fresh = np.ones(values.shape, np.bool_)
    fresh[:, 1:] = arranged[:, 1:] != arranged[:, :-1]
    first = np.maximum.accumulate(np.where(fresh, places, 0), axis=1)
    ends = np.ones(values.shape, np.bool_)
    ends[:, :-1] = fresh[:, 1:]
    last = np.minimum.accumulate(np.where(ends, places, values.shape[1])[:, ::-1], axis=1)[:, ::-1]
    found = np.empty(values.shape, np.float32)
    np.put_along_axis(found, order, (first + last).astype(np.float32) / 2 + 1, axis=1)
    return found


def _standardised(values: Effects) -> Effects:
    """(…, n) with mean 0 and a sum of squares of 1; 0 if nothing varies."""
    centred = values - values.mean(axis=-1, keepdims=True)
    size = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    return np.asarray(centred / np.where(size > 0, size, 1))


class Ranked:
    """The ranks of units (units, n), ready for comparison with any labels."""

    def __init__(self, values: Floats, amount: bool):
        finite = np.nan_to_num(values, nan=0.0)
        found = ranks(finite)
        centred = found - np.float32((found.shape[1] + 1) / 2)
        if amount:
            size = np.sqrt((centred**2).sum(axis=1, keepdims=True, dtype=np.float64))
            centred = (centred / np.where(size > 0, size, 1)).astype(np.float32)
        self._ranks = centred

    def effects(self, weights: Floats) -> Effects:
        """weights (labellings, n), see Labels.weights → (labellings, units)."""
        return np.clip(np.asarray(weights.astype(np.float32) @ self._ranks.T, np.float64), -1, 1)


def effect(values: Floats, labels: Labels) -> float:
    """The effect of one unit (n,), in float64."""
    found = ranks(np.nan_to_num(values)[None])[0].astype(np.float64)
    standard = _standardised(found) if labels.amount else found - found.mean()
    return float(np.clip(standard @ labels.weights, -1, 1))


def shifts(n: int, count: int = SHIFTS, seed: int = 0) -> NDArray[np.int64]:
    """The distances by which labels are shifted, with wrap-around: each is at least a tenth of the text, so that a label has
    nothing to do with the text at its new place."""
    low, high = max(1, n // 10), max(2, n - n // 10)
    distances = np.arange(low, high)
    chosen = np.random.default_rng(seed).choice(distances, min(count, len(distances)), replace=False)
    return np.sort(chosen)


def shifted(values: Floats, by: NDArray[np.int64]) -> Floats:
    """(shifts, n): the values, shifted with wrap-around."""
    places = (np.arange(len(values)) - by[:, None]) % len(values)
    return np.asarray(values[places])


def interval(values: Floats, labels: Labels, seed: int = 0) -> tuple[float, float]:
    """The interval with CONFIDENCE of the effect between values (n,) and labels, from RESAMPLES of blocks of the text."""
    n = len(labels)
    count = min(n, max(FEWEST_BLOCKS, n // BLOCK))
    block = np.arange(n) * count // n
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)
    found = (_of_amounts if labels.amount else _of_yes_and_no)(np.nan_to_num(values), labels.values, block, drawn)
    found = found[~np.isnan(found)]
    if not len(found):
        return -1.0, 1.0
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _of_yes_and_no(values: Floats, labels: Effects, block: NDArray[np.int64], drawn: Effects) -> Effects:
    """drawn (resamples, blocks): how often each block is drawn. A pair of a yes and a no counts as often as both are drawn."""
    count = drawn.shape[1]
    yes, no = labels > 0, labels <= 0
    wins = np.zeros((count, count))
    for one in range(count):
        against = np.sort(values[no & (block == one)])
        below = np.searchsorted(against, values[yes], "left") + np.searchsorted(against, values[yes], "right")
        wins[:, one] = np.bincount(block[yes], weights=below / 2, minlength=count)
    pairs = (drawn @ np.bincount(block[yes], minlength=count)) * (drawn @ np.bincount(block[no], minlength=count))
    total = np.einsum("ri,ij,rj->r", drawn, wins, drawn, optimize=True)
    return np.asarray(np.where(pairs > 0, 2 * total / np.where(pairs > 0, pairs, 1) - 1, np.nan))


def _of_amounts(values: Floats, labels: Effects, block: NDArray[np.int64], drawn: Effects) -> Effects:
    """The correlation of their ranks in the whole text."""
    x, y = (_standardised(ranks(one[None])[0].astype(np.float64)) for one in (values, labels))
    sums = [np.bincount(block, weights=one, minlength=drawn.shape[1]) for one in (np.ones(len(x)), x, y, x * x, y * y, x * y)]
    n, sx, sy, sxx, syy, sxy = (drawn @ one for one in sums)
    spread = (n * sxx - sx**2) * (n * syy - sy**2)
    return np.asarray(np.where(spread > 1e-12, (n * sxy - sx * sy) / np.sqrt(np.maximum(spread, 1e-12)), np.nan))
