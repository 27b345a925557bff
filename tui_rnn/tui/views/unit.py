"""One unit over the text that the network reads, in a pane of its own."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.widget import Widget

from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.keys import KeyCommand, by_key, press
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState, RunState
from tui_rnn.tui.views import gates_captions
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.over_text import OverText
from tui_rnn.tui.views.view import Help, Selected, Wants
from tui_rnn.tui.widgets.pieces import Piece, fit

_FOCUSED_KEYS: tuple[KeyCommand[UnitPane], ...] = (
    KeyCommand("left", "←", lambda pane: pane.move(-1, 0), "Left", "the character before"),
    KeyCommand("right", "→", lambda pane: pane.move(1, 0), "Right", "the next character"),
    KeyCommand("up", "↑", lambda pane: pane.move(0, -1), "Up", "the unit of the row above"),
    KeyCommand("down", "↓", lambda pane: pane.move(0, 1), "Down", "the unit of the row below"),
)


class UnitPane(Widget, can_focus=True):
    """The selected unit's value as the ground of each letter, and the units of the next rows where there is room."""

    DEFAULT_CSS = """
    UnitPane { layout: vertical; width: 1fr; height: 1fr; border: round $border; }
    UnitPane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    UnitPane:focus-within { border: heavy $accent; }
    """
    KEYS = by_key(_FOCUSED_KEYS)
    GUIDE = Help(
        "one unit over the text: the colour behind each letter is the unit's value after reading it",
        "below stand the units of the next rows, in the order of the map",
        "press g until the cell state c is shown, and look for a unit that changes at quotes or line ends",
    )

    def __init__(self, focus: Focus, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.focus_on = focus
        self._text = OverText()
        self._seen: object = None

    def compose(self) -> ComposeResult:
        yield self._text

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_key(self, event: Key) -> None:
        if self.has_focus:
            press(event, self.KEYS, self)

    @property
    def wants(self) -> Wants:
        return Wants(trace=True)

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return ()

    @property
    def to_copy(self) -> str:
        """The text that is read."""
        return self.focus_on.now.text if self.focus_on.trace is not None else ""

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Show what is known of this run; what of it is frozen, the focus knows."""
        trace = self.focus_on.selection.trace_of(run.run_id, run.trace) if run else None
        if trace is not self._seen:
            self._seen = trace
            self.focus_on.take(trace, run.run_id if run else None)
            self._draw()

    def select_again(self) -> None:
        """The selection was changed elsewhere: show it."""
        self._draw()
        if self.focus_on.trace is not None:
            self._text.reveal(self.focus_on.place[0])

    def _draw(self) -> None:
        focus = self.focus_on
        if not self.is_mounted or not self.size.width:
            return
        if focus.trace is None:
            self.border_title, self.border_subtitle = "unit over the text", ""
            return
        self._text.show_units(focus)
        width = max(0, self.size.width - 4)
        title = [
            Piece(0, Content.styled(f"unit {focus.pinned[1]}", "bold")),
            Piece(1, Content(f"{focus.signal.name} over the text"), " · "),
            *gates_captions.text_in_view(focus, self._text.layer_count)[1:],
        ]
        self.border_title = fit(title, width)
        self.border_subtitle = gates_captions.subtitle(focus, paint_of(self.app), width)

    def move(self, characters: int, rows: int) -> None:
        """Move the cursor by characters, and by rows in the order of the units."""
        if self.focus_on.trace is not None:
            self.focus_on.move(characters, rows)
            self.select_again()
            self.post_message(Selected(self))

    @on(OverText.Pointed)
    def _pointed_at(self, event: OverText.Pointed) -> None:
        event.stop()
        if event.pinned and event.at is not None and self.focus_on.trace is not None:
            self.focus()
            self.focus_on.put(event.at, int(self.focus_on.rows[event.rows[0]]))
            self.select_again()
            self.post_message(Selected(self))
