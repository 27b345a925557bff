"""How well values tell labels, by ranks: for many units at a time, with what chance would find and with an interval.

Labels are yes (1) or no (0), or amounts. An effect is from -1 to 1 and 0 where there is none: of yes or no 2 AUC - 1, of
amounts Spearman's rank correlation. Neighbouring characters of a text are no independent examples. So chance is what labels
reach that are shifted in time, and the interval is from whole blocks of text drawn with replacement.
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
    """values (n,): in the order of the text. amount: amounts, not yes (1) and no (0)."""

    values: Effects
    amount: bool

    def __len__(self) -> int:
        return len(self.values)

    @property
    def varies(self) -> bool:
        """Whether anything can be told by them."""
        return len(self.values) > 1 and bool(self.values.min() < self.values.max())

    def part(self, chosen: slice) -> Labels:
        return Labels(self.values[chosen], self.amount)

    @property
    def measure(self) -> str:
        return "Spearman" if self.amount else "AUC"

    def score(self, effect: float) -> float:
        """The effect as the measure has it."""
        return effect if self.amount else (1 + effect) / 2

    @property
    def weights(self) -> Effects:
        """(n,): these times what `Ranked` holds, summed, are the effect."""
        if self.amount:
            return _standardised(ranks(self.values[None])[0].astype(np.float64))
        n, yes = len(self.values), self.values.sum()
        # 2 AUC - 1 = 2 (mean rank of yes - mean rank of no) / n
        return np.asarray(np.where(self.values > 0, 1 / yes, -1 / (n - yes)) * 2 / n)


def ranks(values: Floats) -> NDArray[np.float32]:
    """Of each row of (units, n): the ranks from 1 to n, equal values sharing the mean of theirs."""
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
    """(…, n) without mean and with a square sum of 1; 0 where nothing varies."""
    centred = values - values.mean(axis=-1, keepdims=True)
    size = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    return np.asarray(centred / np.where(size > 0, size, 1))


class Ranked:
    """The ranks of units (units, n), ready to be compared with any labels."""

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
    """Of one unit (n,), in float64."""
    found = ranks(np.nan_to_num(values)[None])[0].astype(np.float64)
    standard = _standardised(found) if labels.amount else found - found.mean()
    return float(np.clip(standard @ labels.weights, -1, 1))


def shifts(n: int, count: int = SHIFTS, seed: int = 0) -> NDArray[np.int64]:
    """How far labels are shifted: different distances from a tenth of the text on, round its end, so that what holds here has
    nothing to do with what stands there."""
    low, high = max(1, n // 10), max(2, n - n // 10)
    distances = np.arange(low, high)
    chosen = np.random.default_rng(seed).choice(distances, min(count, len(distances)), replace=False)
    return np.sort(chosen)


def shifted(values: Floats, by: NDArray[np.int64]) -> Floats:
    """(shifts, n): the values, moved on and round the end."""
    places = (np.arange(len(values)) - by[:, None]) % len(values)
    return np.asarray(values[places])


def interval(values: Floats, labels: Labels, seed: int = 0) -> tuple[float, float]:
    """The effect of values (n,) on labels within which it lies with CONFIDENCE, from RESAMPLES of blocks of the text."""
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
    """drawn (resamples, blocks): how often each is drawn. A pair of a yes and a no counts as often as both of them."""
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
    """The correlation of the ranks that they have in the whole text."""
    x, y = (_standardised(ranks(one[None])[0].astype(np.float64)) for one in (values, labels))
    sums = [np.bincount(block, weights=one, minlength=drawn.shape[1]) for one in (np.ones(len(x)), x, y, x * x, y * y, x * y)]
    n, sx, sy, sxx, syy, sxy = (drawn @ one for one in sums)
    spread = (n * sxx - sx**2) * (n * syy - sy**2)
    return np.asarray(np.where(spread > 1e-12, (n * sxy - sx * sy) / np.sqrt(np.maximum(spread, 1e-12)), np.nan))
