"""The keys of the desk with the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.view import Help

if TYPE_CHECKING:
    from tui_rnn.tui.views.desk.pane import DeskPane

GUIDE = Help(
    "a text that you and the network write together, each symbol on the colour of its cost to the network; beside it what "
    "may come next: the network's chance for each symbol, its chance to be drawn, and what it would lead to",
    "a strongly coloured symbol surprised the network; the training part holds underlined words exactly so; what you take back "
    "stays as a branch; with two writers (v), the first token that differs is marked in both texts",
    "take back some symbols, choose an unlikely one, and let the network write on: does it find its way back?",
    "drawn: the repetition penalty on z, softmax(z / temperature), then top-k, top-p, min-p",
)
FOCUSED_KEYS: tuple[KeyCommand[DeskPane], ...] = (
    KeyCommand("up", "↑", lambda desk: desk.move(-1), "Up", "the candidate above"),
    KeyCommand("down", "↓", lambda desk: desk.move(1), "Down", "the candidate below, then the branches"),
    KeyCommand(
        "right,enter",
        "→",
        lambda desk: desk.take(),
        "Take",
        "write the candidate, or go to the branch; again and again writes the likeliest",
    ),
    KeyCommand("left", "←", lambda desk: desk.writing.back(1), "Take back", "the last token; it stays as a branch"),
    KeyCommand("shift+left", "⇧←", lambda desk: desk.writing.back(20), "Take much back", "the last 20 tokens"),
    KeyCommand("shift+right", "⇧→", lambda desk: desk.writing.forward(20), "Forward again", "20 tokens of what was taken back"),
    KeyCommand("home", "Home", lambda desk: desk.writing.back(1_000_000), "To the beginning", "take all back"),
    KeyCommand("end", "End", lambda desk: desk.writing.forward(1_000_000), "To the end", "all forward again"),
    KeyCommand("pageup", "PgUp", lambda desk: desk.scroll(-1), "Page up", "of the text"),
    KeyCommand("pagedown", "PgDn", lambda desk: desk.scroll(1), "Page down", "of the text"),
    KeyCommand("delete", "Del", lambda desk: desk.prune(), "Prune", "forget the branch under the cursor"),
)
