"""The keys of a page with the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.pages.pane import PagePane

FOCUSED_KEYS: tuple[KeyCommand[PagePane], ...] = (
    KeyCommand("left", "←", lambda pane: pane.selecting.move(-1, 0), "Left", "the symbol before"),
    KeyCommand("right", "→", lambda pane: pane.selecting.move(1, 0), "Right", "the next symbol"),
    KeyCommand("up", "↑", lambda pane: pane.selecting.move(0, -1), "Up", "the row above, or the line of the text above"),
    KeyCommand("down", "↓", lambda pane: pane.selecting.move(0, 1), "Down", "the row below, or the line of the text below"),
    KeyCommand("shift+left", "⇧←", lambda pane: pane.selecting.brush(-1), "Select less", "let the range end one earlier"),
    KeyCommand("shift+right", "⇧→", lambda pane: pane.selecting.brush(1), "Select more", "let the range end one later"),
    KeyCommand("pageup", "PgUp", lambda pane: pane.selecting.scroll(-1), "Page up", "as many rows as are seen"),
    KeyCommand("pagedown", "PgDn", lambda pane: pane.selecting.scroll(1), "Page down", "as many rows as are seen"),
    KeyCommand("home", "Home", lambda pane: pane.selecting.go_to(0), "First symbol", "to the beginning of the text"),
    KeyCommand("end", "End", lambda pane: pane.selecting.go_to(-1), "Last symbol", "to the end of the text"),
    KeyCommand("enter", "Enter", lambda pane: pane.enter(), "Choose", "select what the row stands for, or ask again"),
)
