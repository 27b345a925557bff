"""The headings of the table of runs, and its cells under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.message import Message
from textual.widgets import Static

from tui_rnn.tui.views.pages.rows_view import MARGIN

if TYPE_CHECKING:
    from tui_rnn.training.run_table import Column

MARK_CELLS = 4  # before each row: the number of a marked run, and whether it trains


class Heads(Static):
    """The headings; a click on one sorts by its column."""

    class Chosen(Message):
        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    def __init__(self) -> None:
        super().__init__("", classes="heads", markup=False)
        self._places: list[tuple[str, int]] = []

    def show(self, columns: Sequence[Column], widths: Sequence[int], order: str) -> None:
        self._places = [(one.key, cells) for one, cells in zip(columns, widths, strict=True)]
        parts = []
        for one, cells in zip(columns, widths, strict=True):
            arrow = "↓" if order == f"-{one.key}" else "↑" if order == one.key else " "
            parts.append(f"{one.short}{arrow}".ljust(cells) if one.is_text else f"{one.short.rjust(cells - 2)}{arrow} ")
        self.update(" " * (MARGIN + MARK_CELLS) + "".join(parts))

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x - MARGIN - MARK_CELLS
        for key, cells in self._places:
            if 0 <= x < cells:
                self.post_message(self.Chosen(key))
                return
            x -= cells


def widths_of(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[int]:
    """Of each column, with the gap behind it."""
    return [max(cell_len(one.short), *(cell_len(line[k]) for line in cells)) + 2 for k, one in enumerate(columns)]


def cell_of(text: str, cells: int, is_text: bool) -> str:
    """Texts to the left, numbers to the right."""
    return set_cell_size(text, cells) if is_text else " " * (cells - cell_len(text)) + text


def line_of(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    """The cells of a row under their headings."""
    parts = [cell_of(cell, width - 2, one.is_text) for one, width, cell in zip(columns, widths, cells, strict=True)]
    return "  ".join(parts).rstrip()
