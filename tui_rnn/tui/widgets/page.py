"""Lines of styled text that scroll: the page of a task's view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from tui_rnn.display import visible
from tui_rnn.tui.widgets.scrolled import Scrolled

Line = tuple[Segment, ...]


def piece(text: str, style: Style | None = None) -> Segment:
    """A piece of a line; it makes foreign text safe."""
    return Segment(visible(text), style or Style())


def cut(text: str, width: int) -> str:
    """Safe text in at most `width` cells; an ellipsis stands for the rest."""
    shown = visible(text)
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, width - 1).rstrip() + "…" if width > 0 else ""


def padded(text: str, width: int) -> str:
    """Safe text in exactly `width` cells."""
    return set_cell_size(cut(text, width), width)


def cells_of(line: Iterable[Segment]) -> int:
    return sum(segment.cell_length for segment in line)


class Page(Scrolled[Line]):
    """Paints lines. A click names its line."""

    @dataclass(eq=False)
    class Clicked(Message):
        line: int

    def __init__(self) -> None:
        super().__init__()
        self._revealed = range(0)

    def sees(self, lines: range) -> bool:
        """Whether some of these lines are in view, or may be once the page has its room."""
        top = self.scroll_offset.y
        return not self.size or (lines.start < top + self.size.height and lines.stop > top)

    def reveal(self, lines: range) -> None:
        """Bring these lines into view, and again when the page gets another size."""
        self._revealed = lines
        super().reveal(lines)

    def on_resize(self) -> None:
        self.reveal(self._revealed)

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        line = self.lines[at] if at < len(self.lines) else ()
        return Strip(line).adjust_cell_length(self.size.width, Style()).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Clicked(event.y + self.scroll_offset.y))
