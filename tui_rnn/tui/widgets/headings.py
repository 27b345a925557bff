"""The headings of a table: under the mouse each says what its numbers mean, from the glossary."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from textual.events import MouseMove
from textual.widgets import Static

from tui_rnn.glossary import BY_HEADING

Cells = tuple[str, int]  # a heading, and the cells of its column


def meaning(columns: Sequence[Cells], x: int) -> str | None:
    """The meaning of the column at cell x; None: there is no column, or the glossary does not explain it."""
    for head, cells in columns:
        if 0 <= x < cells:
            term = BY_HEADING.get("char/s" if head.endswith("/s") else head)
            return term.short if term else None
        x -= cells
    return None


class Headings(Static):
    """A line of headings, each at the left of its column."""

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self._columns: Sequence[Cells] = ()

    def show(self, columns: Sequence[Cells]) -> None:
        """Show these headings; without any, hide the line."""
        self._columns = columns
        self.display = bool(columns)
        self.update("".join(set_cell_size(head, cells) for head, cells in columns).rstrip())

    def on_mouse_move(self, event: MouseMove) -> None:
        self.tooltip = meaning(self._columns, event.get_content_offset_capture(self).x)
