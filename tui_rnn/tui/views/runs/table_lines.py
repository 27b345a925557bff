"""The headings of the table of runs, and its cells under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_rnn.formats import LossUnit
from tui_rnn.tui.views.pages.page import Pick, Row
from tui_rnn.tui.views.pages.rows_view import MARGIN
from tui_rnn.tui.views.runs.known import Key

if TYPE_CHECKING:
    from tui_rnn.training.run_groups import RunGroup
    from tui_rnn.training.run_table import Column

MARK_CELLS = 4  # before each row: the number of a marked run, and whether it trains


class Heads(Static):
    """The headings; a click on one sorts by its column."""

    @dataclass(eq=False)
    class Chosen(Message):
        column: str

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


def cell_of(text: str, cells: int, is_text: bool) -> str:
    """Texts at the left, numbers at the right."""
    space = " " * (cells - (len(text) if text.isascii() else cell_len(text)))
    return text + space if is_text else space + text


class Lines:
    """The rows under the headings. It keeps rows that have not changed: there may be thousands."""

    def __init__(self) -> None:
        self._columns: object = None
        self._drawn: dict[Key, tuple[object, Row]] = {}

    def rows(
        self, columns: Sequence[Column], widths: Sequence[int], lines: Iterable[tuple[Key, str, str, Sequence[str]]]
    ) -> list[Row]:
        """A row for each line: its run, the mark before it, its style, and its cells."""
        before = self._drawn if self._columns == (columns, widths) else {}
        self._columns, self._drawn = (columns, widths), {}
        for key, mark, style, cells in lines:
            known, look = before.get(key), (mark, style, cells)
            self._drawn[key] = known if known is not None and known[0] == look else (look, _row(columns, widths, *look))
        return [row for _, row in self._drawn.values()]


def _row(columns: Sequence[Column], widths: Sequence[int], mark: str, style: str, cells: Sequence[str]) -> Row:
    parts = [cell_of(cell, width - 2, one.is_text) for one, width, cell in zip(columns, widths, cells, strict=True)]
    return Row(Content.styled(f"{mark}{'  '.join(parts).rstrip()}", style), Pick())


def group_rows(groups: Sequence[RunGroup], unit: LossUnit) -> list[Row]:
    """Groups of runs, under headings of their own, with remarks on the numbers."""
    from tui_rnn.training.run_groups import cells_of, remarks_on

    if not groups:
        return []
    heads, cells, texts = cells_of(groups, unit)
    widths = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    rows = []
    for line in (heads, *cells):
        parts = [cell_of(*cell) for cell in zip(line, widths, texts, strict=True)]
        rows.append(Row(Content.styled("  ".join(parts), "$text-muted" if line is heads else "")))
    return rows + [Row(Content.styled(remark, "$text-muted")) for remark in remarks_on(groups, unit)]
