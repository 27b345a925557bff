"""The content of a page: its rows and their caption, or why there is nothing."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.formats import time_left
from tui_rnn.insight.question import Answer
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import Page, Room, Standing
from tui_rnn.tui.views.pages.rows_view import BESIDE, RowsView
from tui_rnn.tui.widgets.pieces import Piece, fit

_BAR_CELLS = 20


class PageBody(Vertical):
    """Draws an answer, or says in the middle why there is none."""

    DEFAULT_CSS = """
    PageBody { height: 1fr; }
    PageBody > .why { display: none; }
    PageBody.empty > .why { display: block; }
    PageBody.empty > RowsView, PageBody.empty > .caption { display: none; }
    PageBody > .caption { height: auto; max-height: 2; padding: 0 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows, self._caption = RowsView(), Static(classes="caption", markup=False)
        self._why = Static("", classes="why", markup=False)
        self._told: tuple[str, int] | None = None  # the caption, and in how many cells

    def compose(self) -> ComposeResult:
        yield from (self._why, self.rows, self._caption)

    @property
    def is_empty(self) -> bool:
        return self.has_class("empty")

    def say(self, why: str) -> None:
        """Show no rows, and say why."""
        self.add_class("empty")
        self._why.update(why)

    def show(self, page: Page, answer: Answer | None, at: Standing) -> None:
        """Draw the page's rows for this answer."""
        self.remove_class("empty")
        caption = visible(page.caption(answer, at))
        lines = 1 + (cell_len(caption) > self.size.width - 2)
        room = Room(max(1, self.size.width - BESIDE), max(1, self.size.height - lines), paint_of(self.app))
        self.rows.show(page.rows(answer, at, room))
        if (caption, self.size.width) != self._told:
            self._caption.update(caption, layout=self._told is None or lines != self._caption.size.height)
            self._told = caption, self.size.width

    @property
    def to_copy(self) -> str:
        return "\n".join(_plain(row.content) for row in self.rows.rows)


def title(page: Page, at: Standing | None, step: int | None, width: int) -> Content:
    """The page's name, the run, and the step of its weights, in so many cells."""
    pieces = [Piece(0, Content.styled(page.name, "bold"))]
    if at is not None and step is not None:
        pieces += [Piece(2, Content(visible(at.run_name))), Piece(1, Content(f"step {step:,}"))]
    return fit(pieces, width)


def asking_words(done: float | None, left_s: float | None = None) -> str:
    """Says that a question is under way, which share is done, and how long it will still take; None: it is not known."""
    if done is None:
        return "asking …"
    left = f" · {time_left(left_s)}" if left_s is not None else ""
    return f"asking … {bar(done, _BAR_CELLS):<{_BAR_CELLS}} {done:.0%}{left}"


def _plain(content: object) -> str:
    return content.plain if isinstance(content, Content) else "".join(segment.text for segment in content)  # type: ignore[attr-defined]
