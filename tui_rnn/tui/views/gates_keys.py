"""The keys of the gates pane: those that work everywhere, and those of the pane with the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.gates_focus import Focus

KEYS = (
    KeyCommand("g", "g", "next_signal(1)", "Next gate", "the next signal of the cell: i f g o c h"),
    KeyCommand("G", "G", "next_signal(-1)", "Previous gate", "the signal before"),
    KeyCommand("l", "l", "next_layer(1)", "Next layer", "the next layer of a stacked network"),
    KeyCommand("L", "L", "next_layer(-1)", "Previous layer", "the layer before"),
    KeyCommand("r", "r", "next_reading", "Other direction", "forward, backward, encoder, decoder: whichever the network has"),
    KeyCommand("o", "o", "next_order", "Order of units", "by index, mean, variation, or similar ones together"),
    KeyCommand("O", "O", "sort_again", "Sort again", "the same order, from the values of now"),
    KeyCommand("T", "T", "toggle_view", "Over the text", "one unit coloured over the text, and back to the map"),
    KeyCommand("x", "x", "edit_probe", "Text to read", "type any text for the network to read; empty: the validation text"),
)
FOCUSED_KEYS = {
    "left": "move(-1, 0)",
    "right": "move(1, 0)",
    "up": "move(0, -1)",
    "down": "move(0, 1)",
    "pageup": "page(-1)",
    "pagedown": "page(1)",
    "home": "go_to(0)",
    "end": "go_to(-1)",
    "enter": "toggle_view",
}


def why_useless(action: str, focus: Focus) -> str:
    """Why an action, such as 'next_layer(1)', would change nothing now; '' where it would."""
    what = action.partition("(")[0]
    if what == "edit_probe":
        return ""
    if focus.trace is None:
        return "there are no gates to look at yet: they come when the network has read its first text"
    if what == "next_reading" and len(focus.now.readings) == 1:
        return "this network reads in one direction only"
    if what == "next_layer" and focus.layers == 1:
        return "this network has one layer only"
    if what == "next_signal" and len(focus.signals) == 1:
        return "this network has no gates, only its state"
    return ""
