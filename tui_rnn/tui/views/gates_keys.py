"""The keys of the gates pane: those that work everywhere, and those of the pane with the focus."""

from __future__ import annotations

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


def _one_layer(pane: GatesPane) -> str:
    return _nothing_read(pane) or ("this network has one layer only" if pane.focus_on.layers == 1 else "")


def _one_direction(pane: GatesPane) -> str:
    told = "this network reads in one direction only"
    return _nothing_read(pane) or (told if len(pane.focus_on.now.readings) == 1 else "")


def _direction_now(pane: GatesPane) -> str:
    return "Direction" if not _one_direction(pane) else ""


KEYS: tuple[_Key, ...] = (
    KeyCommand("g", "g", lambda pane: pane.step_signal(1), "Next gate", "the next signal: i f g o c h", _one_signal),
    KeyCommand("G", "G", lambda pane: pane.step_signal(-1), "Previous gate", "the signal before", _one_signal),
    KeyCommand("l", "l", lambda pane: pane.step_layer(1), "Next layer", "the next layer of a stacked network", _one_layer),
    KeyCommand("L", "L", lambda pane: pane.step_layer(-1), "Previous layer", "the layer before", _one_layer),
    KeyCommand(
        "r",
        "r",
        lambda pane: pane.step_reading(),
        "Other direction",
        "forward, backward, encoder, decoder: whichever the network has",
        _one_direction,
        _direction_now,
    ),
    KeyCommand(
        "o", "o", lambda pane: pane.step_order(), "Order of units", "by index, mean, variation, or similar ones together",
        _nothing_read,
    ),
    KeyCommand("O", "O", lambda pane: pane.sort_again(), "Sort again", "the same order, from the values of now", _nothing_read),
    KeyCommand(
        "T", "T", lambda pane: pane.toggle_view(), "Over the text", "one unit coloured over the text, and back to the map",
        _nothing_read,
    ),
    KeyCommand(
        "x",
        "x",
        lambda pane: pane.edit_probe(),
        "Text to read",
        "type any text for the network to read; empty: the validation text",
    ),
)  # fmt: skip
FOCUSED_KEYS: tuple[_Key, ...] = (
    KeyCommand("left", "←", lambda pane: pane.move(-1, 0), "Left", "the character before", _nothing_read),
    KeyCommand("right", "→", lambda pane: pane.move(1, 0), "Right", "the next character", _nothing_read),
    KeyCommand("up", "↑", lambda pane: pane.move(0, -1), "Up", "the unit of the row above", _nothing_read),
    KeyCommand("down", "↓", lambda pane: pane.move(0, 1), "Down", "the unit of the row below", _nothing_read),
    KeyCommand("pageup", "PgUp", lambda pane: pane.page(-1), "Page up", "as many rows as are seen", _nothing_read),
    KeyCommand("pagedown", "PgDn", lambda pane: pane.page(1), "Page down", "as many rows as are seen", _nothing_read),
    KeyCommand("home", "Home", lambda pane: pane.go_to(0), "First character", "to the beginning of the text", _nothing_read),
    KeyCommand("end", "End", lambda pane: pane.go_to(-1), "Last character", "to the end of the text", _nothing_read),
    KeyCommand("enter", "Enter", lambda pane: pane.toggle_view(), "Over the text", "one unit, and back", _nothing_read),
)  # fmt: skip
