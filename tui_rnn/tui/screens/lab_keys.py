"""All keys of the lab: the frame's and the panes', and those that the last line shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui_rnn.tui.keys import FRAME_KEYS, KeyCommand
from tui_rnn.tui.views import gates_keys, sample
from tui_rnn.tui.views import task_keys as task_keys


def _forwarded(commands: Iterable[KeyCommand], to: str) -> tuple[KeyCommand, ...]:
    """The keys of a pane, so that they work wherever the focus is."""
    return tuple(replace(command, action=f"{to}('{command.action}')") for command in commands)


KEYS = {
    **FRAME_KEYS,
    "Gates": _forwarded(gates_keys.KEYS, "gates"),
    "Sample": _forwarded(sample.KEYS, "samples"),
    "Task": _forwarded(task_keys.KEYS, "task"),
}
COMMANDS = tuple(command for group in KEYS.values() for command in group)

_SHOWN = "space t c i p g r M m a s b tab question_mark q".split()
SHOWN_KEYS = tuple(next(c for c in COMMANDS if c.keys.split(",")[0] == key) for key in _SHOWN)
