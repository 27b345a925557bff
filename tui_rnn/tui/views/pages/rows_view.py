"""Rows that scroll, with a cursor on the rows that can be chosen, and cells that know their symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.views.pages.page import Room, Row
from tui_rnn.tui.widgets.scrolled import Scrolled

MARGIN = 2  # cells left of the rows: the cursor's mark and a space
BESIDE = MARGIN + 1  # cells of the view that no row has: the margin and the scrollbar


class RowsView(Scrolled[Row]):
    """Rows; the mark › is before the row that Enter chooses."""

    @dataclass(eq=False)
    class Clicked(Message):
        """A click on a row, and on the symbol there; -1: none."""

        view: RowsView
        row: int
        place: int

        @property
        def control(self) -> RowsView:
            return self.view

    @dataclass(eq=False)
    class Dragged(Message):
        """The mouse was dragged from one symbol to another."""

        start: int
        end: int

    def __init__(self) -> None:
        super().__init__()
        self.cursor: int | None = None  # a row with a pick
        self._strips: dict[int, Strip] = {}
        self._dragging: int | None = None  # the symbol where it began
        self._dragged = False

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.lines

    @property
    def room(self) -> Room:
        """The room for the rows that are in view at once."""
        return Room(max(1, self.size.width - BESIDE), max(1, self.size.height), paint_of(self.app))

    def show(self, lines: Sequence[Row]) -> None:
        """Show these rows from where the view is scrolled to. The cursor stays on its row, or goes to the nearest that can be
        chosen."""
        self._strips.clear()
        super().show(lines)
        self._put_cursor(self.cursor or 0)

    def home(self) -> None:
        """Begin at the first row of what comes next."""
        self.cursor = None
        self.scroll_to(y=0, animate=False)

    @property
    def chosen(self) -> Row | None:
        """The row that Enter chooses."""
        return self.rows[self.cursor] if self.cursor is not None else None

    def move(self, by: int) -> None:
        """Go to the next row that can be chosen, or the one before; if no row can be chosen, scroll."""
        choosable = [at for at, row in enumerate(self.rows) if row.pick is not None]
        if not choosable:
            self.scroll_relative(y=by, animate=False)
            return
        now = choosable.index(self.cursor) if self.cursor in choosable else 0
        self.point(choosable[max(0, min(len(choosable) - 1, now + by))])
        if by < 0 and self.cursor == choosable[0]:
            self.scroll_to(y=0, animate=False)  # also to the rows above the first one

    def page(self, pages: int) -> None:
        """Scroll by as many rows as are in view."""
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)

    def point(self, row: int) -> None:
        """Put the cursor on this row, or on the nearest that can be chosen, and bring it into view."""
        before = self.cursor
        self._put_cursor(row)
        if self.cursor is not None:
            self.reveal(range(self.cursor, self.cursor + 1))
        for at in {before, self.cursor} - {None}:
            self._strips.pop(int(at or 0), None)
            self.refresh(Region(0, int(at or 0) - self.scroll_offset.y, self.size.width, 1))

    def reveal_place(self, place: int) -> None:
        """Scroll to the row with this symbol."""
        for at, row in enumerate(self.rows):
            if row.places and row.places[0] <= place <= row.places[-1]:
                self.reveal(range(at, at + 1))
                return

    def place_in_line(self, place: int, by: int) -> int | None:
        """The symbol above or below another one, in the rows with symbols; None: there is no such row."""
        rows = [(row.places[0], row.places) for row in self.rows if row.places]
        lines = [places for k, (start, places) in enumerate(rows) if k == 0 or start != rows[k - 1][0]]
        for k, places in enumerate(lines):
            if places[0] <= place <= places[-1] and 0 <= k + by < len(lines):
                column, other = list(places).index(place), lines[k + by]
                return other[min(column, len(other) - 1)]
        return None

    def _put_cursor(self, row: int) -> None:
        choosable = [at for at, one in enumerate(self.rows) if one.pick is not None]
        self.cursor = min(choosable, key=lambda at: abs(at - row)) if choosable else None

    # ------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        at, width = y + self.scroll_offset.y, self.size.width
        if at >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        if at not in self._strips:
            self._strips[at] = self._strip(at)
        return self._strips[at].adjust_cell_length(width, Style()).apply_style(self.rich_style)

    def painted(self, rows: Sequence[Row]) -> list[Strip]:
        """Other rows as this view paints them, all equally wide."""
        strips = [Strip(self._segments(row)) for row in rows]
        width = max((strip.cell_length for strip in strips), default=0)
        return [strip.adjust_cell_length(width, Style()).apply_style(self.rich_style) for strip in strips]

    def _strip(self, at: int) -> Strip:
        mark = Segment(set_cell_size("›" if at == self.cursor else "", MARGIN), Style(bold=True))
        return Strip([mark, *self._segments(self.rows[at])])

    def _segments(self, row: Row) -> Sequence[Segment]:
        content = row.content
        if not isinstance(content, Content):
            return content
        strips = Visual.to_strips(self, content, max(1, content.cell_length), 1, self.visual_style, apply_selection=False)
        return list(strips[0]) if strips else ()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    # ------------------------------------------------------------- the mouse

    def _at(self, event: events.MouseEvent) -> tuple[int, int]:
        """(row, symbol) under the mouse, -1: no symbol."""
        row, column = event.y + self.scroll_offset.y, event.x - MARGIN
        places = self.rows[row].places if row < len(self.rows) else ()
        return row, places[column] if 0 <= column < len(places) else -1

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = False
        if (place := self._at(event)[1]) >= 0:
            self._dragging = place
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        place = self._at(event)[1]
        if self._dragging is not None and place >= 0 and (place != self._dragging or self._dragged):
            self._dragged = True
            self.post_message(self.Dragged(self._dragging, place))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._dragging = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        row, place = self._at(event)
        if row < len(self.rows) and not self._dragged:
            self.post_message(self.Clicked(self, row, place))
