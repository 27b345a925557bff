"""The numbers of the loss chart: units, axes, decimation, limits, ticks, and places of labels. No widgets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from tui_rnn.formats import LOSS_UNITS, LossUnit, in_unit
from tui_rnn.tui.settings import following

Points = NDArray[np.float64]

_START_SHARE, _FEWEST_SETTLED = 0.2, 3  # the share of a curve that its start may take; points that show the rest
_STEEP = 0.5  # a start is steep if the rest has less than this share of the curve's heights


@dataclass(frozen=True)
class Axes:
    """How losses in nats over characters or seconds become chart coordinates. A log axis plots log10."""

    unit: LossUnit = "bits"
    by_time: bool = False
    log_x: bool = False
    log_y: bool = False

    def next_unit(self, by: int = 1) -> Axes:
        return replace(self, unit=following(LOSS_UNITS, self.unit, by))

    def next_log(self, by: int = 1) -> Axes:
        """linear → log loss → log x → both."""
        log_x, log_y = following(list(product((False, True), repeat=2)), (self.log_x, self.log_y), by)
        return replace(self, log_x=log_x, log_y=log_y)

    def y(self, loss_nats: Points) -> Points:
        """Losses in nats/char as chart coordinates; what can't be drawn becomes NaN."""
        values = np.asarray(loss_nats, dtype=np.float64)
        if self.unit == "bits":
            values = values / math.log(2)
        elif self.unit == "perplexity":
            values = np.exp(np.minimum(values, 700.0))
        return _log10(values) if self.log_y else values

    def y_of(self, loss_nats: float) -> float:
        value = in_unit(loss_nats, self.unit)
        return (math.log10(value) if value > 0 else math.nan) if self.log_y else value

    def x(self, chars: Points, elapsed_s: Points) -> Points:
        values = elapsed_s if self.by_time else chars
        return _log10(values) if self.log_x else values


def _log10(values: Points) -> Points:
    return np.log10(values, out=np.full_like(values, np.nan), where=values > 0)


def decimate(x: Points, y: Points, low: float, high: float, columns: int) -> tuple[Points, Points]:
    """At most two points for each column of the range low..high: the lowest and the highest there, in their order.

    x ascends. One point on each side of the range stays, so that lines reach the edge. Nothing is averaged.
    """
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    first = max(int(np.searchsorted(x, low)) - 1, 0)
    last = min(int(np.searchsorted(x, high, side="right")) + 1, len(x))
    x, y = x[first:last], y[first:last]
    if len(x) <= 2 * columns or high <= low:
        return x, y
    column = np.floor((x - low) / (high - low) * columns).astype(np.int64).clip(-1, columns)
    order = np.lexsort((y, column))  # by column, then by height: each column's ends are its extremes
    ends = np.flatnonzero(np.diff(column[order]))
    lowest, highest = np.r_[0, ends + 1], np.r_[ends, len(x) - 1]
    kept = np.unique(np.r_[order[lowest], order[highest]])
    return x[kept], y[kept]


def settled(x: Points, y: Points, until: float) -> Points:
    """The heights of a curve without a start so steep that the rest would look small. until: the progress of its run, which may
    be after the curve's last point."""
    if not len(x):
        return y
    late = y[x >= min(x[0] + _START_SHARE * (until - x[0]), x[-1])]
    return late if np.ptp(late) < _STEEP * np.ptp(y) else y


def y_range(
    curves: Sequence[tuple[Points, Points, float]],
    landmarks: Sequence[float],
    ceiling: float = math.inf,
    *,
    whole: bool = False,
) -> tuple[float, float]:
    """The range of heights to show, where less is better, for curves (x, y, progress of their run): of each curve after its
    steep start, and of the landmarks below the highest of these; whole: of all curves and landmarks. Heights above the ceiling
    do not count."""
    drawn = [np.isfinite(x) & np.isfinite(y) & (y <= ceiling) for x, y, _ in curves]
    known = [y[there] for (_, y, _), there in zip(curves, drawn, strict=True)]
    shown = [settled(x[there], y[there], until) for (x, y, until), there in zip(curves, drawn, strict=True)]
    if whole or sum(map(len, shown)) < _FEWEST_SETTLED:
        shown = known
    heights = [float(end) for y in shown if len(y) for end in (y.min(), y.max())]
    finite = [value for value in landmarks if math.isfinite(value)]
    if whole or not heights:
        heights = [*heights, *finite] or [0.0, 1.0]
    low, high = min(heights), max(heights)
    below = [value for value in finite if value <= high]
    above = [value for value in finite if value > high]
    low = min([low, *below])
    if above and (min(above) - low) < 1.6 * (high - low):  # the next landmark above, if it needs little room
        high = min(above)
    margin = 0.04 * (high - low) or 0.05 * max(abs(high), 1.0)
    return low - margin, high + margin


def ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """Round values 1, 2, 5 × 10^k inside low..high, at most `most` of them. whole: only whole numbers."""
    span = high - low
    if not math.isfinite(span) or span <= 0 or most < 1:
        return []
    power = 10.0 ** math.floor(math.log10(span / most))
    factors = (0.5, 1, 2, 5, 10, 20)
    fitting = next((k for k, m in enumerate(factors[1:], 1) if span / (m * power) <= most), len(factors) - 1)
    found = _multiples(low, high, factors[fitting] * power, most)
    if len(found) < 2:  # one alone would not show the scale
        found = _multiples(low, high, factors[fitting - 1] * power, most)
    return [value for value in found if not whole or abs(value - round(value)) < 1e-9]


def _multiples(low: float, high: float, step: float, most: int) -> list[float]:
    """The multiples of a step inside low..high, at most one more than `most`."""
    span, first = high - low, math.ceil(low / step - 1e-9)
    found = [i * step for i in range(first, first + most + 1)]
    return [value for value in found if low - 1e-9 * span <= value <= high + 1e-9 * span]


def log_ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """The logs of round values inside low..high, for an axis that plots log10; over a short range, in finer steps."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or high > 300 or low < -300:
        return []
    decades = range(math.floor(low), math.ceil(high) + 1)
    for mantissas in ((1, 2, 5), (1, 3), (1,)):
        found = [math.log10(m) + k for k in decades for m in mantissas]
        found = [value for value in found if low <= value <= high]
        if 3 <= len(found) <= most:
            return found
    if high - low > 1:
        every = math.ceil(len(decades) / max(most, 1))
        return [float(k) for k in decades if k % every == 0 and low <= k <= high]
    return [math.log10(value) for value in ticks(10.0**low, 10.0**high, most, whole) if value > 0]


def labelled(values: Sequence[float], log: bool, text: Callable[[float], str]) -> list[str]:
    """The ticks' labels, of the values behind the coordinates. A label like the one before it is empty."""
    labels = [text(10.0**value if log else value) for value in values]
    return ["" if k and label == labels[k - 1] else label for k, label in enumerate(labels)]


def decimal_labels(values: Sequence[float], log: bool, cells: int) -> list[str]:
    """The ticks' labels as decimals in so many cells, with enough digits after the point for neighbours to differ."""
    shown = [10.0**value if log else value for value in values]
    gap = min((after - before for before, after in pairwise(shown)), default=0.0)
    if gap <= 0 or (log and max(shown) >= 10 * min(shown)):  # over decades each has digits of its own
        return labelled(values, log, lambda value: f"{value:.3g}")
    digits = max(0, min(math.ceil(-math.log10(gap) - 1e-9), cells - 1 - len(f"{max(shown):.0f}")))
    return labelled(values, log, lambda value: f"{value:.{digits}f}")


@dataclass(frozen=True)
class EndLabel:
    """A text for a row of the column beside the chart, or beyond its ends. The lowest rank is kept first."""

    row: float
    text: str
    style: str
    rank: int


def place(labels: Sequence[EndLabel], rows: int) -> dict[int, EndLabel]:
    """The label of each row: the most important that fit, in order of height, moved as little as possible.

    Minus each label's place in that order, the rows must not descend: isotonic regression, by pooling neighbours.
    """
    kept = sorted(sorted(labels, key=lambda label: label.rank)[:rows], key=lambda label: label.row)
    pools: list[tuple[float, int]] = []  # mean, members
    for i, label in enumerate(kept):
        pools.append((min(max(label.row, 0), rows - 1) - i, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean_b, n_b), (mean_a, n_a) = pools.pop(), pools.pop()
            pools.append(((mean_a * n_a + mean_b * n_b) / (n_a + n_b), n_a + n_b))
    offsets = [mean for mean, n in pools for _ in range(n)]
    return {
        round(min(max(offset, 0), rows - len(kept))) + i: label
        for i, (offset, label) in enumerate(zip(offsets, kept, strict=True))
    }


def shortened(label: str, width: int) -> str:
    """A name and a value in `width` cells: the name is cut, down to a run's number."""
    if len(label) <= width:
        return label
    name, _, value = label.rpartition(" ")
    number, room = name.rpartition(" ")[0], width - len(value) - 2
    if number.strip("↑↓ ").isdecimal() and room < len(number) + 3:
        return f"{number} {value}"
    return f"{name[:room]}… {value}"
