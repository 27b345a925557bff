"""Lines of styled text that scroll: what the views of a task are written on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_rnn.display import visible

Line = tuple[Segment, ...]


def piece(text: str, style: Style | None = None) -> Segment:
    """A piece of a line, of foreign text too: made safe."""
    return Segment(visible(text), style or Style())


def cut(text: str, width: int) -> str:
    """Safe text in at most `width` cells; what is cut off is shown as an ellipsis."""
    shown = visible(text)
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, width - 1).rstrip() + "…" if width > 0 else ""


def padded(text: str, width: int) -> str:
    """Safe text in exactly `width` cells."""
    return set_cell_size(cut(text, width), width)


def cells_of(line: Iterable[Segment]) -> int:
    return sum(segment.cell_length for segment in line)


class Page(ScrollView, can_focus=False):
    """Paints lines; only those that differ are painted again. A click names its line."""

    DEFAULT_CSS = """
    Page { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; background: transparent; }
    Page { scrollbar-background: $background; scrollbar-color: $border; }
    """

    class Clicked(Message):
        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()
        self._revealed = range(0)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines from where the page is scrolled to."""
        before, self._lines = self._lines, tuple(lines)
        size = Size(self.size.width, len(lines))
        if size != self.virtual_size:
            self.virtual_size = size
            self.refresh()
            return
        for y in range(self.size.height):
            at = y + self.scroll_offset.y
            if before[at : at + 1] != self._lines[at : at + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def sees(self, lines: range) -> bool:
        """Whether some of these lines are in view, or may be when the page is laid out."""
        top = self.scroll_offset.y
        return not self.size or (lines.start < top + self.size.height and lines.stop > top)

    def reveal(self, lines: range) -> None:
        """Scroll as little as brings these lines into view; again when the page is laid out anew."""
        self._revealed = lines
        top, room = self.scroll_offset.y, self.size.height
        if not lines or not room:
            return
        if lines.start < top or len(lines) > room:
            self.scroll_to(y=lines.start, animate=False)
        elif lines.stop > top + room:
            self.scroll_to(y=lines.stop - room, animate=False)

    def on_resize(self) -> None:
        self.reveal(self._revealed)

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        line = self._lines[at] if at < len(self._lines) else ()
        return Strip(line).adjust_cell_length(self.size.width, Style()).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Clicked(event.y + self.scroll_offset.y))
