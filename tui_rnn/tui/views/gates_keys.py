"""The keys of the gates pane: KEYS work everywhere, FOCUSED_KEYS while the pane has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.gates import GatesPane

_Key = KeyCommand["GatesPane"]


def nothing_read(pane: GatesPane) -> str:
    """Why there are no gates to look at yet."""
    told = "there are no gates to look at yet: they come when the network has read its first text"
    return told if pane.focus_on.trace is None else ""


def one_signal(pane: GatesPane) -> str:
    """Why there is no other signal to look at."""
    return nothing_read(pane) or ("this network has no gates, only its state" if len(pane.focus_on.signals) == 1 else "")


def _signal(by: int) -> Callable[[GatesPane], None]:
    return lambda pane: pane.choose(lambda focus: focus.step_signal(by))


KEYS: tuple[_Key, ...] = (
    KeyCommand("g", "g", _signal(1), "Next gate", "the next signal: i f g o c h", one_signal),
    KeyCommand("G", "G", _signal(-1), "Previous gate", "the signal before", one_signal),
)
TO_READ: _Key = KeyCommand(
    "p", "p", lambda pane: pane.edit_probe(), "Text to read", "type any text to read; empty: the validation text"
)
FOCUSED_KEYS: tuple[_Key, ...] = (
    KeyCommand("left", "←", lambda pane: pane.move(-1, 0), "Left", "the symbol before", nothing_read),
    KeyCommand("right", "→", lambda pane: pane.move(1, 0), "Right", "the next symbol", nothing_read),
    KeyCommand("up", "↑", lambda pane: pane.move(0, -1), "Up", "the unit of the row above", nothing_read),
    KeyCommand("down", "↓", lambda pane: pane.move(0, 1), "Down", "the unit of the row below", nothing_read),
    KeyCommand("pageup", "PgUp", lambda pane: pane.page(-1), "Page up", "as many rows as are seen", nothing_read),
    KeyCommand("pagedown", "PgDn", lambda pane: pane.page(1), "Page down", "as many rows as are seen", nothing_read),
    KeyCommand("home", "Home", lambda pane: pane.go_to(0), "First symbol", "to the beginning of the text", nothing_read),
    KeyCommand("end", "End", lambda pane: pane.go_to(-1), "Last symbol", "to the end of the text", nothing_read),
    KeyCommand("escape", "Esc", lambda pane: pane.let_go(), "Hide the hint", "on what this text shows"),
    KeyCommand("enter", "Enter", lambda pane: pane.toggle_view(), "Over the text", "one unit, and back", nothing_read),
)  # fmt: skip
