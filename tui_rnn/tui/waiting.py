"""What a person waits for, in words: slow work that is under way, and the time that it still needs."""

from __future__ import annotations

import time

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.tui.state import LabState


def time_left(state: LabState) -> str:
    """The time that the slow work still needs; '': it is not known."""
    if state.working is None or state.working.left_s is None:
        return ""
    return formats.time_left(state.working.left_s - (time.monotonic() - state.working_since))


def why_waiting(state: LabState) -> str:
    """'Now: compiling the kernels, about 25 s left'; '': no work is under way."""
    if state.working is None:
        return ""
    left = time_left(state)
    return f"Now: {visible(state.working.what)}{', ' * bool(left)}{left}"
