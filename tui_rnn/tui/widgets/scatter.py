"""Points in a box of cells: as dots, eight to a cell, or each as a sign of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # of a Braille cell, by row and column
_BLANK = 0x2800

Numbers = NDArray[np.floating[Any]]


def dots(x: Numbers, y: Numbers, width: int, height: int) -> list[str]:
    """Points with x and y between 0 and 1, y upwards, as `height` lines of `width` Braille cells."""
    cells = np.zeros((height, width), np.int64)
    columns, rows = _at(x, 2 * width), 4 * height - 1 - _at(y, 4 * height)
    np.bitwise_or.at(cells, (rows // 4, columns // 2), _DOTS[rows % 4, columns % 2])
    return ["".join(chr(_BLANK + cell) for cell in line) for line in cells.tolist()]


def signs(x: Numbers, y: Numbers, texts: Sequence[str], width: int, height: int) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Each point as its sign of one cell; the first of several in the same cell. Also the point in each cell (height, width),
    -1: none."""
    lines, places = [[" "] * width for _ in range(height)], np.full((height, width), -1)
    for k, (column, row) in enumerate(zip(_at(x, width).tolist(), _at(y, height).tolist(), strict=True)):
        line = height - 1 - row
        if places[line, column] < 0:
            places[line, column] = k
            lines[line][column] = texts[k]
    return lines, places


def _at(values: Numbers, steps: int) -> NDArray[np.int64]:
    return np.clip((values * steps).astype(np.int64), 0, steps - 1)
