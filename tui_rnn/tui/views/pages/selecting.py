"""How a page changes the selection: by its keys, its rows and the mouse."""

from __future__ import annotations

from collections.abc import Callable

from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.pages.page import Pick
from tui_rnn.tui.views.pages.rows_view import RowsView


class Selecting:
    """Changes what the focus looks at, once it has a trace. selected: called when the selection has changed."""

    def __init__(self, focus: Focus, rows: RowsView, selected: Callable[[], None]) -> None:
        self._focus, self._rows, self._selected = focus, rows, selected

    def pick(self, pick: Pick) -> None:
        """Select this; parts that the pick leaves open stay as they are."""
        focus, selection = self._focus, self._focus.selection
        if focus.trace is None:
            return
        selection.reading = selection.reading if pick.reading is None else pick.reading
        selection.layer = selection.layer if pick.layer is None else pick.layer
        selection.range = selection.range if pick.range is None else pick.range
        if pick.signal is not None:
            focus.choose_signal(pick.signal)
        position, unit = focus.pinned
        position, unit = (position if pick.position is None else pick.position), (unit if pick.unit is None else pick.unit)
        if 0 <= position < len(focus.reading.symbols):
            focus.put(position, unit)
        else:  # of a running text: read it from another place
            selection.unit = unit
            selection.go_to(focus.now.start + position)
        self._selected()

    def move(self, characters: int, rows: int) -> None:
        """Go to another character, or to another row; if no row can be chosen, to the line of the text there."""
        focus = self._focus
        if focus.trace is None:
            return
        if not rows:
            focus.selection.range = None
            focus.move(characters, 0)
            self._selected()
            return
        choosable = any(row.pick for row in self._rows.rows)
        place = None if choosable else self._rows.place_in_line(focus.pinned[0], rows)
        if place is None:
            self._rows.move(rows)
        else:
            self.pick(Pick(position=place))

    def brush(self, by: int) -> None:
        """Let the selected range end so many characters later, or earlier."""
        if self._focus.trace is not None:
            self._focus.brush(by)
            self._selected()

    def go_to(self, position: int) -> None:
        """Go to a character; −1 is the last one. From the first one, 0 goes to the beginning of the whole text."""
        focus = self._focus
        if focus.trace is not None and position == 0 == focus.pinned[0] and focus.now.start:
            focus.selection.go_to(0)
            self._selected()
        elif focus.trace is not None:
            self._focus.go_to(position)
            self._selected()

    def scroll(self, pages: int) -> None:
        """Scroll by as many rows as are in view."""
        self._rows.page(pages)

    def click(self, row: int, place: int) -> None:
        """A click on a row, at this symbol; −1: none."""
        pick = self._rows.rows[row].pick
        if pick is not None:
            self._rows.point(row)
            self.pick(pick)
        elif place >= 0:
            self._focus.selection.range = None
            self.pick(Pick(position=place))
