"""A text on a page, in lines: each symbol is on the colour of its value or above a mark, and each cell knows its symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style

from tui_rnn.tui.colours import Kind, Paint, levels
from tui_rnn.tui.views.pages.page import Range, Room, Row, Standing
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.widgets.flow import Letters, are_characters, segments

NOWHERE = -1 << 30  # as `first`: no cell leads to a place of the selection's text
_PLAIN = 99  # the code of a symbol without a value
_HERE, _IN_RANGE, _MARKED = 100, 200, 400  # added to the code of the cursor's symbol, of those in a range, of marked ones


@lru_cache(maxsize=8)
def _wrapped(symbols: tuple[str, ...], width: int, as_read: bool) -> tuple[Letters, list[tuple[int, int]]]:
    letters = Letters.of_pieces(symbols) if as_read and not are_characters(symbols) else Letters.of_symbols(symbols)
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
    underlined: Sequence[Range] = (),
    marked: int | None = None,
    first: int = 0,
    as_read: bool = False,
) -> list[Row]:
    """The text in rows. values (T,): of each symbol, shown between low and high, NaN: it has none; None: letters only. cursor,
    selected: among these symbols; underlined: more ranges that look like the selected one; marked: a symbol that stands out.
    first: the place of the first symbol in the selection's text. as_read: words are together as in the text, without marks for
    spaces."""
    held, width = tuple(symbols), max(3, room.width)
    letters, lines = _wrapped(held, width, as_read)
    codes = np.full(len(letters.shown), _PLAIN, np.int32)
    if values is not None:
        codes = np.where(np.isfinite(values), levels(values, low, high), _PLAIN).astype(np.int32)
    look = _Look(letters, room.paint, kind, first, valued=values is not None)
    unmarked = _unmarked(held, width, codes.tobytes(), room.paint, kind, first, values is not None, as_read)
    in_range = np.zeros(len(codes), np.bool_)
    for start, end in (*underlined, *([] if selected is None else [selected])):
        in_range[max(0, start) : end + 1] = True
    shown = codes + _IN_RANGE * in_range
    for place, code in ((cursor, _HERE), (marked, _MARKED)):
        if place is not None and 0 <= place < len(shown):
            shown[place] += code
    changed, rows = shown != codes, list[Row]()
    for (start, end), known in zip(lines, unmarked, strict=True):
        rows += look.rows(start, end, shown[start:end].tolist()) if changed[start:end].any() else known
    return rows


@lru_cache(maxsize=4)
def _unmarked(
    symbols: tuple[str, ...], width: int, codes: bytes, paint: Paint, kind: Kind, first: int, valued: bool, as_read: bool
) -> list[list[Row]]:
    """The rows of each line without cursor and range: when the cursor moves, only its lines are drawn again."""
    letters, lines = _wrapped(symbols, width, as_read)
    look, each = _Look(letters, paint, kind, first, valued), np.frombuffer(codes, np.int32)
    return [look.rows(start, end, each[start:end].tolist()) for start, end in lines]


def unit_rows(at: Standing, room: Room) -> list[Row]:
    """The text of the map, on the values of the selected unit."""
    values = at.reading.signals[at.signal.name][:, at.layer, at.unit]
    limit = steady_limit(at.signal, values, at.signal.limit)
    low, kind = at.signal.map_low * limit, at.signal.colours
    return text_rows(at.symbols, room, values, kind=kind, low=low, high=limit, cursor=at.position, selected=at.range)


@dataclass(frozen=True, eq=False)
class _Look:
    """How lines of a text are drawn."""

    letters: Letters
    paint: Paint
    kind: Kind
    first: int
    valued: bool

    def rows(self, start: int, end: int, codes: list[int]) -> list[Row]:
        """One line: its letters and, without colours, a line of marks below."""
        letters, ramps, valued = self.letters, self.paint.has_ramps, self.valued
        shown = letters.unmarked.shown if ramps and valued else letters.shown
        places = tuple(self.first + at for at in range(start, end) for _ in range(letters.widths[at]))
        line = segments(shown[start:end], codes, lambda code: _style(self.paint, self.kind, code, grounds=ramps))
        rows = [Row(tuple(line), places=places)]
        if valued and not ramps:
            marks = zip((_mark(self.paint, self.kind, code) for code in codes), letters.widths[start:end], strict=True)
            rows.append(Row(tuple(Segment(mark * width, style) for (mark, style), width in marks), places=places))
        return rows


def _style(paint: Paint, kind: Kind, code: int, *, grounds: bool) -> Style:
    """Of a letter. The cursor's has a line under it, which leaves its value in sight; without grounds it is in reverse."""
    base = code % 100
    style = paint.ground(kind, base) if grounds and base != _PLAIN else Style()
    if code % _MARKED >= _IN_RANGE:
        style += Style(underline=True)
    if code >= _MARKED:
        style += Style(reverse=True, bold=True)
    if code % _IN_RANGE >= _HERE:
        style += Style(underline=True, bold=True) if grounds else Style(reverse=True)
    return style


def _mark(paint: Paint, kind: Kind, code: int) -> tuple[str, Style]:
    base = code % 100
    return (" ", Style()) if base == _PLAIN else paint.shade(kind, base)
