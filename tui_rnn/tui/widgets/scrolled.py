"""Lines that scroll: what a list of rows, the page of a task and a wrapped text have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView

Shown = TypeVar("Shown")


class Scrolled(ScrollView, Generic[Shown], can_focus=False):
    """Shows lines, and paints again only those that differ. A subclass renders them."""

    DEFAULT_CSS = """
    Scrolled { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; background: transparent; }
    Scrolled { scrollbar-background: $background; scrollbar-color: $border; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Shown, ...] = ()

    def show(self, lines: Sequence[Shown]) -> None:
        """Show these lines from where the view is scrolled to."""
        before, self.lines = self.lines, tuple(lines)
        size = Size(self.size.width, len(lines))
        if size != self.virtual_size:
            self.virtual_size = size
            self.refresh()
            return
        for y in range(self.size.height):
            at = y + self.scroll_offset.y
            if before[at : at + 1] != self.lines[at : at + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def reveal(self, lines: range) -> None:
        """Scroll as little as needed to bring these lines into view; of more than have room, the first ones."""
        top, room = self.scroll_offset.y, self.size.height
        if not lines or not room:
            return
        if lines.start < top or len(lines) > room:
            self.scroll_to(y=lines.start, animate=False)
        elif lines.stop > top + room:
            self.scroll_to(y=lines.stop - room, animate=False)
