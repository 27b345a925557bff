"""The desk: the text, the candidates for what comes next, and what a person does with both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input, Static

from tui_rnn.display import counted, visible
from tui_rnn.insight.candidates import Candidate
from tui_rnn.insight.draft import Branch
from tui_rnn.insight.expectation import END
from tui_rnn.kinds import KINDS
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.desk import desk_settings
from tui_rnn.tui.views.desk.beside import Beside, Other
from tui_rnn.tui.views.desk.body import DeskBody
from tui_rnn.tui.views.desk.desk_keys import FOCUSED_KEYS, GUIDE
from tui_rnn.tui.views.desk.places import Places
from tui_rnn.tui.views.desk.run_on import RunOn
from tui_rnn.tui.views.desk.writing import Writing
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.pages.rows_view import RowsView
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.view import Wants
from tui_rnn.tui.widgets.entry import Entry
from tui_rnn.tui.widgets.pieces import Piece, fit

WAIT_S = 0.12  # for so long the draft must not change before the network is asked about it
COPIED_WAIT_S = 0.8
SIDE_BY_SIDE = 110  # cells from which on text and candidates stand side by side


class DeskPane(Pane):
    """A draft, the candidates for what comes next, and how much of the draft is copied; perhaps a second writer's text."""

    DEFAULT_CSS = """
    DeskPane > .why { display: none; }
    DeskPane.empty > .why { display: block; }
    DeskPane.empty > DeskBody, DeskPane.empty > .caption { display: none; }
    DeskPane > .caption { height: auto; max-height: 4; padding: 0 1; color: $text-muted; }
    """
    view_name = "writing desk"
    KEYS = by_key(FOCUSED_KEYS)
    GUIDE = GUIDE

    def __init__(self, focus: Focus, asks: Asks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.writing: Writing = Writing(asks, self.look)
        self.beside = Beside(asks, self.look)
        self.places = Places(focus, asks)
        self.amount = 100  # tokens that N draws
        self.body = DeskBody(self.writing, self.beside, self.places)
        self._caption, self._why = Static(classes="caption", markup=False), Static("", classes="why", markup=False)
        self._entry = Entry("write here; Enter adds it", "write here", enter="add it", escape="leave")
        self._waiting: dict[str, Timer] = {}
        self._asked_about: object = None
        self._owed = 0, 0  # candidates to be taken as soon as they are known; the changes by hand when that was asked

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._why, self.body, self._caption)

    def on_resize(self) -> None:
        self.body.set_class(self.outer_size.width >= SIDE_BY_SIDE, "beside")

    def on_hide(self) -> None:
        self.stop()

    # ------------------------------------------------------------- what is shown

    @property
    def wants(self) -> Wants:
        return Wants(trace=True)

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return desk_settings.settings(self)

    @property
    def to_copy(self) -> str:
        return self.writing.text

    @property
    def found(self) -> object:
        if not self.writing.symbols:
            return None
        bits, known = self.writing.bits, {"candidates": self.writing.candidates, "copies": self.writing.copies}
        return {"text": self.writing.text, "tokens": self.writing.symbols, "bits": bits} | {
            name: value for name, value in known.items() if value is not None
        }

    def whole(self) -> list[Strip]:
        """The whole text, for a file."""
        return self.body.whole()

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Write with this run's weights that a person looks at."""
        if self.places.look(state, run, called) | self.places.look_beside(self.beside.other):
            self.stop()
            self._take_places()
            self.look()

    def _take_places(self) -> None:
        for writing, place in ((self.writing, self.places.first), (self.beside.writing, self.places.second)):
            if place is not None:
                writing.write_with(place.run_id, place.step, place.longest, place.tokens)
        if self.places.second is None:
            self.beside.writing.at = None

    def forget(self) -> None:
        """Other data are open, with other symbols than the draft's."""
        self.writing.forget()
        self.beside.forget()
        self.places.forget()

    @property
    def why_not_write(self) -> str:
        """Why the network can't write now."""
        if self.places.first is None:
            return "The desk is ready when the network has read its first text."
        kind = KINDS[self.places.first.kind]
        return f"Only a language model goes on with a text, and this run is for {kind.title}." if kind.answers else ""

    def look(self) -> None:
        """Ask what the draft needs, once it no longer changes, and draw what is known."""
        if not self.is_mounted or not self.display:
            return
        self.beside.follow(self.writing)
        one, two = self.writing, self.beside.writing
        about = one.text, one.sampling, self.places.first, one.run_on is None, two.text, self.places.second, two.run_on is None
        if not self.why_not_write and about != self._asked_about:
            first, self._asked_about = self._asked_about is None, about
            if first:
                self._ask()
            else:
                self._later("ask", WAIT_S, self._ask)
            self._later("copied", COPIED_WAIT_S, self.writing.ask_copied)
        self.redraw()
        owed, since = self._owed
        if owed and self.writing.candidates is not None and since == self.writing.by_hand:
            self.take()
            self._owed = owed - 1, self.writing.by_hand

    def _ask(self) -> None:
        self.writing.ask()
        if self.beside.other is not None:
            self.beside.writing.ask_costs()

    def _later(self, name: str, seconds: float, what: Callable[[], None]) -> None:
        if (timer := self._waiting.pop(name, None)) is not None:
            timer.stop()
        self._waiting[name] = self.set_timer(seconds, what)

    # ------------------------------------------------------------- a second writer

    def write_beside(self, other: Other | None) -> None:
        """Let a second writer write beside the first; None: nobody."""
        self.stop()
        self.beside.choose(other)
        self.places.look_beside(other)
        self._take_places()
        self.look()
        self.call_after_refresh(self.redraw)

    # ------------------------------------------------------------- drawing

    def redraw(self) -> None:
        if not self.size.width:
            return
        reason, had_no_room = self.why_not_write, self.has_class("empty")
        self.set_class(bool(reason), "empty")
        if had_no_room and not reason:
            self.call_after_refresh(self.redraw)  # when the rows have theirs
            return
        self._why.update(visible(reason))
        self._write_title()
        if not reason:
            self.body.draw()
            self._caption.update(self.body.caption)

    def _write_title(self) -> None:
        pieces = [Piece(0, Content.styled("desk", "bold"))]
        if (place := self.places.first) is not None:
            pieces += [Piece(1, Content(visible(self.places.called))), Piece(1, Content(f"step {place.step:,}"))]
        self.border_title = fit(pieces, max(0, self.size.width - 4))
        draft = self.writing.draft
        branches = counted(len(draft.branches()), "branch", "branches")
        self.border_subtitle = Content(f"{counted(len(draft.path()), 'token')} · {branches}")

    # ------------------------------------------------------------- keys

    def move(self, by: int) -> None:
        """Go to another candidate or branch."""
        self.body.choices.move(by)

    def scroll(self, pages: int) -> None:
        for view in (self.body.text, self.body.other):
            view.page(pages)

    def take(self) -> None:
        """Write the candidate under the cursor, or go to the branch. If the text has just changed, do so when its
        candidates are known."""
        owed, since = self._owed
        self.stop()
        match self.body.chosen:
            case Candidate() if self.writing.candidates is None:
                self._owed = owed + 1 if since == self.writing.by_hand else 1, self.writing.by_hand
            case Candidate(symbol=symbol) if symbol == END:
                self.writing.end_here()
            case Candidate(adds="", symbol=symbol):
                self.notify(f"{symbol} alone is no character: choose another one", markup=False)
            case Candidate(adds=adds):
                self.body.choices.home()
                self.writing.add([adds], "chosen")
            case Branch() as branch:
                self.writing.go(branch)
            case _:
                pass

    def prune(self) -> None:
        """Forget the branch under the cursor."""
        if isinstance(branch := self.body.chosen, Branch):
            self.stop()
            self.writing.prune(branch)

    @property
    def stoppable(self) -> bool:
        return self.writing.run_on is not None or self.beside.writing.run_on is not None

    def stop(self) -> None:
        self._owed = 0, 0
        for writing in (self.writing, self.beside.writing):
            writing.stop()

    def run_on(self, run: RunOn) -> None:
        """Let the network write on, and a second writer beside it; if one is writing, stop both."""
        if self.why_not_write:
            return
        if self.stoppable:
            self.stop()
            return
        if self.writing.has_ended:
            self.notify("the item ends here: take something back with ←", markup=False)
        self.writing.start(run)
        if self.beside.other is not None and self.beside.writing.at is not None:
            self.beside.writing.start(run)

    def some(self) -> None:
        """Write as many tokens as the settings say."""
        self.run_on(RunOn("tokens", self.amount))

    @on(RowsView.Clicked)
    def _clicked(self, event: RowsView.Clicked) -> None:
        """A click takes a candidate or a branch; on a token of the text, it takes back what follows."""
        event.stop()
        self.focus()
        if event.control is self.body.choices and self.body.choices.rows[event.row].pick is not None:
            self.body.choices.point(event.row)
            self.take()
        elif event.control is self.body.text and 0 <= event.place < len(self.writing.symbols) - 1:
            self.writing.back(len(self.writing.symbols) - 1 - event.place)

    # ------------------------------------------------------------- what is typed

    def type(self) -> None:
        """Go to the line where a person types."""
        self.stop()
        self.type_in(self._entry, "")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        typed, self._entry.value = self._entry.text, ""
        self.writing.type(typed)
