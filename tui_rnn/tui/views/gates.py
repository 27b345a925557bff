"""The gates pane: every unit's value at every character of a text that the network reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_rnn.display import visible
from tui_rnn.insight.trace import Traced
from tui_rnn.insight.units import UnitsFound
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import gates_captions, gates_settings
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.gates_keys import FOCUSED_KEYS, nothing_read
from tui_rnn.tui.views.hint import Hint
from tui_rnn.tui.views.pane import Pane
from tui_rnn.tui.views.units_over_text import UnitsOverText
from tui_rnn.tui.views.view import Help, Selected, Wants
from tui_rnn.tui.widgets.entry import Entry
from tui_rnn.tui.widgets.heatmap import HeatMap, Pointed

_LOW = 9  # lines of the pane; below, the numbers take one line instead of two


class GatesPane(Pane):
    """A heatmap of one signal over a text, or one unit over that text, with a cursor and its numbers below."""

    DEFAULT_CSS = """
    GatesPane > .why { display: none; }
    GatesPane.nothing > .why { display: block; }
    GatesPane.nothing > UnitsOverText, GatesPane.nothing > .readout { display: none; }
    GatesPane > .readout { height: 3; }
    GatesPane > .hint { display: none; height: auto; max-height: 6; padding: 0 1; }
    GatesPane.hinted > .hint { display: block; }
    """
    view_name = "gates"
    KEYS = by_key(FOCUSED_KEYS)  # the others are the screen's: they go to both panes of two runs
    GUIDE = Help(
        "every unit of a layer for each symbol that the network reads; the colour is the unit's value after reading it",
        "a row is a unit, a column a symbol; the strip below has the colour of each value",
        "press g to the cell state c, and move along a row that changes at spaces or line ends",
        "i f o = σ(W x_t + U h_t−1 + b), c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t, h_t = o_t ⊙ tanh(c_t)",
    )

    @dataclass(eq=False)
    class ProbeChanged(Message):
        """A person wants the network to read this text; None: the validation text."""

        text: str | None

    @dataclass(eq=False)
    class RoomChanged(Message):
        """The pane has room for so many characters of the text now: it needs a trace of no more."""

        characters: int

    def __init__(
        self, focus: Focus | None = None, *, live: bool = True, id: str | None = None, classes: str | None = None
    ) -> None:
        """focus: what it looks at, shared with other views of the run. live: whether it shows the newest weights, not the
        frozen ones."""
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
        yield Static(gates_captions.NOTHING_YET, classes="why", markup=False)
        yield self._readout

    # ------------------------------------------------------------- what is shown

    def show(self, run_id: int | None, name: str, event: Traced | None) -> None:
        """Show this run's newest trace, None: it has none yet. Draw only what is new."""
        if (run_id, name) == self._shown[:2] and event is self._shown[2]:
            return
        self._shown = (run_id, name, event)
        self.focus_on.take(event, run_id)
        self.look()

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        trace = run.trace if run else None
        if run is not None and not self._live:
            trace = self.focus_on.selection.trace_of(run.run_id, trace)
        self.show(run.run_id if run else None, called, trace)
        step = run.snapshot.weights_step if run and run.snapshot else 0
        self._hint.see(run.found(UnitsFound) if run and self._live else None, step)  # the page knows more of frozen weights

    def hint(self, text: str, tracks: str = "") -> None:
        """Say what there is to see here, until Escape; '' hides it."""
        self._hint.say(text, tracks)
        self.set_class(bool(text), "hinted")

    @property
    def wants(self) -> Wants:
        return Wants(trace=self._live, questions=self._hint.questions if self._live else ())  # frozen weights are asked once

    # ------------------------------------------------------------- drawing

    def look(self) -> None:
        if not self._units.is_attached:
            return
        focus, name = self.focus_on, self._shown[1]
        if focus.trace is not None and self.has_class("nothing"):
            self.call_after_refresh(self.look)  # when the picture has its room
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
        """Show the same view as another pane, with its order of units."""
        self.focus_on.choose_like(other.focus_on)
        self._units.over_text = other._units.over_text
        self.look()

    # ------------------------------------------------------------- keys

    @property
    def why_no_page(self) -> str:
        focus = self.focus_on
        if reason := nothing_read(self):
            return reason
        single = focus.layers == 1 and len(focus.now.readings) == 1
        return "this network has one layer, and reads in one direction only" if single else ""

    def turn(self, by: int) -> None:
        """Go to the next layer; after the last one, to the next direction or part."""
        self.choose(lambda focus: focus.turn(by))

    def choose(self, choose: Callable[[Focus], object], *, from_the_top: bool = False) -> None:
        """Look at something else, and show it. from_the_top: the rows change, so show the first ones."""
        choose(self.focus_on)
        if from_the_top:
            self._units.scroll_to_first_row()
        self.look()
        self.post_message(Selected(self))

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return gates_settings.of(self)

    @property
    def found(self) -> object:
        return self.focus_on.trace

    @property
    def to_copy(self) -> str:
        """The text that the network reads."""
        return self.focus_on.now.text if self.focus_on.trace is not None else ""

    def let_go(self) -> None:
        """Hide the hint."""
        self.hint("")

    def toggle_view(self) -> None:
        self._units.over_text = not self._units.over_text
        self.call_after_refresh(self.look)

    def move(self, characters: int, rows: int) -> None:
        """Move the cursor by characters, and by rows in the order of the units."""
        self.focus_on.move(characters, rows)
        self._moved()

    def page(self, pages: int) -> None:
        """Move the cursor by as many rows as are in view."""
        self.move(0, pages * self._units.rows_of_a_page)

    def go_to(self, position: int) -> None:
        """Put the cursor on a character; −1 is the last one."""
        self.focus_on.go_to(position)
        self._moved()

    def _moved(self) -> None:
        self._follow(reveal=True)
        self.post_message(Selected(self))

    def select_again(self) -> None:
        if self.focus_on.trace is not None and self.is_mounted:
            self.look()
            self._follow(reveal=True)

    # ------------------------------------------------------------- the mouse

    @on(Pointed)
    def _pointed_at(self, event: Pointed) -> None:
        event.stop()
        focus = self.focus_on
        if event.at is None or focus.trace is None:
            had, focus.hover = focus.hover is not None, None
            if had and focus.trace is not None:
                self._write_numbers()
            return
        if event.pinned:  # a click moves the cursor; the mouse alone reads a character, and moves nothing
            self.focus()
            focus.put(event.at, focus.unit_clicked(event.at, event.rows))
            self._moved()
        elif event.at != focus.hover:
            focus.hover = event.at
            self._write_numbers()

    @on(HeatMap.Scrolled)
    def _scrolled(self, event: HeatMap.Scrolled) -> None:
        event.stop()
        if self.focus_on.trace is not None:
            self._write_captions()

    # ------------------------------------------------------------- the text to read

    def edit_probe(self) -> None:
        self.type_in(self._entry, self.probe or "")

    @on(Input.Submitted)
    def _probe_entered(self, event: Input.Submitted) -> None:
        event.stop()
        for pane in self.screen.query(GatesPane):  # runs that are compared read the same text
            pane.probe = self._entry.text or None
        self.focus()
        self.post_message(self.ProbeChanged(self.probe))
