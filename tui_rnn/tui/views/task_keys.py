"""The keys of the task pane, and for which kinds of data each has a use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.kinds import Kind
from tui_rnn.tui.keys import KeyCommand

if TYPE_CHECKING:
    from tui_rnn.tui.views.task_pane import TaskPane

BEAMS = (1, 3, 5, 10)


def draws(kind: Kind) -> bool:
    """Whether networks of this kind write by drawing."""
    return not kind.answers


def draws_one_text(kind: Kind) -> bool:
    return draws(kind) and kind.is_stream


def answers(kind: Kind) -> bool:
    return kind.answers


def writes_answers(kind: Kind) -> bool:
    return kind.writes_answers


def _no_examples(pane: TaskPane) -> str:
    if pane.examples:
        return ""
    return "there are no examples to go through yet: the first are answered after a few training steps"


KEYS = (
    (
        answers,
        KeyCommand["TaskPane"](
            "i",
            "i",
            lambda pane: pane.next_view(1),
            "Next view",
            "another view of the task, such as the confusion matrix",
            now=lambda pane: pane.next_view_name,
        ),
    ),
    (answers, KeyCommand["TaskPane"]("I", "I", lambda pane: pane.next_view(-1), "Previous view", "the view before")),
    (
        answers,
        KeyCommand["TaskPane"](
            "j",
            "j",
            lambda pane: pane.next_example(1),
            "Next example",
            "the next text or source, in every view that shows one",
            _no_examples,
        ),
    ),
    (
        answers,
        KeyCommand["TaskPane"](
            "J", "J", lambda pane: pane.next_example(-1), "Previous example", "the one before", _no_examples
        ),
    ),
    (
        writes_answers,
        KeyCommand["TaskPane"](
            "B", "B", lambda pane: pane.next_beam(), "Beam", "what you type is written greedily, or by a beam of 3, 5 or 10"
        ),
    ),
)
"""(for which kinds, key)"""
FOCUSED_KEYS = (
    KeyCommand["TaskPane"]("left", "←", lambda pane: pane.move(-1, 0), "Left", "the column before"),
    KeyCommand["TaskPane"]("right", "→", lambda pane: pane.move(1, 0), "Right", "the next column"),
    KeyCommand["TaskPane"]("up", "↑", lambda pane: pane.move(0, -1), "Up", "the row or the example above"),
    KeyCommand["TaskPane"]("down", "↓", lambda pane: pane.move(0, 1), "Down", "the row or the example below"),
    KeyCommand["TaskPane"]("enter", "Enter", lambda pane: pane.prompt(), "Type", "a text for the networks"),
    KeyCommand["TaskPane"]("escape", "Esc", lambda pane: pane.let_go(), "Let go", "of what was typed"),
)
