"""The keys of the task pane while it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.task_pane import TaskPane

BEAMS = (1, 3, 5, 10)


FOCUSED_KEYS: tuple[KeyCommand[TaskPane], ...] = (
    KeyCommand("left", "←", lambda pane: pane.move(-1, 0), "Left", "the column before"),
    KeyCommand("right", "→", lambda pane: pane.move(1, 0), "Right", "the next column"),
    KeyCommand("up", "↑", lambda pane: pane.move(0, -1), "Up", "the row or the example above"),
    KeyCommand("down", "↓", lambda pane: pane.move(0, 1), "Down", "the row or the example below"),
    KeyCommand("enter", "Enter", lambda pane: pane.prompt(), "Type", "a text for the networks"),
    KeyCommand("escape", "Esc", lambda pane: pane.let_go(), "Let go", "of what was typed"),
)
