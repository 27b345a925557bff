"""Units × characters as a heatmap: two units a line in half-blocks, or one unit a line in glyphs; the text on top.

It draws any other matrix, too: a row with a label has whole lines of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_rnn.tui.colours import BLANK, levels, paint_of
from tui_rnn.tui.widgets.heatmap_lines import GUTTER, Picture, Window

_TALLEST = 6  # pixels of a unit when the layer is small


@dataclass(eq=False)
class Pointed(Message):
    """The mouse is over a position that shows these rows, or (`pinned`) clicked it. at: None when the mouse left."""

    at: int | None
    rows: range = range(0)
    pinned: bool = False


class HeatMap(Widget, can_focus=False):
    """Paints a Picture and keeps the cursor in view. Rows and positions count from 0 in the whole picture."""

    DEFAULT_CSS = "HeatMap { height: 1fr; }"

    class Scrolled(Message):
        """Other rows or columns are in view."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: Picture | None = None
        self._cursor = (0, 0)
        self._first_row = self._first_column = 0
        self._view: Window | None = None

    # ------------------------------------------------------------- what is in view

    @property
    def columns(self) -> int:
        """How many characters of one cell fit side by side."""
        return max(1, self.size.width - self._gutter)

    @property
    def _gutter(self) -> int:
        return self._picture.gutter if self._picture else GUTTER

    @property
    def rows_in_view(self) -> range:
        """The rows that are in view as a whole."""
        if self._picture is None:
            return range(0)
        rows, _ = self._fitting_rows(self._picture)
        return range(self._first_row, min(len(self._picture.order), self._first_row + rows))

    @property
    def characters_in_view(self) -> range:
        """The positions in view."""
        return self._view.columns if self._view else range(0)

    def _fitting_rows(self, picture: Picture) -> tuple[int, int]:
        """(rows that fit, pixels that each is high)."""
        lines = max(1, self.size.height - 1)
        pixels = lines * 2 if paint_of(self.app).has_ramps else lines
        least = pixels // lines if picture.labels else 1  # a label needs a line
        zoom = max(least, min(_TALLEST, pixels // len(picture.order)) // least * least)
        return max(1, pixels // zoom), zoom

    def _look(self, picture: Picture) -> Window:
        """The part of the picture in view."""
        paint = paint_of(self.app)
        widths = np.asarray(picture.letters.widths, np.intp)
        even = min(picture.widest, self.columns // max(1, len(widths)))
        if even >= widths.max(initial=1):  # all columns have the same width, also under a head of more cells
            widths = np.full_like(widths, even)
        else:
            widths = widths * max(1, min(picture.widest, self.columns // max(1, int(widths.sum()))))
        widths = widths[self._first_column :]
        widths = widths[: int(np.searchsorted(np.cumsum(widths), self.columns, side="right"))]
        columns = range(self._first_column, self._first_column + len(widths))
        count, zoom = self._fitting_rows(picture)
        rows = range(self._first_row, min(len(picture.order), self._first_row + count))
        seen = picture.values[columns.start : columns.stop, picture.order[rows.start : rows.stop]].T
        pixels = levels(seen, picture.low, picture.high)
        pixels = pixels.repeat(zoom, axis=0)
        if paint.has_ramps and len(pixels) % 2:
            pixels = np.concatenate([pixels, np.full_like(pixels[:1], BLANK)])
        return Window(picture, paint, self.rich_style, zoom, rows, columns, widths, self._cursor, pixels)

    # ------------------------------------------------------------- what to show

    def show(self, picture: Picture | None, cursor: tuple[int, int]) -> None:
        """Show this picture with the cursor (position, row); it paints only lines that differ."""
        self._picture, self._cursor = picture, cursor
        self._begin_at(self._first_row, self._first_column)

    def point(self, cursor: tuple[int, int], *, reveal: bool) -> None:
        """Move the cursor to (position, row); `reveal` scrolls to it."""
        self._cursor = cursor
        self._reveal(row=reveal, position=reveal)

    def _reveal(self, *, row: bool, position: bool) -> None:
        """Scroll as little as needed to bring the cursor's row, its position, or both into view."""
        first_row, first_column = self._first_row, self._first_column
        if row:
            first_row = max(min(first_row, self._cursor[1]), self._cursor[1] - len(self.rows_in_view) + 1)
        if position and self._picture is not None:
            first_column = min(first_column, self._cursor[0])
            while sum(self._picture.letters.widths[first_column : self._cursor[0] + 1]) > self.columns:
                first_column += 1
        self._begin_at(first_row, first_column)

    def scroll_rows(self, rows: int) -> None:
        """Bring other rows into view."""
        self._begin_at(self._first_row + rows, self._first_column)

    def scroll_to_first_row(self) -> None:
        """Bring the first rows into view."""
        self._begin_at(0, self._first_column)

    def _begin_at(self, first_row: int, first_column: int) -> None:
        """Let the view begin there, or as near as the picture allows, and paint what has changed."""
        old, picture = self._view, self._picture
        if picture is None or not self.size:
            self._view = None
            self.refresh()
            return
        from_each = np.cumsum(picture.letters.widths[::-1])[::-1]  # cells from each character to the end of the text
        last_start = int(np.count_nonzero(from_each > self.columns))
        before = self._first_row, self._first_column
        self._first_row = max(0, min(first_row, len(picture.order) - self._fitting_rows(picture)[0]))
        self._first_column = min(first_column, last_start)
        new = self._view = self._look(picture)
        if old is None or not new.same_frame(old):
            self.refresh()
        elif lines := new.changed_lines(old):
            self.refresh(*(Region(0, y, self.size.width, 1) for y in sorted(lines)))
        if before != (self._first_row, self._first_column):
            self.post_message(self.Scrolled())

    def on_resize(self) -> None:
        """Keep the cursor's row and position in view, if they were; at first, the position."""
        old, (position, row) = self._view, self._cursor
        self._reveal(row=old is not None and row in old.rows, position=old is None or position in old.columns)
        self.post_message(self.Scrolled())

    def render_line(self, y: int) -> Strip:
        view, width = self._view, self.size.width
        if view is None:
            return Strip.blank(width, self.rich_style)
        row = view.text() if y == 0 else view.units(y)
        return Strip(row, view.gutter_and_cells if row else 0).adjust_cell_length(width, view.base)

    # ------------------------------------------------------------- the mouse

    def _cell_at(self, x: int, y: int) -> tuple[int, range] | None:
        """(position, rows) under a cell of the widget; the text above gives the cursor's row."""
        view = self._view
        if view is None or x < self._gutter:
            return None
        at = int(np.searchsorted(np.cumsum(view.widths), x - self._gutter, side="right"))
        first, last = ((y * view.per_line + k) // view.zoom for k in (-view.per_line, -1))
        rows = view.rows[max(first, 0) : last + 1] if y else range(view.cursor[1], view.cursor[1] + 1)
        return (view.columns[at], rows) if at < len(view.columns) and rows else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        found = self._cell_at(event.x, event.y)
        self.post_message(Pointed(*found) if found else Pointed(None))

    def on_click(self, event: events.Click) -> None:
        if found := self._cell_at(event.x, event.y):
            self.post_message(Pointed(*found, pinned=True))

    def on_leave(self) -> None:
        self.post_message(Pointed(None))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-2)
