"""Units × characters as a heatmap: two units a line in half-blocks, or one unit a line in glyphs; the text on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_rnn.tui.colours import BLANK, CURSOR, Kind, Paint, levels, paint_of
from tui_rnn.tui.widgets.flow import Letters, segments

GUTTER = 5  # the number of the unit, four digits, and a space
WIDEST = 3  # cells of a column when the text is short

_PLAIN, _DIM, _UNKNOWN = 0, 1, 2  # codes of the header's characters
_HEADER_STYLES = {
    _PLAIN: Style(),
    _DIM: Style(dim=True),
    _UNKNOWN: Style(underline=True, bold=True, color="red"),
    CURSOR: Style(reverse=True),
}


@dataclass(frozen=True, eq=False)
class Picture:
    """What a heatmap shows. values (T, H) of one signal; order (H,): the unit of each row; low and high: the limits."""

    letters: Letters
    unknown: frozenset[int]
    values: NDArray[np.float32]
    order: NDArray[np.intp]
    kind: Kind
    low: float
    high: float

    def same_frame(self, other: Picture) -> bool:
        """Whether the two differ in their values only."""
        mine, others = ((p.letters, p.unknown, p.kind, p.low, p.high) for p in (self, other))
        return mine == others and np.array_equal(self.order, other.order)


class HeatMap(Widget, can_focus=False):
    """Paints a Picture and keeps the cursor in view. Rows and positions count from 0 in the whole picture."""

    DEFAULT_CSS = "HeatMap { height: 1fr; }"

    class Pointed(Message):
        """The mouse rests on a cell (`pinned`: was clicked), which shows these rows; `at` is None when it left."""

        def __init__(self, at: int | None, rows: range = range(0), pinned: bool = False) -> None:
            super().__init__()
            self.at, self.rows, self.pinned = at, rows, pinned

    class Scrolled(Message):
        """Other rows or columns are in view."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.picture: Picture | None = None
        self.first_row = self.first_column = 0
        self._cursor: tuple[int, int] = (0, 0)  # position, row
        self._painted = np.zeros((0, 0), np.uint8)  # levels of the window, a line of pixels for each half of a line
        self._paint: Paint | None = None

    # ------------------------------------------------------------- what is in view

    @property
    def columns(self) -> int:
        """Characters of one cell that fit beside each other."""
        return max(1, self.size.width - GUTTER)

    @property
    def _pixels(self) -> int:
        """Rows of pixels below the text: two a line where half-blocks are coloured."""
        lines = max(1, self.size.height - 1)
        return lines * 2 if paint_of(self.app).has_ramps else lines

    @property
    def _zoom(self) -> int:
        """Pixels a unit is high: more than one where a small layer leaves room."""
        return max(1, min(6, self._pixels // self.picture.values.shape[1])) if self.picture else 1

    @property
    def rows_in_view(self) -> range:
        """The rows that are seen in full."""
        count = self.picture.values.shape[1] if self.picture else 0
        return range(self.first_row, min(count, self.first_row + max(1, self._pixels // self._zoom)))

    @property
    def characters_in_view(self) -> range:
        """The positions that are seen."""
        return range(self.first_column, self.first_column + len(self._widths()))

    def _widths(self) -> NDArray[np.intp]:
        """Cells of each column in view."""
        if self.picture is None:
            return np.zeros(0, np.intp)
        widths = np.asarray(self.picture.letters.widths, np.intp)
        stretch = max(1, min(WIDEST, self.columns // max(1, int(widths.sum()))))
        ends = np.cumsum(widths[self.first_column :] * stretch)
        return widths[self.first_column :][: int(np.searchsorted(ends, self.columns, side="right"))] * stretch

    # ------------------------------------------------------------- what to show

    def show(self, picture: Picture | None, cursor: tuple[int, int]) -> None:
        """Show this picture with the cursor (position, row); only lines that differ are painted again."""
        old, self.picture = self.picture, picture
        same_frame = old is not None and picture is not None and picture.same_frame(old)
        self._view_from(self.first_row, self.first_column)
        self._mark(cursor, everything=not same_frame)

    def point(self, cursor: tuple[int, int], *, reveal: bool) -> None:
        """Move the cursor (position, row); `reveal` scrolls to it."""
        if reveal and self.picture is not None:
            position, row = cursor
            height = len(self.rows_in_view)
            first_column = min(self.first_column, position)
            while sum(self.picture.letters.widths[first_column : position + 1]) > self.columns:
                first_column += 1
            self._view_from(max(min(self.first_row, row), row - height + 1), first_column)
        self._mark(cursor)

    def scroll_rows(self, rows: int) -> None:
        """Bring other rows into view."""
        self._view_from(self.first_row + rows, self.first_column)
        self._mark(self._cursor)

    def _view_from(self, first_row: int, first_column: int) -> None:
        """Let the view begin there, or as near as the picture allows."""
        units = self.picture.values.shape[1] if self.picture else 0
        widths = self.picture.letters.widths if self.picture else ()
        first_row = max(0, min(first_row, units - max(1, self._pixels // self._zoom)))
        if first_column >= len(widths) or sum(widths) <= self.columns:
            first_column = 0
        if (first_row, first_column) != (self.first_row, self.first_column):
            self.first_row, self.first_column = first_row, first_column
            self.post_message(self.Scrolled())

    def _mark(self, cursor: tuple[int, int], *, everything: bool = False) -> None:
        """Compute the window's levels with the cursor in them and refresh the lines that changed."""
        before, self._cursor = (self._painted, self._cursor), cursor
        paint, self._painted = paint_of(self.app), self._window()
        if everything or paint is not self._paint or before[0].shape != self._painted.shape:
            self._paint = paint
            self.refresh()
            return
        lines = (before[0] != self._painted).any(axis=1)
        if paint.has_ramps:
            lines = lines[0::2] | lines[1::2]
        changed = {int(k) + 1 for k in np.flatnonzero(lines)}
        if before[1] != cursor:
            changed |= {0, self._line_of(before[1][1]), self._line_of(cursor[1])}
        for y in changed:
            self.refresh(Region(0, y, self.size.width, 1))

    def _window(self) -> NDArray[np.uint8]:
        """Levels of the pixels in view (pixels, characters); row k of the picture is drawn `zoom` pixels high."""
        if self.picture is None or not self.size.height:
            return np.zeros((0, 0), np.uint8)
        picture, columns = self.picture, self.characters_in_view
        end = self.first_row + -(-self._pixels // self._zoom)
        rows = picture.order[self.first_row : end]
        window = levels(picture.values[columns.start : columns.stop, rows].T, picture.low, picture.high)
        if paint_of(self.app).has_ramps:
            position, row = self._cursor
            if position in columns and 0 <= row - self.first_row < len(rows):
                window[row - self.first_row, position - columns.start] = CURSOR
        window = window.repeat(self._zoom, axis=0)[: self._pixels]
        if paint_of(self.app).has_ramps and len(window) % 2:
            window = np.concatenate([window, np.full_like(window[:1], BLANK)])
        return window

    def on_resize(self) -> None:
        self._view_from(self.first_row, self.first_column)
        self._painted = self._window()
        self.refresh()
        self.post_message(self.Scrolled())

    # ------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self.picture is None:
            return Strip.blank(width, self.rich_style)
        row = self._header() if y == 0 else self._units(y - 1)
        return Strip(row).adjust_cell_length(width, self.rich_style)

    def _header(self) -> list[Segment]:
        """The characters above their columns."""
        assert self.picture is not None
        columns, widths = self.characters_in_view, self._widths()
        letters = self.picture.letters
        shown, codes = [], []
        for at, width in zip(columns, widths, strict=True):
            shown.append(letters.shown[at].center(int(width) - letters.widths[at] + 1))
            special = at in self.picture.unknown
            quiet = letters.ends_line[at] or letters.shown[at] == "·"
            codes.append(CURSOR if at == self._cursor[0] else _UNKNOWN if special else _DIM if quiet else _PLAIN)
        base = self.rich_style
        title = Segment("unit".ljust(GUTTER), base + _HEADER_STYLES[_DIM])
        return [title, *segments(shown, codes, lambda code: base + _HEADER_STYLES[code])]

    def _units(self, line: int) -> list[Segment]:
        """One line of the map: the number of its upper unit, or of the cursor's, then the cells."""
        assert self.picture is not None
        paint = paint_of(self.app)
        if self._painted.shape[1] != len(self._widths()):  # painted between a new size and the resize event
            self._painted = self._window()
        per_line = 2 if paint.has_ramps else 1
        first_pixel = line * per_line
        if first_pixel >= len(self._painted):
            return []
        row = self.first_row + first_pixel // self._zoom
        under_cursor = self._line_of(self._cursor[1]) == line + 1
        starts = first_pixel % self._zoom < per_line
        unit = self.picture.order[self._cursor[1] if under_cursor else row]
        number = str(int(unit)).rjust(GUTTER - 1) if under_cursor or starts else " " * (GUTTER - 1)
        base = self.rich_style
        cells = [Segment(number, base + Style(reverse=True) if under_cursor else base + Style(dim=True)), Segment(" ", base)]
        pixels = self._painted[first_pixel : first_pixel + per_line].astype(np.int32)
        codes = (pixels[0] << 8 | pixels[-1]).repeat(self._widths())
        cuts = np.flatnonzero(np.diff(codes, prepend=-1, append=-1))
        kind = self.picture.kind
        for start, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            upper, lower = divmod(int(codes[start]), 256)
            mark, style = paint.half_blocks(kind, upper, lower) if per_line == 2 else paint.shade(kind, upper)
            cells.append(Segment(mark * (end - start), style if per_line == 2 else base + style))
        if per_line == 1 and under_cursor:
            return self._reversed_at_cursor(cells)
        return cells

    def _reversed_at_cursor(self, cells: list[Segment]) -> list[Segment]:
        """Where glyphs carry the values, the cursor's cell is shown in reverse instead of in a colour."""
        columns, widths = self.characters_in_view, self._widths()
        at = self._cursor[0] - columns.start
        if not 0 <= at < len(widths):
            return cells
        start = GUTTER + int(widths[:at].sum())
        before, cell, after = Strip(cells).divide([start, start + int(widths[at]), self.size.width])
        return [*before, *(Segment(text, _reversed(style)) for text, style, _ in cell), *after]

    def _line_of(self, row: int) -> int:
        """The line that shows the row; 0 is the text's."""
        per_line = 2 if paint_of(self.app).has_ramps else 1
        pixel = (row - self.first_row) * self._zoom
        return 1 + pixel // per_line

    # ------------------------------------------------------------- the mouse

    def _cell_at(self, x: int, y: int) -> tuple[int, range] | None:
        """(position, the rows it shows) under a cell of the widget; the text above gives the cursor's row."""
        at = int(np.searchsorted(np.cumsum(self._widths()), x - GUTTER, side="right"))
        columns = self.characters_in_view
        if self.picture is None or x < GUTTER or at >= len(columns):
            return None
        if y == 0:
            return columns[at], range(self._cursor[1], self._cursor[1] + 1)
        per_line = 2 if paint_of(self.app).has_ramps else 1
        first, last = ((y * per_line + k) // self._zoom for k in (-per_line, -1))
        units = self.picture.values.shape[1]
        rows = range(self.first_row + first, min(units, self.first_row + last + 1))
        return (columns[at], rows) if rows else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        found = self._cell_at(event.x, event.y)
        self.post_message(self.Pointed(*found) if found else self.Pointed(None))

    def on_click(self, event: events.Click) -> None:
        if found := self._cell_at(event.x, event.y):
            self.post_message(self.Pointed(*found, pinned=True))

    def on_leave(self) -> None:
        self.post_message(self.Pointed(None))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-2)


def _reversed(style: Style | None) -> Style:
    style = style or Style()
    return style + Style(reverse=not style.reverse)
