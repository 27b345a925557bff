"""The gates pane: what every unit does at every character of a text that the network reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_rnn.display import visible
from tui_rnn.insight.trace import Traced
from tui_rnn.insight.units import UnitsFound
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import by_key, press
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import gates_captions, gates_settings
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.gates_keys import FOCUSED_KEYS
from tui_rnn.tui.views.hint import Hint
from tui_rnn.tui.views.over_text import OverText
from tui_rnn.tui.views.units_over_text import UnitsOverText
from tui_rnn.tui.views.view import Help, Selected, Wants
from tui_rnn.tui.widgets.entry import Entry, escape
from tui_rnn.tui.widgets.heatmap import HeatMap

_LOW = 9  # lines of the pane; below, the numbers take one line instead of two


class GatesPane(Widget, can_focus=True):
    """A heatmap of one signal over a text, or one unit over that text, with a cursor and its numbers below."""

    DEFAULT_CSS = """
    GatesPane { layout: vertical; width: 1fr; height: 1fr; border: round $border; }
    GatesPane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    GatesPane:focus-within { border: heavy $accent; }
    GatesPane > Entry, GatesPane > .empty { display: none; }
    GatesPane.editing > Entry, GatesPane.nothing > .empty { display: block; }
    GatesPane.nothing > UnitsOverText, GatesPane.nothing > .readout { display: none; }
    GatesPane > .empty { height: 1fr; padding: 0 1; content-align: center middle; }
    GatesPane > .empty { text-align: center; color: $text-muted; }
    GatesPane > .readout { height: 3; }
    GatesPane > .hint { display: none; height: auto; max-height: 3; padding: 0 1; }
    GatesPane.hinted > .hint { display: block; }
    """
    # The other keys are the screen's: while two runs are compared they go to both panes, whichever has the focus.
    KEYS = by_key(FOCUSED_KEYS)
    GUIDE = Help(
        "every unit of a layer for each symbol that the network reads; the colour is the unit's value after reading it",
        "a row is a unit, a column a symbol; a gate is dark at 0 and bright at 1, a state is cold below 0 and warm above",
        "press g to the cell state c, and move along a row that changes at spaces or line ends",
        "i f o = σ(W x_t + U h_t−1 + b), c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t, h_t = o_t ⊙ tanh(c_t)",
    )

    class ProbeChanged(Message):
        """The network shall read this text; None: the validation text."""

        def __init__(self, text: str | None) -> None:
            super().__init__()
            self.text = text

    class RoomChanged(Message):
        """So many characters of the text can be shown at once now: as many are worth tracing."""

        def __init__(self, characters: int) -> None:
            super().__init__()
            self.characters = characters

    def __init__(
        self, focus: Focus | None = None, *, live: bool = True, id: str | None = None, classes: str | None = None
    ) -> None:
        """focus: what it looks at, shared with other views of the run. live: whether it shows the newest weights, whatever is
        frozen."""
        super().__init__(id=id, classes=classes)
        self.focus_on, self._live = focus or Focus(), live
        self.probe: str | None = None
        self._shown: tuple[int | None, str, Traced | None] = (None, "", None)
        self._room = 0
        self._units = UnitsOverText(self.focus_on)
        self._entry = Entry(*gates_captions.TO_READ, enter="read it", escape="leave")
        self._hint = Hint()
        self._readout = Static(classes="readout", markup=False)

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._hint, self._units)
        yield Static(gates_captions.NOTHING_YET, classes="empty", markup=False)
        yield self._readout

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self._draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    # ------------------------------------------------------------- what is shown

    def show(self, run_id: int | None, name: str, event: Traced | None) -> None:
        """Show this run's newest trace; None where there is none yet. Nothing is drawn when nothing is new."""
        if (run_id, name) == self._shown[:2] and event is self._shown[2]:
            return
        self._shown = (run_id, name, event)
        self.focus_on.take(event, run_id)
        if self.is_mounted:
            self._draw()

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Show what is known of this run, which is called so."""
        trace = run.trace if run else None
        if run is not None and not self._live:
            trace = self.focus_on.selection.trace_of(run.run_id, trace)
        self.show(run.run_id if run else None, called, trace)
        self._hint.see(run.found(UnitsFound) if run and self._live else None)  # the page knows more of frozen weights

    def hint(self, text: str, tracks: str = "") -> None:
        """Say what can be seen here, until Escape; '' says nothing any more."""
        self._hint.say(text, tracks)
        self.set_class(bool(text), "hinted")

    @property
    def wants(self) -> Wants:
        return Wants(trace=self._live, questions=self._hint.questions if self._live else ())  # what is frozen is asked once

    # ------------------------------------------------------------- drawing

    def _draw(self) -> None:
        if not self._units.is_attached:  # nor seen yet
            return
        focus, name = self.focus_on, self._shown[1]
        if focus.trace is not None and self.has_class("nothing"):
            self.call_after_refresh(self._draw)  # when the picture has its room
        self.set_class(focus.trace is None, "nothing")
        if focus.trace is None:
            self._units.clear()
            self.border_title = Content(f"gates · {visible(name)}" if name else "gates")
            self.border_subtitle = Content("")
        else:
            self._units.draw()
            self._write_captions()
            self._write_numbers()
        if self._live and self._units.is_seen and self._units.room != self._room:
            self._room = self._units.room
            self.post_message(self.RoomChanged(self._room))

    def _write_captions(self) -> None:
        focus, width = self.focus_on, max(0, self.size.width - 4)
        self.border_title = gates_captions.title(focus, self._shown[1], self._units.in_view, width)
        self.border_subtitle = gates_captions.subtitle(focus, paint_of(self.app), width, self._units.over_text)

    def _write_numbers(self) -> None:
        lines = gates_captions.numbers(self.focus_on, max(1, self.size.width - 2), one_line=self.size.height < _LOW)
        self._readout.styles.height = len(lines)
        self._readout.update(Content("\n").join(lines), layout=False)

    def _follow(self, *, reveal: bool) -> None:
        """The cursor or the mouse moved: show it there, and with `reveal` bring it into view."""
        self._units.point(reveal=reveal)
        if self._units.over_text:
            self._write_captions()  # they name the unit
        self._write_numbers()

    def follow(self, other: GatesPane) -> None:
        """Look at the units in the same order as another pane, in the same view."""
        self.focus_on.choose_like(other.focus_on)
        self._units.over_text = other._units.over_text
        self._draw()

    # ------------------------------------------------------------- keys

    def on_key(self, event: Key) -> None:
        if self.has_focus:
            press(event, self.KEYS, self)

    @property
    def why_no_page(self) -> str:
        """Why there is no other layer or direction to turn to."""
        focus = self.focus_on
        if focus.trace is None:
            return "there are no gates to look at yet: they come when the network has read its first text"
        single = focus.layers == 1 and len(focus.now.readings) == 1
        return "this network has one layer, and reads in one direction only" if single else ""

    def turn(self, by: int) -> None:
        """The next layer; after the last one the next direction or part."""
        self.choose(lambda focus: focus.turn(by))

    def choose(self, choose: Callable[[Focus], object], *, from_the_top: bool = False) -> None:
        """Look at something else, and show it. from_the_top: the rows are others now."""
        choose(self.focus_on)
        if from_the_top:
            self._units.scroll_to_first_row()
        self._draw()
        self.post_message(Selected(self))

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return gates_settings.of(self)

    @property
    def found(self) -> object:
        """What is drawn, with all its numbers."""
        return self.focus_on.trace

    @property
    def to_copy(self) -> str:
        """The text that is read."""
        return self.focus_on.now.text if self.focus_on.trace is not None else ""

    def let_go(self) -> None:
        """Hide the hint."""
        self.hint("")

    def toggle_view(self) -> None:
        self._units.over_text = not self._units.over_text
        self.call_after_refresh(self._draw)

    def move(self, characters: int, rows: int) -> None:
        """Move the cursor by characters, and by rows in the order of the units."""
        self.focus_on.move(characters, rows)
        self._moved()

    def page(self, pages: int) -> None:
        """Move the cursor by as many rows as can be seen."""
        self.move(0, pages * self._units.rows_of_a_page)

    def go_to(self, position: int) -> None:
        """Put the cursor on a character; −1 is the last one."""
        self.focus_on.go_to(position)
        self._moved()

    def _moved(self) -> None:
        self._follow(reveal=True)
        self.post_message(Selected(self))

    def select_again(self) -> None:
        """The selection was changed elsewhere: show it."""
        if self.focus_on.trace is not None and self.is_mounted:
            self._draw()
            self._follow(reveal=True)

    # ------------------------------------------------------------- the mouse

    @on(HeatMap.Pointed)
    @on(OverText.Pointed)
    def _pointed_at(self, event: HeatMap.Pointed | OverText.Pointed) -> None:
        event.stop()
        focus = self.focus_on
        if event.at is None or focus.trace is None:
            if focus.hover is not None:
                focus.hover = None
                self._write_numbers_if_any()
            return
        if event.pinned:  # a click moves the cursor; the mouse alone reads a character, and moves nothing
            self.focus()
            focus.put(event.at, focus.unit_clicked(event.at, event.rows))
            self._moved()
        elif event.at != focus.hover:
            focus.hover = event.at
            self._write_numbers()

    def _write_numbers_if_any(self) -> None:
        if self.focus_on.trace is not None:
            self._write_numbers()

    @on(HeatMap.Scrolled)
    def _scrolled(self, event: HeatMap.Scrolled) -> None:
        event.stop()
        if self.focus_on.trace is not None:
            self._write_captions()

    # ------------------------------------------------------------- the text to read

    def edit_probe(self) -> None:
        self.add_class("editing")
        self._entry.value = escape(self.probe or "")
        self._entry.cursor_position = len(self._entry.value)
        self._entry.focus()

    @on(Input.Submitted)
    def _probe_entered(self, event: Input.Submitted) -> None:
        event.stop()
        for pane in self.screen.query(GatesPane):  # runs that are compared read the same text
            pane.probe = self._entry.text or None
        self._leave_entry()
        self.post_message(self.ProbeChanged(self.probe))

    @on(Entry.Left)
    def _leave_entry(self) -> None:
        self.focus()

    def on_descendant_blur(self) -> None:
        self.remove_class("editing")
