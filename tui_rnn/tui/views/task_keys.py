"""The keys of the task pane, what can be typed there, and which keys mean something for which kind of data."""

from __future__ import annotations

from tui_rnn.tui.keys import KeyCommand

KEYS = (
    KeyCommand("i", "i", "next_view(1)", "Next view", "another view of the task, such as the confusion matrix"),
    KeyCommand("I", "I", "next_view(-1)", "Previous view", "the view before"),
    KeyCommand("j", "j", "next_example(1)", "Next example", "the next text or source, in every view that shows one"),
    KeyCommand("J", "J", "next_example(-1)", "Previous example", "the one before"),
    KeyCommand("B", "B", "next_beam", "Beam", "what you type is written greedily, or by a beam of 3, 5 or 10"),
)
BEAMS = (1, 3, 5, 10)
ANSWERING = ("tag", "classify", "seq2seq")
"""The kinds of data whose networks answer a text."""
PLACEHOLDERS = {
    "tag": ("a sentence: the network tags it while you type", "a sentence to tag"),
    "classify": ("a text: the network says its class while you type", "a text to classify"),
    "seq2seq": ("a source: the network writes its target as you type", "a source to write a target for"),
    "items": ("a beginning: the network completes it while you type", "a beginning to complete"),
}
"""What can be typed, for each kind with a task pane; in fewer words where there is less room."""

_DRAWING = ("lm", "items")
_OF_USE_FOR = {
    "prompt": ("lm", "items", *ANSWERING),
    "temperature": _DRAWING,
    "top_k": _DRAWING,
    "top_p": _DRAWING,
    "length": _DRAWING,
    "hold": ("lm",),
    "next_view": ANSWERING,
    "next_example": ANSWERING,
    "next_beam": ("seq2seq",),
}


def has_use(action: str, kind: str) -> bool:
    """Whether an action of the sample or the task pane, such as 'top_k(1)', means something for this kind of data."""
    return kind in _OF_USE_FOR[action.partition("(")[0]]
