"""A text on a page: wrapped, each symbol on the colour of its value or above a mark, and each cell knowing its symbol."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style

from tui_rnn.tui.colours import Kind, Paint, levels
from tui_rnn.tui.views.pages.page import Range, Room, Row, Standing
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.widgets.flow import Letters, segments

_PLAIN = 99  # the code of a symbol without a value
_HERE, _IN_RANGE = 100, 200  # added to the code of the cursor's symbol, and of those in the range


@lru_cache(maxsize=8)
def _wrapped(symbols: tuple[str, ...], width: int) -> tuple[Letters, list[tuple[int, int]]]:
    letters = Letters.of_symbols(symbols)
    return letters, letters.wrap(width - 1)  # one cell stays free for the newline at a line's end


def text_rows(
    symbols: Sequence[str],
    room: Room,
    values: NDArray[np.floating[Any]] | None = None,
    *,
    kind: Kind = "diverging",
    low: float = -1.0,
    high: float = 1.0,
    cursor: int | None = None,
    selected: Range | None = None,
    first: int = 0,
) -> list[Row]:
    """The text in rows. values (T,): of each symbol, shown between low and high, NaN for none; without, letters only. cursor,
    selected: among these symbols. first: the place of the first of them in the text that the selection is about."""
    letters, lines = _wrapped(tuple(symbols), max(3, room.width))
    codes = [_PLAIN] * len(letters.shown)
    if values is not None:
        known = np.isfinite(values)
        codes = [code if is_known else _PLAIN for code, is_known in zip(levels(values, low, high).tolist(), known, strict=True)]
    if selected is not None:
        for at in range(max(0, selected[0]), min(len(codes) - 1, selected[1]) + 1):
            codes[at] += _IN_RANGE
    if cursor is not None and 0 <= cursor < len(codes):
        codes[cursor] += _HERE
    ramps = room.paint.has_ramps
    shown = letters.unmarked.shown if ramps and values is not None else letters.shown
    rows = []
    for start, end in lines:
        places = tuple(first + at for at in range(start, end) for _ in range(letters.widths[at]))
        line = segments(shown[start:end], codes[start:end], lambda code: _style(room.paint, kind, code, grounds=ramps))
        rows.append(Row(tuple(line), places=places))
        if values is not None and not ramps:
            marks = [_mark(room.paint, kind, code) for code in codes[start:end]]
            cells = zip(marks, letters.widths[start:end], strict=True)
            rows.append(Row(tuple(Segment(mark * width, style) for (mark, style), width in cells), places=places))
    return rows


def unit_rows(at: Standing, room: Room) -> list[Row]:
    """The text that the map reads, on the values of the selected unit."""
    values = at.reading.signals[at.signal.name][:, at.layer, at.unit]
    limit = steady_limit(at.signal, values, at.signal.limit)
    low, kind = at.signal.map_low * limit, at.signal.colours
    return text_rows(at.symbols, room, values, kind=kind, low=low, high=limit, cursor=at.position, selected=at.range)


def _style(paint: Paint, kind: Kind, code: int, *, grounds: bool) -> Style:
    """Of a letter. The cursor's is underlined, so that its value is seen, too; where letters have no ground, in reverse."""
    base = code % 100
    style = paint.ground(kind, base) if grounds and base != _PLAIN else Style()
    if code >= _IN_RANGE:
        style += Style(underline=True)
    if code % _IN_RANGE >= _HERE:
        style += Style(underline=True, bold=True) if grounds else Style(reverse=True)
    return style


def _mark(paint: Paint, kind: Kind, code: int) -> tuple[str, Style]:
    base = code % 100
    return (" ", Style()) if base == _PLAIN else paint.shade(kind, base)
