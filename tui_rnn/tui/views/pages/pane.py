"""The pane of a page: it asks the page's question, draws the answer, and changes the selection from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from tui_rnn.display import visible
from tui_rnn.insight.question import Answer
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.pages.asking import PageAsking
from tui_rnn.tui.views.pages.body import PageBody, asking_words, title
from tui_rnn.tui.views.pages.book import Book
from tui_rnn.tui.views.pages.others import Others
from tui_rnn.tui.views.pages.page import Page, Pick, Standing
from tui_rnn.tui.views.pages.pane_keys import FOCUSED_KEYS
from tui_rnn.tui.views.pages.rows_view import RowsView
from tui_rnn.tui.views.pages.selecting import Selecting
from tui_rnn.tui.views.pages.standing import standing
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.view import Help, Selected
from tui_rnn.tui.waiting import why_waiting
from tui_rnn.tui.widgets.entry import Entry

WAIT_S = 0.15  # for so long nothing must change before the page asks again


class PagePane(Pane):
    """Shows the open page of the book, for the weights that a person looks at."""

    KEYS = by_key(FOCUSED_KEYS)
    selecting: Selecting

    def __init__(self, focus: Focus, book: Book, asks: Asks, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.focus_on, self.book = focus, book
        self._asking = PageAsking(asks, self._wait, self.look)
        self._others = Others(asks, self.look)
        self._state: LabState | None = None
        self._body = PageBody()
        self.selecting = Selecting(focus, self._body.rows, self._selected)
        self._entry = Entry(enter="ask", escape="leave")
        self._run: RunState | None = None
        self._called = ""
        self._looked: object = None  # by `see`
        self._waits_for = ""  # in words, until the network has read a text
        self._answered: tuple[Page, Answer | None, Standing] | None = None  # as it is drawn
        self._timer: Timer | None = None
        book.opened.append(self._open_another)

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._body)

    def on_hide(self) -> None:
        self._stop_asking()

    def _stop_asking(self) -> None:
        self._asking.stop()
        self._others.stop()

    # ------------------------------------------------------------- what is shown

    @property
    def page(self) -> Page:
        return self.book.open

    @property
    def view_name(self) -> str:
        return self.page.name

    @property
    def GUIDE(self) -> Help:
        return self.page.guide

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return self.page.settings

    @property
    def found(self) -> object:
        """The answer on the page; where the page asks nothing, what the map shows."""
        if self._answered is None:
            return None
        return self._answered[1] or self._answered[2].trace

    @property
    def switched_off(self) -> str:
        """What is held or off in the network on the page; "": nothing."""
        at = self._answered[2] if self._answered else self.standing()
        return self.page.switched_off(at) if at is not None else ""

    @property
    def to_copy(self) -> str:
        return self._body.to_copy

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        self._state = state
        selection = self.focus_on.selection
        trace = selection.trace_of(run.run_id, run.trace) if run else None
        self._waits_for = why_waiting(state) if trace is None else ""
        look = trace, run, called, run is not None and run.run_id in selection.settled, self._waits_for
        if look != self._looked:
            self._looked, self._run, self._called = look, run, called
            if run is None:  # another one is on its way
                self._stop_asking()
                self._answered = None
            self.focus_on.take(trace, run.run_id if run else None)
            self.look()

    def select_again(self) -> None:
        self.look()
        if self.focus_on.trace is not None and self.is_mounted:
            self._body.rows.reveal_place(self.focus_on.pinned[0])

    def follow(self, other: PagePane) -> None:
        """Draw again what another pane set: they share their pages."""
        self.look()

    def standing(self) -> Standing | None:
        """The selection; None until the held weights have read the text."""
        return standing(self.focus_on, self._run, self._called, self._state)

    def look(self) -> None:
        """Ask the page's question about the selection, and draw what is known."""
        if not self.is_mounted or not self.display:
            return
        at = self.standing()
        if at is None:
            if self._answered is None:
                read = self.focus_on.trace is not None
                first = f"The page comes when the network has read its first text.\n{self._waits_for}"
                self._say_why("" if read else first.rstrip())
            return
        answer, reason = self._asking.look(self.page, at)
        if reason:
            self._say_why(reason)
        elif answer is not None or (self.page.asks is None and not self._asking.under_way):
            self._answered = self.page, answer, self._others.beside(self.page, at, self._state)
            self.redraw()
        elif self._answered is None or self._answered[0] is not self.page or self._answered[2].run_id != at.run_id:
            self._say_why("")
        else:
            self._write_title()  # the last answer stays until the next

    def _wait(self, put: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._answered is None or self._answered[0] is not self.page:
            self.call_later(put)  # the page is empty until then
        else:
            self._timer = self.set_timer(WAIT_S, put)

    def _say_why(self, reason: str) -> None:
        self._answered = None
        self._body.say(visible(reason, keep_newlines=True) if reason else "asking …")
        self._write_title()

    def redraw(self) -> None:
        if self._answered is None or not self.is_mounted or not self.size.width:
            self._write_title()
            return
        self._body.show(*self._answered)
        self._write_title()

    def _write_title(self) -> None:
        if not self.is_mounted:
            return
        at = self._answered[2] if self._answered else self.standing()
        step = self._answered[1].step if self._answered and self._answered[1] else at.step if at else None
        self.border_title = title(self.page, at, step, max(0, self.size.width - 4))
        if not self._asking.under_way:
            turning = f"page {self.book.at + 1} · , . turn · a lists all"
            self.border_subtitle = Content(turning if self.book.turns else "I opens it in Inspect")
            return
        under_way = asking_words(self._asking.progress, self._asking.left_s)
        self.border_subtitle = Content(f"{under_way} · Esc stops")
        if self._body.is_empty and at is not None:
            self._body.say(f"{under_way}\nEsc stops")

    # ------------------------------------------------------------- keys

    why_no_page = ""

    def turn(self, by: int) -> None:
        self.book.turn(by)

    def _open_another(self) -> None:
        self._stop_asking()
        self._answered = None
        self._body.rows.home()
        self.look()

    @property
    def stoppable(self) -> bool:
        return self._asking.under_way

    def stop(self) -> None:
        self._asking.cancel()

    def enter(self) -> None:
        """Select what the row stands for; if that is nothing, ask again."""
        row = self._body.rows.chosen
        if self._body.is_empty or row is None or row.pick is None:
            self._others.ask_again()
            self._asking.ask_again()
        else:
            self.selecting.pick(row.pick)

    def _selected(self) -> None:
        self.select_again()
        self.post_message(Selected(self))

    # ------------------------------------------------------------- the mouse

    @on(RowsView.Clicked)
    def _clicked(self, event: RowsView.Clicked) -> None:
        event.stop()
        self.focus()
        self.selecting.click(event.row, event.place)

    @on(RowsView.Dragged)
    def _dragged(self, event: RowsView.Dragged) -> None:
        event.stop()
        self.focus()
        self.selecting.pick(Pick(position=event.end, range=(min(event.start, event.end), max(event.start, event.end))))

    # ------------------------------------------------------------- what is typed

    @property
    def why_no_typing(self) -> str:
        return "" if self.page.typing else "this page asks for no text"

    def type(self) -> None:
        """Go to the line where a person types for the page."""
        self._entry.explain(self.page.typing)
        self.type_in(self._entry, self.page.typed())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if reason := self.page.type(self._entry.text):
            self.notify(visible(reason), severity="warning", markup=False)
            return
        self.focus()
        self.look()
