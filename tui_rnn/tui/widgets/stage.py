"""The place of a view's scene: the page, heatmap or chart that it needs, and a line below for the meaning of a cell."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_rnn.tui.widgets.heatmap import HeatMap, Pointed
from tui_rnn.tui.widgets.lengths_plot import LengthsPlot
from tui_rnn.tui.widgets.page import Page
from tui_rnn.tui.widgets.pieces import Piece, fit
from tui_rnn.tui.widgets.scene import Lines, Matrix, Nothing, Scene

_KINDS = ("nothing", "lines", "matrix", "curves")


class Stage(Vertical):
    """Shows one scene at a time and keeps the cursor of a heatmap."""

    DEFAULT_CSS = """
    Stage { height: 1fr; }
    Stage > .body { display: none; height: 1fr; }
    Stage > .nothing { content-align: center middle; padding: 0 1; text-align: center; color: $text-muted; }
    Stage.on-nothing > .nothing, Stage.on-lines > Page { display: block; }
    Stage.on-matrix > HeatMap, Stage.on-curves > LengthsPlot { display: block; }
    Stage > .note { display: none; height: 1; }
    Stage.on-matrix > .note { display: block; }
    """

    @dataclass(eq=False)
    class Chosen(Message):
        """A click on an example of the page."""

        at: int

    class Clicked(Message):
        """A click on a cell of the heatmap."""

    @dataclass(eq=False)
    class Moved(Message):
        """The cursor of a heatmap went to another column, whose symbol the network reads."""

        column: int

    def __init__(self) -> None:
        super().__init__(classes="on-nothing")
        self.scene = Scene(Nothing(""))
        self._cursor: tuple[int, int] | None = None  # column, row; None: where the scene begins
        self._hover: tuple[int, int] | None = None
        self._chosen_lines = range(0)  # of the page
        self._begins = True  # whether the next scene shows something else
        self._nothing, self._note = Static("", classes="nothing", markup=False), Static(classes="note", markup=False)
        self._page, self._map, self._plot = Page(), HeatMap(), LengthsPlot()
        for body in (self._nothing, self._page, self._map, self._plot):
            body.add_class("body")

    def compose(self) -> ComposeResult:
        yield from (self._nothing, self._page, self._map, self._plot, self._note)

    def show(self, scene: Scene) -> None:
        self.scene, body = scene, scene.body
        for name in _KINDS:
            self.set_class(name == type(body).__name__.lower(), f"on-{name}")
        if isinstance(body, Nothing):
            self._nothing.update(body.why)
        elif isinstance(body, Lines):
            follow = not self._chosen_lines or self._page.sees(self._chosen_lines)
            self._page.show(body.lines)
            self._chosen_lines = body.chosen_lines
            if follow:  # it is new here, or the number of lines above it has changed
                self.reveal_chosen()
        elif isinstance(body, Matrix):
            if body.steady and self._cursor is None:
                self._cursor = body.start
            self._map.show(body.picture, self._place(body))
            if self._begins:
                self._map.point(self._place(body), reveal=True)
            self._begins = False
            self._tell(body)
        else:
            self._plot.show(body)

    def begin(self) -> None:
        """The next scene shows something else: forget the cursor, and bring its start or the chosen example into view."""
        self._cursor = self._hover = None
        self._begins = True
        self._chosen_lines = range(0)

    def reveal_chosen(self) -> None:
        if isinstance(self.scene.body, Lines):
            self._page.reveal(self._chosen_lines)

    def move(self, columns: int, rows: int) -> None:
        """Move the cursor of a heatmap, or scroll a page."""
        body = self.scene.body
        if isinstance(body, Matrix):
            column, row = self._place(body)
            last_column, last_row = len(body.picture.letters.widths) - 1, len(body.picture.order) - 1
            self._cursor = max(0, min(last_column, column + columns)), max(0, min(last_row, row + rows))
            self._hover = None
            self._map.point(self._cursor, reveal=True)
            self._tell(body)
            self._tell_of(column, body)
        elif isinstance(body, Lines):
            self._page.scroll_relative(y=rows, animate=False)

    def _tell_of(self, before: int, matrix: Matrix) -> None:
        if matrix.reads and self._cursor is not None and self._cursor[0] != before:
            self.post_message(self.Moved(self._cursor[0]))

    def go_to(self, column: int) -> None:
        """Move the cursor to this column, whose symbol another view selected."""
        body = self.scene.body
        if isinstance(body, Matrix) and body.reads and column != self._place(body)[0]:
            self._cursor, self._hover = (column, self._place(body)[1]), None
            self._map.point(self._place(body), reveal=True)
            self._tell(body)

    def _place(self, matrix: Matrix) -> tuple[int, int]:
        """(column, row) of the mouse or the cursor, inside the matrix."""
        column, row = self._hover or self._cursor or matrix.start
        return min(column, len(matrix.picture.letters.widths) - 1), min(row, len(matrix.picture.order) - 1)

    @property
    def in_view(self) -> list[Piece]:
        """Which rows and columns of a heatmap are in view, if these are not all."""
        body = self.scene.body
        if not isinstance(body, Matrix):
            return []
        rows, columns = len(body.picture.order), len(body.picture.letters.widths)
        seen = ("rows", self._map.rows_in_view, rows), (body.across, self._map.characters_in_view, columns)
        told = [(what, part, count) for what, part, count in seen if 0 < len(part) < count]
        full, brief = ([f"{w} {p.start + 1}–{p.stop}{of}{count}" for w, p, count in told] for of in (" of ", "/"))
        words = full if len(" · ".join(full)) <= self.size.width - 4 else brief
        return [Piece(rank, Content(each)) for rank, each in enumerate(words)]

    def _tell(self, matrix: Matrix) -> None:
        self._note.update(fit(matrix.tell(*self._place(matrix)), max(0, self.size.width - 1)), layout=False)

    # ------------------------------------------------------------- the mouse

    @on(Page.Clicked)
    def _page_clicked(self, event: Page.Clicked) -> None:
        event.stop()
        body = self.scene.body
        if isinstance(body, Lines) and body.chosen is not None:
            for at, span in enumerate(body.spans):
                if event.line in span:
                    self.post_message(self.Chosen(at))

    @on(Pointed)
    def _pointed_at(self, event: Pointed) -> None:
        event.stop()
        body = self.scene.body
        if not isinstance(body, Matrix):
            return
        place = (event.at, event.rows[0]) if event.at is not None and event.rows else None
        if event.pinned and place:
            before, self._cursor, self._hover = self._place(body)[0], place, None
            self.post_message(self.Clicked())
            self._tell_of(before, body)
        else:
            self._hover = place
        self._map.point(self._place(body), reveal=False)
        self._tell(body)
