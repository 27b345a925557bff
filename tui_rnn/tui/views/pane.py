"""What all panes have in common: a frame, keys while it has the focus, a line to type in, and the parts that every view has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.events import Key
from textual.widget import Widget

from tui_rnn.tui.keys import KeyCommand, press
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.view import Help, Wants
from tui_rnn.tui.widgets.entry import Entry, escape


class Pane(Widget, can_focus=True):
    """A view in a frame. `see` takes the news of the lab, and `look` draws; the rest has defaults.

    KEYS: its commands while it has the focus. A line to type in is an Entry of its own, and `type_in` shows it.
    """

    DEFAULT_CSS = """
    Pane { layout: vertical; width: 1fr; height: 1fr; border: round $border; }
    Pane { border-title-color: $foreground; border-subtitle-color: $text-muted; }
    Pane:focus-within { border: heavy $accent; }
    Pane > Entry { display: none; }
    Pane.typing > Entry { display: block; }
    Pane .why { height: 1fr; padding: 0 1; content-align: center middle; text-align: center; color: $text-muted; }
    """
    KEYS: ClassVar[Mapping[str, KeyCommand[Any]]] = {}

    @property
    def view_name(self) -> str:
        raise NotImplementedError

    @property
    def GUIDE(self) -> Help:
        raise NotImplementedError

    def see(self, state: LabState, run: RunState | None, called: str) -> None:
        """Show what is known of this run under this name."""
        raise NotImplementedError

    def look(self) -> None:
        """Draw what is known now."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw the same in another size or theme."""
        self.look()

    @property
    def wants(self) -> Wants:
        return Wants()

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return ()

    @property
    def found(self) -> object:
        """The numbers behind the picture, for a file; None: there are none."""
        return None

    @property
    def to_copy(self) -> str:
        """The text that the key y copies."""
        return ""

    @property
    def why_no_page(self) -> str:
        """Why there is no other page to turn to."""
        return "this view has one page only"

    def turn(self, by: int) -> None:
        """Show the next page, or the one before."""

    @property
    def stoppable(self) -> bool:
        """Whether something is under way that `stop` ends."""
        return False

    def stop(self) -> None:
        """End what is under way."""

    def select_again(self) -> None:
        """Show the selection after another view changed it."""

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())
        self.look()

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw)

    def on_key(self, event: Key) -> None:
        if self.has_focus:
            press(event, self.KEYS, self)

    def type_in(self, entry: Entry, text: str) -> None:
        """Show the line to type in, with this text, and give it the focus."""
        self.add_class("typing")
        entry.value = escape(text)
        entry.focus()

    @on(Entry.Left)
    def _leave_entry(self) -> None:
        self.focus()

    def on_descendant_blur(self) -> None:
        self.remove_class("typing")
