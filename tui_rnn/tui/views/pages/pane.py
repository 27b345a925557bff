"""The pane that shows one page: puts its question, draws the answer, and lets the selection be changed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_rnn.display import visible
from tui_rnn.insight.question import Answer, Question
from tui_rnn.kinds import KINDS
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import by_key, press
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.asking import PageAsking
from tui_rnn.tui.views.pages.others import Others
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Standing
from tui_rnn.tui.views.pages.pane_keys import FOCUSED_KEYS
from tui_rnn.tui.views.pages.rows_view import BESIDE, RowsView
from tui_rnn.tui.views.view import Help, Selected, Wants
from tui_rnn.tui.widgets.entry import Entry, escape
from tui_rnn.tui.widgets.pieces import Piece, fit

WAIT_S = 0.15  # things stand still so long before a question is put again
_BAR_CELLS = 20


@dataclass
class Book:
    """The pages that there are, and the one that is open: the same for all runs that are shown."""

    pages: Sequence[Page] = ()
    at: int = 0
    opened: list[Callable[[], object]] = field(default_factory=list)  # called when another one is

    @property
    def open(self) -> Page:
        return self.pages[self.at]

    def turn(self, by: int) -> None:
        self.go_to((self.at + by) % len(self.pages))

    def go_to(self, at: int) -> None:
        self.at = at
        for tell in self.opened:
            tell()


class PagePane(Widget, can_focus=True):
    """Shows the open page of the book, about the weights that are looked at."""

    DEFAULT_CSS = """
    PagePane { layout: vertical; width: 1fr; height: 1fr; border: round $border; }
    PagePane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    PagePane:focus-within { border: heavy $accent; }
    PagePane > Entry, PagePane > .why { display: none; }
    PagePane.typing > Entry, PagePane.empty > .why { display: block; }
    PagePane.empty > RowsView, PagePane.empty > .caption { display: none; }
    PagePane > .why { height: 1fr; padding: 0 1; content-align: center middle; text-align: center; color: $text-muted; }
    PagePane > .caption { height: auto; max-height: 2; padding: 0 1; color: $text-muted; }
    """
    KEYS = by_key(FOCUSED_KEYS)

    def __init__(self, focus: Focus, book: Book, asks: Asks, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.focus_on, self.book = focus, book
        self._asking = PageAsking(asks, self._wait, self.look)
        self._others = Others(asks, self.look)
        self._state: LabState | None = None
        self._rows, self._caption = RowsView(), Static(classes="caption", markup=False)
        self._why = Static("", classes="why", markup=False)
        self._entry = Entry(enter="ask", escape="leave")
        self._run: RunState | None = None
        self._called = ""
        self._looked: object = None  # what was shown last
        self._told: tuple[str, int] | None = None  # the caption, and in how many cells
        self._answered: tuple[Page, Answer | None, Standing] | None = None  # what is drawn
        self._timer: Timer | None = None
        book.opened.append(self._open_another)

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._why, self._rows, self._caption)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self.look()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

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
    def GUIDE(self) -> Help:
        return self.page.guide

    @property
    def wants(self) -> Wants:
        return Wants()

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return self.page.settings

    @property
    def found(self) -> object:
        """The answer that is drawn, with all its numbers; of a page that asks nothing, what the map shows."""
        if self._answered is None:
            return None
        return self._answered[1] or self._answered[2].trace

    @property
    def to_copy(self) -> str:
        """What stands on the page."""
        return "\n".join(_plain(row.content) for row in self._rows.rows)

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Show what is known of this run; what of it is frozen, the focus knows."""
        self._state = state
        selection = self.focus_on.selection
        trace = selection.trace_of(run.run_id, run.trace) if run else None
        look = trace, run, called, run is not None and run.run_id in selection.settled
        if look != self._looked:
            self._looked, self._run, self._called = look, run, called
            self.focus_on.take(trace, run.run_id if run else None)
            self.look()

    def select_again(self) -> None:
        """The selection was changed elsewhere: show it."""
        self.look()
        if self.focus_on.trace is not None:
            self._rows.reveal_place(self.focus_on.pinned[0])

    def follow(self, other: PagePane) -> None:
        """What was set for one run is set for the other: they share their pages."""
        self.look()

    def standing(self) -> Standing | None:
        """What is selected; None before the weights that are held have read the text."""
        focus, run = self.focus_on, self._run
        if run is None or focus.trace is None or run.run_id not in focus.selection.settled:
            return None
        position, unit = focus.pinned
        selection = focus.selection
        return Standing(
            kind=KINDS[run.config.kind],
            run_id=run.run_id,
            run_name=self._called,
            config=run.config,
            step=focus.trace.step,
            moments=run.snapshot.moments if run.snapshot else (),
            trace=focus.trace,
            text=selection.text,
            example=selection.example,
            reading=focus.reading,
            position=position,
            layer=focus.layer,
            signal=focus.signal,
            unit=unit,
            range=selection.range,
            number=self._state.number_of(run.run_id) if self._state else 1,
            tracks=self._state.corpus.tracks if self._state and self._state.corpus else "",
        )

    def look(self) -> None:
        """Ask what the page asks of what is selected now, and draw what is known of it."""
        if not self.is_mounted or not self.display:
            return
        at = self.standing()
        if at is None:
            if self._answered is None:
                read = self.focus_on.trace is not None
                self._say_why("" if read else "The page is drawn when the network has read its first text.")
            return
        answer, reason = self._asking.look(self.page, at)
        if reason:
            self._say_why(reason)
        elif answer is not None or (self.page.asks is None and not self._asking.under_way):
            self._answered = self.page, answer, self._with_others(at)
            self._draw()
        elif self._answered is None or self._answered[0] is not self.page or self._answered[2].run_id != at.run_id:
            self._say_why("")
        else:
            self._write_title()  # what was answered last stays until the next

    def _with_others(self, at: Standing) -> Standing:
        """With what other runs answered, where the page compares."""
        if not self.page.compares or self._state is None:
            return at
        question = self.page.question(at)
        if not isinstance(question, Question):
            return at
        others = self._others.look(question, self._state, at.run_id)
        return replace(at, others=others, others_asked=self._others.under_way)

    def _wait(self, put: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._answered is None or self._answered[0] is not self.page:
            self.call_later(put)  # nothing stands there meanwhile
        else:
            self._timer = self.set_timer(WAIT_S, put)

    def _say_why(self, reason: str) -> None:
        self._answered = None
        self.add_class("empty")
        self._why.update(visible(reason) if reason else "asking …")
        self._write_title()

    def _draw(self) -> None:
        if self._answered is None or not self.is_mounted or not self.size.width:
            self._write_title()
            return
        page, answer, at = self._answered
        self.remove_class("empty")
        caption = visible(page.caption(answer, at))
        lines = 1 + (cell_len(caption) > self.size.width - 2)
        room = Room(max(1, self.size.width - BESIDE), max(1, self.size.height - lines), paint_of(self.app))
        self._rows.show(page.rows(answer, at, room))
        if (caption, self.size.width) != self._told:
            self._caption.update(caption, layout=self._told is None or lines != self._caption.size.height)
            self._told = caption, self.size.width
        self._write_title()

    def _write_title(self) -> None:
        if not self.is_mounted:
            return
        width = max(0, self.size.width - 4)
        at = self._answered[2] if self._answered else self.standing()
        step = self._answered[1].step if self._answered and self._answered[1] else at.step if at else None
        pieces = [Piece(0, Content.styled(self.page.name, "bold"))]
        if at is not None and step is not None:
            pieces += [Piece(2, Content(visible(at.run_name))), Piece(1, Content(f"step {step:,}"))]
        self.border_title = fit(pieces, width)
        done = self._asking.progress
        if self._asking.under_way:
            share = "" if done is None else f" {bar(done, _BAR_CELLS):<{_BAR_CELLS}} {done:.0%}"
            self.border_subtitle = Content(f"asking …{share} · Esc stops")
            if self.has_class("empty") and at is not None:
                self._why.update(f"asking …{share}\nEsc stops")
        else:
            self.border_subtitle = Content(f"page {self.book.at + 1} · , . turn · a lists all")

    # ------------------------------------------------------------- keys

    def on_key(self, event: Key) -> None:
        if self.has_focus:
            press(event, self.KEYS, self)

    why_no_page = ""

    def turn(self, by: int) -> None:
        """The next page, or the one before."""
        self.book.turn(by)

    def _open_another(self) -> None:
        self._stop_asking()
        self._answered = None
        self._rows.home()
        self.look()

    @property
    def stoppable(self) -> bool:
        """Whether a question is under way."""
        return self._asking.under_way

    def stop(self) -> None:
        """Want the answer no more."""
        self._asking.cancel()

    def enter(self) -> None:
        """Select what the row stands for; or ask again what was not answered."""
        row = self._rows.chosen
        if self.has_class("empty") or row is None or row.pick is None:
            self._others.ask_again()
            self._asking.ask_again()
        else:
            self.pick(row.pick)

    def pick(self, pick: Pick) -> None:
        """Select this."""
        focus, selection = self.focus_on, self.focus_on.selection
        if focus.trace is None:
            return
        selection.reading = selection.reading if pick.reading is None else pick.reading
        selection.layer = selection.layer if pick.layer is None else pick.layer
        selection.range = selection.range if pick.range is None else pick.range
        if pick.signal is not None:
            focus.choose_signal(pick.signal)
        position, unit = focus.pinned
        focus.put(position if pick.position is None else pick.position, unit if pick.unit is None else pick.unit)
        self._selected()

    def move(self, characters: int, rows: int) -> None:
        """To another character, or to another row."""
        focus = self.focus_on
        if focus.trace is None:
            return
        if rows and not any(row.pick for row in self._rows.rows):
            place = self._rows.place_in_line(focus.pinned[0], rows)
            if place is not None:
                self.pick(Pick(position=place))
                return
        if rows:
            self._rows.move(rows)
        else:
            focus.selection.range = None
            focus.move(characters, 0)
            self._selected()

    def brush(self, by: int) -> None:
        """Let the selected range end by so many characters later, or earlier."""
        if self.focus_on.trace is not None:
            self.focus_on.brush(by)
            self._selected()

    def scroll(self, pages: int) -> None:
        self._rows.page(pages)

    def go_to(self, position: int) -> None:
        """To a character; −1 is the last one."""
        if self.focus_on.trace is not None:
            self.focus_on.go_to(position)
            self._selected()

    def _selected(self) -> None:
        self.select_again()
        self.post_message(Selected(self))

    # ------------------------------------------------------------- the mouse

    @on(RowsView.Clicked)
    def _clicked(self, event: RowsView.Clicked) -> None:
        event.stop()
        self.focus()
        row = self._rows.rows[event.row]
        if row.pick is not None:
            self._rows.point(event.row)
            self.pick(row.pick)
        elif event.place >= 0:
            self.focus_on.selection.range = None
            self.pick(Pick(position=event.place))

    @on(RowsView.Dragged)
    def _dragged(self, event: RowsView.Dragged) -> None:
        event.stop()
        self.focus()
        self.pick(Pick(position=event.end, range=(min(event.start, event.end), max(event.start, event.end))))

    # ------------------------------------------------------------- what is typed

    @property
    def why_no_typing(self) -> str:
        return "" if self.page.typing else "nothing is typed for this page"

    def type(self) -> None:
        """Go to the line where something is typed for the page."""
        self._entry.explain(self.page.typing)
        self.add_class("typing")
        self._entry.value = escape(self.page.typed())
        self._entry.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if reason := self.page.type(self._entry.text):
            self.notify(visible(reason), severity="warning", markup=False)
            return
        self.focus()
        self.look()

    @on(Entry.Left)
    def _leave_entry(self) -> None:
        self.focus()

    def on_descendant_blur(self) -> None:
        self.remove_class("typing")


def _plain(content: object) -> str:
    return content.plain if isinstance(content, Content) else "".join(segment.text for segment in content)  # type: ignore[attr-defined]
