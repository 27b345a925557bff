"""The content of the desk: the text, perhaps a second writer's, and the rows to choose from."""

from __future__ import annotations

import textwrap

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.views.desk.beside import Beside, first_difference
from tui_rnn.tui.views.desk.caption import caption
from tui_rnn.tui.views.desk.places import Places
from tui_rnn.tui.views.desk.rows import Choice, branch_rows, candidate_rows, copy_rows
from tui_rnn.tui.views.desk.texts import written_rows
from tui_rnn.tui.views.desk.writing import Writing
from tui_rnn.tui.views.pages.page import Room, Row, muted
from tui_rnn.tui.views.pages.rows_view import RowsView

WIDTH = 80  # cells of a line in a file


class DeskBody(Container):
    """writing, beside: the two writers; places: their weights."""

    DEFAULT_CSS = """
    DeskBody { height: 1fr; layout: vertical; }
    DeskBody.beside { layout: horizontal; }
    DeskBody.beside.two { layout: grid; grid-size: 2; grid-rows: 3fr 2fr; }
    DeskBody.beside.two > RowsView { column-span: 2; }
    DeskBody .text { width: 1fr; height: 1fr; layout: vertical; }
    DeskBody .head { height: 1; padding: 0 1; color: $text-muted; }
    DeskBody RowsView { width: 1fr; }
    DeskBody .other, DeskBody .head { display: none; }
    DeskBody.two .other, DeskBody.two .head { display: block; }
    """

    def __init__(self, writing: Writing, beside: Beside, places: Places) -> None:
        super().__init__()
        self._writing, self._beside, self._places = writing, beside, places
        self.text, self.other, self.choices = RowsView(), RowsView(), RowsView()
        self._heads = Static(classes="head", markup=False), Static(classes="head", markup=False)
        self._rows_mean: list[Choice | None] = []  # what Enter takes on each row of the choices

    def compose(self) -> ComposeResult:
        with Container(classes="text"):
            yield from (self._heads[0], self.text)
        with Container(classes="text other"):
            yield from (self._heads[1], self.other)
        yield self.choices

    @property
    def chosen(self) -> Choice | None:
        """The candidate or branch under the cursor."""
        at = self.choices.cursor
        return self._rows_mean[at] if at is not None and at < len(self._rows_mean) else None

    @property
    def _second(self) -> Writing | None:
        return self._beside.writing if self._beside.other is not None else None

    @property
    def caption(self) -> str:
        """The words below, safe to show."""
        return visible(caption(self._writing, self._second))

    def draw(self) -> None:
        """Show what is known now."""
        self.set_class(self._second is not None, "two")
        self._draw_texts()
        self._draw_choices()

    def _draw_texts(self) -> None:
        item, second = self._places.is_item, self._second
        at = None if second is None else first_difference(self._writing.symbols, second.symbols)
        for view, writing in ((self.text, self._writing), (self.other, second)):
            if writing is not None:
                rows = written_rows(writing, view.room, item=item, differs_at=at)
                view.show(rows)
                view.reveal(range(len(rows) - 1, len(rows)))
        if second is not None:
            for head, told in zip(self._heads, self._places.heads(self._writing, self._beside), strict=True):
                head.update(visible(told))

    def _draw_choices(self) -> None:
        writing = self._writing
        room, answer = self.choices.room, writing.next.answer
        rows, means = [muted(visible(writing.next.reason) or "asking …", room)], list[Choice | None]([None])
        if answer is not None:
            rows = candidate_rows(answer, room, picks=True)
            means = [None, *answer.candidates, *([None] if answer.others else [])]
        if branches := writing.draft.branches():
            rows += [muted("branches: ways that you left", room), *branch_rows(writing.draft, branches, room, writing.bits_of)]
            means += [None, *branches]
        if (copies := writing.copies) is not None:
            rows += [muted("in the training part, too: tokens, place, text around it", room), *copy_rows(copies, room)]
        self._rows_mean = means + [None] * (len(rows) - len(means))
        self.choices.show(rows)

    def whole(self) -> list[Strip]:
        """The whole text as it is painted, for a file: also what is out of view."""
        room, item, second = Room(WIDTH, 1, paint_of(self.app)), self._places.is_item, self._second
        at = None if second is None else first_difference(self._writing.symbols, second.symbols)
        heads, rows = self._places.heads(self._writing, self._beside), list[Row]()
        for head, writing in zip(heads, (self._writing, second), strict=True):
            if writing is not None:
                rows += [muted(visible(head), room), *written_rows(writing, room, item=item, differs_at=at), Row(Content(""))]
        for said in self.caption.split(" · "):
            rows += [muted(line, room) for line in textwrap.wrap(said, WIDTH)]
        return self.text.painted(rows)
