"""The keys of the desk with the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.desk.pane import DeskPane

FOCUSED_KEYS: tuple[KeyCommand[DeskPane], ...] = (
    KeyCommand("up", "↑", lambda desk: desk.move(-1), "Up", "the candidate above"),
    KeyCommand("down", "↓", lambda desk: desk.move(1), "Down", "the candidate below, and then the branches"),
    KeyCommand("right,enter", "→", lambda desk: desk.take(), "Take", "write the candidate, or go to the branch"),
    KeyCommand("left", "←", lambda desk: desk.writing.back(1), "Take back", "the last token; it stays as a branch"),
    KeyCommand("shift+left", "⇧←", lambda desk: desk.writing.back(20), "Take much back", "the last 20 tokens"),
    KeyCommand("shift+right", "⇧→", lambda desk: desk.writing.forward(20), "Forward again", "20 tokens of what was taken back"),
    KeyCommand("home", "Home", lambda desk: desk.writing.back(1_000_000), "To the beginning", "take all back"),
    KeyCommand("end", "End", lambda desk: desk.writing.forward(1_000_000), "To the end", "all forward again"),
    KeyCommand("pageup", "PgUp", lambda desk: desk.scroll(-1), "Page up", "of the text"),
    KeyCommand("pagedown", "PgDn", lambda desk: desk.scroll(1), "Page down", "of the text"),
    KeyCommand("delete", "Del", lambda desk: desk.prune(), "Prune", "forget the branch under the cursor"),
)
