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
from tui_rnn.tui.views.numbers import about_unit, after_symbol, before_symbol
from tui_rnn.tui.views.over_text import OverText
from tui_rnn.tui.views.view import Help, Selected, Wants
from tui_rnn.tui.widgets.entry import Entry, escape
from tui_rnn.tui.widgets.heatmap import HeatMap
from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.pieces import fit

_WIDEST = 10  # cells of a column when the text is short
_LOW = 9  # lines of the pane; below, the numbers take one line instead of two


class GatesPane(Widget, can_focus=True):
    """A heatmap of one signal over a text, or one unit over that text, with a cursor and its numbers below."""

    DEFAULT_CSS = """
    GatesPane { layout: vertical; width: 1fr; height: 1fr; border: round $border; }
    GatesPane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    GatesPane:focus-within { border: heavy $accent; }
    GatesPane > Entry, GatesPane > OverText, GatesPane > .empty { display: none; }
    GatesPane.editing > Entry, GatesPane.over-text > OverText, GatesPane.nothing > .empty { display: block; }
    GatesPane.over-text > HeatMap, GatesPane.nothing > HeatMap { display: none; }
    GatesPane.nothing > OverText, GatesPane.nothing > .readout { display: none; }
    GatesPane > .empty { height: 1fr; padding: 0 1; content-align: center middle; }
    GatesPane > .empty { text-align: center; color: $text-muted; }
    GatesPane > .readout { height: 3; }
    GatesPane > .hint { display: none; height: auto; max-height: 3; padding: 0 1; }
    GatesPane.hinted > .hint { display: block; }
    """
    # The other keys are the screen's: while two runs are compared they go to both panes, whichever has the focus.
    KEYS = by_key(FOCUSED_KEYS)
    GUIDE = Help(
        "every unit of a layer for each character that the network reads; the colour is the unit's value after reading it",
        "a row is a unit, a column a character; a gate is dark at 0 and bright at 1, a state is cold below 0 and warm above",
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
        self._map, self._text = HeatMap(), OverText()
        self._entry = Entry(*gates_captions.TO_READ, enter="read it", escape="leave")
        self._hint = Hint()
        self._readout = Static(classes="readout", markup=False)

    def compose(self) -> ComposeResult:
        yield from (self._entry, self._hint, self._map, self._text)
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
        self._hint.see(run.found(UnitsFound) if run else None)

    def hint(self, text: str, tracks: str = "") -> None:
        """Say what can be seen here, until Escape; '' says nothing any more."""
        self._hint.say(text, tracks)
        self.set_class(bool(text), "hinted")

    @property
    def wants(self) -> Wants:
        return Wants(trace=self._live, questions=self._hint.questions if self._live else ())  # what is frozen is asked once

    @property
    def over_text(self) -> bool:
        """Whether one unit is shown over the text, rather than the heatmap."""
        return self.has_class("over-text")

    @property
    def room(self) -> int:
        """Characters of one cell that can be shown at once."""
        return self._text.room if self.over_text else self._map.columns

    # ------------------------------------------------------------- drawing

    def _draw(self) -> None:
        focus, name = self.focus_on, self._shown[1]
        self.set_class(focus.trace is None, "nothing")
        if focus.trace is None:
            self._map.show(None, (0, 0))
            self.border_title = Content(f"gates · {visible(name)}" if name else "gates")
            self.border_subtitle = Content("")
        else:
            self._draw_values()
            self._write_captions()
            self._write_numbers()
        shown = self._text if self.over_text else self._map
        if self._live and shown.size.width and self.room != self._room:
            self._room = self.room
            self.post_message(self.RoomChanged(self._room))

    def _draw_values(self) -> None:
        focus, signal, limit = self.focus_on, self.focus_on.signal, self.focus_on.limit
        if self.over_text:
            self._text.show_units(focus)
            return
        unknown, order = frozenset(focus.unknown), focus.rows
        picture = Picture(
            focus.letters, unknown, focus.values, order, signal.colours, signal.map_low * limit, limit, widest=_WIDEST
        )
        self._map.show(picture, focus.cell)

    def _write_captions(self) -> None:
        focus, width = self.focus_on, max(0, self.size.width - 4)
        if self.over_text:
            seen = gates_captions.text_in_view(focus, self._text.layer_count)
        else:
            seen = gates_captions.map_in_view(focus, self._map.rows_in_view, self._map.characters_in_view)
        self.border_title = gates_captions.title(focus, self._shown[1], seen, width)
        self.border_subtitle = gates_captions.subtitle(focus, paint_of(self.app), width, self.over_text)

    def _write_numbers(self) -> None:
        focus, width = self.focus_on, max(1, self.size.width - 2)
        position, unit = focus.place
        before = before_symbol(focus.now, focus.reading, position)
        after = after_symbol(focus.now, focus.reading, position)
        numbers = about_unit(focus.reading, position, focus.layer, unit, focus.signal.name)
        lines = [fit(pieces, width) for pieces in (before, after, numbers) if pieces]
        if self.size.height < _LOW:
            lines = [fit([*before[:1], *numbers, *before[1:], *after], width)]
        self._readout.styles.height = len(lines)
        self._readout.update(Content("\n").join(lines), layout=False)

    def _follow(self, *, reveal: bool) -> None:
        """The cursor or the mouse moved: show it there, and with `reveal` bring it into view."""
        if self.over_text:
            self._text.show_units(self.focus_on)
            self._write_captions()  # they name the unit
            if reveal:
                self._text.reveal(self.focus_on.place[0])
        else:
            self._map.point(self.focus_on.cell, reveal=reveal)
        self._write_numbers()

    def follow(self, other: GatesPane) -> None:
        """Look at the units in the same order as another pane, in the same view."""
        self.focus_on.choose_like(other.focus_on)
        self.set_class(other.over_text, "over-text")
        self._draw()

    # ------------------------------------------------------------- keys

    def on_key(self, event: Key) -> None:
        if self.has_focus:
            press(event, self.KEYS, self)

    def step_signal(self, by: int) -> None:
        self._choose(lambda: self.focus_on.step_signal(by))

    def step_layer(self, by: int) -> None:
        self._choose(lambda: self.focus_on.step_layer(by))

    def step_reading(self, by: int = 1) -> None:
        self._choose(lambda: self.focus_on.step_reading(by))

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
        self._choose(lambda: self.focus_on.turn(by))

    def step_order(self, by: int = 1) -> None:
        self._choose(lambda: self.focus_on.order.step(by), from_the_top=True)

    def sort_again(self) -> None:
        self._choose(self.focus_on.order.sort_again, from_the_top=True)

    def step_folds(self) -> None:
        self._choose(self.focus_on.order.step_folds, from_the_top=True)

    def _choose(self, choose: Callable[[], object], *, from_the_top: bool = False) -> None:
        choose()
        if from_the_top:
            self._map.scroll_to_first_row()
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
        self.toggle_class("over-text")
        self.call_after_refresh(self._draw)

    def move(self, characters: int, rows: int) -> None:
        """Move the cursor by characters, and by rows in the order of the units."""
        self.focus_on.move(characters, rows)
        self._moved()

    def page(self, pages: int) -> None:
        """Move the cursor by as many rows as can be seen."""
        self.move(0, pages * (1 if self.over_text else len(self._map.rows_in_view)))

    def go_to(self, position: int) -> None:
        """Put the cursor on a character; −1 is the last one."""
        self.focus_on.go_to(position)
        self._moved()

    def _moved(self) -> None:
        self._follow(reveal=True)
        self.post_message(Selected(self))

    def select_again(self) -> None:
        """The selection was changed elsewhere: show it."""
        if self.focus_on.trace is not None:
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
        row, pinned = event.rows[0], focus.cursor_row
        if event.at == focus.pinned[0] and pinned in event.rows:
            # The mouse can't tell the two units of a line apart: a second click reaches the other one.
            others = [r for r in event.rows if r != pinned]
            row = others[0] if event.pinned and others else pinned
        if event.pinned:  # a click moves the cursor; the mouse alone reads a character, and moves nothing
            self.focus()
            focus.put(event.at, int(focus.rows[row]))
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
