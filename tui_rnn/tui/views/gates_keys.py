"""The keys of the gates pane: those that work everywhere, and those of the pane with the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.gates import GatesPane

_Key = KeyCommand["GatesPane"]


def _nothing_read(pane: GatesPane) -> str:
    told = "there are no gates to look at yet: they come when the network has read its first text"
    return told if pane.focus_on.trace is None else ""


def _one_signal(pane: GatesPane) -> str:
    if pane.focus_on.trace is None:
        return _nothing_read(pane)
    return "this network has no gates, only its state" if len(pane.focus_on.signals) == 1 else ""


def _signal(by: int) -> Callable[[GatesPane], None]:
    return lambda pane: pane.choose(lambda focus: focus.step_signal(by))


KEYS: tuple[_Key, ...] = (
    KeyCommand("g", "g", _signal(1), "Next gate", "the next signal: i f g o c h", _one_signal),
    KeyCommand("G", "G", _signal(-1), "Previous gate", "the signal before", _one_signal),
)
TO_READ: _Key = KeyCommand(
    "p", "p", lambda pane: pane.edit_probe(), "Text to read", "type any text to read; empty: the validation text"
)
FOCUSED_KEYS: tuple[_Key, ...] = (
    KeyCommand("left", "←", lambda pane: pane.move(-1, 0), "Left", "the symbol before", _nothing_read),
    KeyCommand("right", "→", lambda pane: pane.move(1, 0), "Right", "the next symbol", _nothing_read),
    KeyCommand("up", "↑", lambda pane: pane.move(0, -1), "Up", "the unit of the row above", _nothing_read),
    KeyCommand("down", "↓", lambda pane: pane.move(0, 1), "Down", "the unit of the row below", _nothing_read),
    KeyCommand("pageup", "PgUp", lambda pane: pane.page(-1), "Page up", "as many rows as are seen", _nothing_read),
    KeyCommand("pagedown", "PgDn", lambda pane: pane.page(1), "Page down", "as many rows as are seen", _nothing_read),
    KeyCommand("home", "Home", lambda pane: pane.go_to(0), "First symbol", "to the beginning of the text", _nothing_read),
    KeyCommand("end", "End", lambda pane: pane.go_to(-1), "Last symbol", "to the end of the text", _nothing_read),
    KeyCommand("escape", "Esc", lambda pane: pane.let_go(), "Hide the hint", "on what can be seen in this text"),
    KeyCommand("enter", "Enter", lambda pane: pane.toggle_view(), "Over the text", "one unit, and back", _nothing_read),
)  # fmt: skip
