"""The desk: the text so far on the colour of its surprise, and beside it what may come next, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.events import Key, Resize
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_rnn.display import counted, visible
from tui_rnn.insight.candidates import Candidate
from tui_rnn.insight.draft import Branch
from tui_rnn.insight.expectation import END
from tui_rnn.insight.trace import longest_trace
from tui_rnn.kinds import KINDS
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import by_key, press
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.desk.caption import caption
from tui_rnn.tui.views.desk.desk_keys import FOCUSED_KEYS
from tui_rnn.tui.views.desk.rows import Choice, branch_rows, candidate_rows
from tui_rnn.tui.views.desk.run_on import RunOn
from tui_rnn.tui.views.desk.writing import Writing
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.pages.page import Room, Row
from tui_rnn.tui.views.pages.rows_view import BESIDE, RowsView
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help, Wants
from tui_rnn.tui.widgets.entry import Entry
from tui_rnn.tui.widgets.pieces import Piece, fit

WAIT_S = 0.12  # the draft stands still so long before it is asked about
COPIED_WAIT_S = 0.8
SIDE_BY_SIDE = 110  # cells from which on text and candidates stand side by side
MOST_BITS = 10.0  # where the colour ends


class DeskPane(Widget, can_focus=True):
    """A draft, what the network would go on with, and how much of it is copied."""

    DEFAULT_CSS = """
    DeskPane { layout: vertical; width: 1fr; height: 1fr; border: round $border; }
    DeskPane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    DeskPane:focus-within { border: heavy $accent; }
    DeskPane > Entry, DeskPane > .why { display: none; }
    DeskPane.typing > Entry, DeskPane.empty > .why { display: block; }
    DeskPane.empty > Container, DeskPane.empty > .caption { display: none; }
    DeskPane > Container { height: 1fr; layout: vertical; }
    DeskPane.beside > Container { layout: horizontal; }
    DeskPane RowsView { width: 1fr; }
    DeskPane > .why { height: 1fr; padding: 0 1; content-align: center middle; text-align: center; color: $text-muted; }
    DeskPane > .caption { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    """
    KEYS = by_key(FOCUSED_KEYS)
    GUIDE = Help(
        "a text that you and the network write together, each symbol on the colour of what it cost the network; beside it "
        "what may come next: how likely the network holds each symbol, how likely it is drawn, and what it would lead to",
        "a bright symbol surprised the network; the underlined stretch is the longest that stands word for word in the "
        "training part; what you take back stays as a branch",
        "take back some symbols, choose an unlikely one, and let it write on: see whether it finds its way back",
        "drawn: the repetition penalty on z, softmax(z / temperature), then top-k, top-p, min-p",
    )

    def __init__(self, focus: Focus, asks: Asks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.focus_on = focus
        self.writing: Writing = Writing(asks, self.look)
        self._text, self._choices = RowsView(), RowsView()
        self._caption, self._why = Static(classes="caption", markup=False), Static("", classes="why", markup=False)
        self._entry = Entry("write here; Enter adds it", "write here", enter="add it", escape="leave")
        self._run: RunState | None = None
        self._called, self._step = "", -1
        self._rows_mean: list[Choice | None] = []  # what each row of the choices stands for
        self._waiting: dict[str, Timer] = {}
        self._asked_about: object = None

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._why)
        with Container():
            yield from (self._text, self._choices)
        yield self._caption

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self.look()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= SIDE_BY_SIDE, "beside")
        self.call_after_refresh(self._draw)

    def on_hide(self) -> None:
        self.writing.stop()

    # ------------------------------------------------------------- what is shown

    @property
    def wants(self) -> Wants:
        return Wants(trace=True)

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return self.writing.settings

    @property
    def to_copy(self) -> str:
        """The text so far."""
        return self.writing.text

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Write with this run, with the weights that are looked at."""
        trace = self.focus_on.selection.trace_of(run.run_id, run.trace) if run else None
        step = trace.step if trace is not None else -1
        if (run, called, step) != (self._run, self._called, self._step):
            self.writing.stop()
            self._run, self._called, self._step = run, called, step
            if run is not None and step >= 0:
                self.writing.write_with(run.run_id, step, longest_trace(run.config))
            self.look()

    def forget(self) -> None:
        """Other data are open: the draft was in other symbols."""
        self.writing.forget()
        self._run, self._step = None, -1

    @property
    def why_not_write(self) -> str:
        """Why nothing can be written now."""
        if self._run is None or self._step < 0:
            return "The desk is ready when the network has read its first text."
        kind = KINDS[self._run.config.kind]
        return f"Only a language model goes on with a text, and this run is for {kind.title}." if kind.answers else ""

    def look(self) -> None:
        """Ask what the draft needs, once it stands still, and draw what is known."""
        if not self.is_mounted or not self.display:
            return
        about = self.writing.text, self.writing.sampling, self._run, self._step, self.writing.run_on is None
        if not self.why_not_write and about != self._asked_about:
            first, self._asked_about = self._asked_about is None, about
            if first:
                self.writing.ask()
            else:
                self._later("ask", WAIT_S, self.writing.ask)
            self._later("copied", COPIED_WAIT_S, self.writing.ask_copied)
        self._draw()

    def _later(self, name: str, seconds: float, what: Callable[[], None]) -> None:
        if (timer := self._waiting.pop(name, None)) is not None:
            timer.stop()
        self._waiting[name] = self.set_timer(seconds, what)

    # ------------------------------------------------------------- drawing

    def _draw(self) -> None:
        if not self.is_mounted or not self.size.width:
            return
        reason, had_no_room = self.why_not_write, self.has_class("empty")
        self.set_class(bool(reason), "empty")
        if had_no_room and not reason:
            self.call_after_refresh(self._draw)  # when the rows have theirs
            return
        self._why.update(visible(reason))
        self._write_title()
        if not reason:
            self._show_text()
            self._show_choices()
            self._caption.update(visible(caption(self.writing)))

    def _show_text(self) -> None:
        symbols, room = self.writing.symbols, _room_of(self._text)
        if not symbols:
            told = ("Nothing is written yet.", "Choose what it begins with: ↑ ↓, then →.", "p types, N lets the network write.")
            self._text.show([Row(Content.styled(line, "$text-muted").truncate(room.width, ellipsis=True)) for line in told])
            return
        copies, selected = self.writing.copies, None
        if copies is not None and copies.copies:
            selected = copies.copies[0].start, copies.copies[0].start + copies.copies[0].length - 1
        rows = text_rows(
            symbols, room, self.writing.bits, kind="surprise", low=0.0, high=MOST_BITS, cursor=len(symbols) - 1,
            selected=selected,
        )  # fmt: skip
        self._text.show(rows)
        self._text.reveal(len(rows) - 1)

    def _show_choices(self) -> None:
        width, answer = _room_of(self._choices).width, self.writing.next.answer
        rows = [Row(Content.styled(visible(self.writing.next.reason) or "asking …", "$text-muted"))]
        self._rows_mean = [None]
        if answer is not None:
            rows = candidate_rows(answer, width, picks=True)
            self._rows_mean = [None, *answer.candidates, *([None] if answer.others else [])]
        if branches := self.writing.draft.branches():
            rows.append(Row(Content.styled("branches: ways that were left", "$text-muted")))
            rows += branch_rows(self.writing.draft, branches, width)
            self._rows_mean += [None, *branches]
        self._choices.show(rows)

    def _write_title(self) -> None:
        pieces = [Piece(0, Content.styled("desk", "bold"))]
        if self._run is not None and self._step >= 0:
            pieces += [Piece(1, Content(visible(self._called))), Piece(1, Content(f"step {self._step:,}"))]
        self.border_title = fit(pieces, max(0, self.size.width - 4))
        draft = self.writing.draft
        branches = counted(len(draft.branches()), "branch", "branches")
        self.border_subtitle = Content(f"{counted(len(draft.path()), 'token')} · {branches}")

    # ------------------------------------------------------------- keys

    def on_key(self, event: Key) -> None:
        if self.has_focus:
            press(event, self.KEYS, self)

    def move(self, by: int) -> None:
        """To another candidate or branch."""
        self._choices.move(by)

    def scroll(self, pages: int) -> None:
        self._text.page(pages)

    @property
    def chosen(self) -> Choice | None:
        """What the cursor stands on."""
        at = self._choices.cursor
        return self._rows_mean[at] if at is not None and at < len(self._rows_mean) else None

    def take(self) -> None:
        """Write the candidate under the cursor, or go to the branch."""
        self.writing.stop()
        match self.chosen:
            case Candidate(symbol=symbol) if symbol == END:
                self.notify("the item ends here: take something back with ←", markup=False)
            case Candidate(symbol=symbol) if self.writing.candidates is not None:
                self._choices.home()
                self.writing.add([symbol], "chosen")
            case Branch() as branch:
                self.writing.go(branch)
            case _:
                pass

    def prune(self) -> None:
        """Forget the branch under the cursor."""
        if isinstance(branch := self.chosen, Branch):
            self.writing.prune(branch)

    @property
    def stoppable(self) -> bool:
        """Whether the network is writing."""
        return self.writing.run_on is not None

    def stop(self) -> None:
        """Let it write no more."""
        self.writing.stop()

    def run_on(self, run: RunOn) -> None:
        """Let the network write on, or stop it."""
        if not self.why_not_write:
            self.writing.start(run)

    def some(self) -> None:
        """As many tokens as the settings say."""
        self.run_on(RunOn("tokens", self.writing.amount))

    @on(RowsView.Clicked)
    def _clicked(self, event: RowsView.Clicked) -> None:
        event.stop()
        self.focus()
        if event.control is self._choices and self._choices.rows[event.row].pick is not None:
            self._choices.point(event.row)
            self.take()

    # ------------------------------------------------------------- what is typed

    def type(self) -> None:
        """Go to the line where one writes."""
        self.writing.stop()
        self.add_class("typing")
        self._entry.value = ""
        self._entry.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        typed, self._entry.value = self._entry.text, ""
        self.writing.add(typed, "typed")

    @on(Entry.Left)
    def _leave_entry(self) -> None:
        self.focus()

    def on_descendant_blur(self) -> None:
        self.remove_class("typing")


def _room_of(rows: RowsView) -> Room:
    return Room(max(1, rows.size.width - BESIDE), max(1, rows.size.height), paint_of(rows.app))
