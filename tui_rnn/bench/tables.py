"""Tables and bars of measurements, for a terminal or a page."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

BAR_WIDTH = 40
EIGHTHS = " ▏▎▍▌▋▊▉"


def terminal_table(cells: Sequence[Sequence[str]], words: int = 1) -> RenderableType:
    """The first row has the headings. The first `words` columns hold words, the others numbers."""
    result = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    headings, *rows = cells
    for k, heading in enumerate(headings):
        result.add_column(heading, justify="left" if k < words else "right", no_wrap=True)
    for row in rows:
        result.add_row(*row)
    return result


def markdown_table(cells: Sequence[Sequence[str]], words: int = 1) -> str:
    """The same for a page of documentation."""
    headings, *rows = cells
    rule = ["---" if k < words else "---:" for k in range(len(headings))]
    lines = [[heading.replace("\n", " ") for heading in headings], rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bar(label: str, share: float, value: str, style: str) -> Text:
    """A line: label, a bar as long as `share` of BAR_WIDTH, and the value."""
    eighths = round(min(share, 1.0) * BAR_WIDTH * 8)
    blocks = "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
    return Text.assemble(f"{label}  ", (blocks, style), f" {value}", no_wrap=True, overflow="crop")
