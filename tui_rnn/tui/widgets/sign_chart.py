"""A chart of signs: each curve has a digit of its own, and needs no colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style

Numbers = NDArray[np.floating[Any]]
MARGIN = 7  # cells left of the plot: the numbers of the y axis


@dataclass(frozen=True, eq=False)
class Curve:
    """x, y (n,) in the chart's coordinates, without NaN. sign: one cell."""

    x: Numbers
    y: Numbers
    sign: str
    style: Style


@dataclass(frozen=True)
class Axis:
    """From low to high, with a word at each tick."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]


def chart(curves: Sequence[Curve], x: Axis, y: Axis, width: int, height: int, quiet: Style) -> list[tuple[Segment, ...]]:
    """Lines of `width` cells, the last with the numbers of the x axis. Where curves meet, the last one is on top. A curve has a
    sign in every column that it reaches."""
    columns, rows = max(1, width - MARGIN), max(1, height - 1)
    signs = [[" "] * columns for _ in range(rows)]
    styles = [[quiet] * columns for _ in range(rows)]
    marked = {_row(y, value, rows): word for value, word in y.ticks}
    for row in marked:
        signs[row] = ["·" if column % 4 == 0 else " " for column in range(columns)]
    for curve in curves:
        at = (curve.x - x.low) / (x.high - x.low) * (columns - 1)
        known = np.isfinite(at) & np.isfinite(curve.y)
        if not known.any():
            continue
        heights = np.interp(np.arange(columns), at[known], curve.y[known], left=math.nan, right=math.nan)
        before: int | None = None
        for column in np.flatnonzero(np.isfinite(heights) & (heights >= y.low)).tolist():
            row = _row(y, float(heights[column]), rows)
            # a steep curve has a sign in every row that it goes through
            first = row if before is None else min(row, before + 1)
            last = row if before is None else max(before - 1, row)
            for at_row in range(first, last + 1):
                signs[at_row][column], styles[at_row][column] = curve.sign, curve.style
            before = row
    lines = []
    for row in range(rows):
        margin = Segment(f"{marked.get(row, ''):>{MARGIN - 1}} ", quiet)
        cells = (Segment(sign, style) for sign, style in zip(signs[row], styles[row], strict=True))
        lines.append((margin, *Segment.simplify(cells)))
    return [*lines, (Segment(_below(x, width), quiet),)]


def _row(y: Axis, value: float, rows: int) -> int:
    share = (value - y.low) / (y.high - y.low)
    return int(min(max(round((1 - share) * (rows - 1)), 0), rows - 1))


def _below(x: Axis, width: int) -> str:
    line, columns = [" "] * width, max(1, width - MARGIN)
    end = 0
    for value, word in x.ticks:
        start = MARGIN + round((value - x.low) / (x.high - x.low) * (columns - 1)) - len(word) // 2
        start = min(start, width - len(word))
        if start >= end and start >= 0:
            line[start : start + len(word)] = word
            end = start + len(word) + 1
    return "".join(line)
