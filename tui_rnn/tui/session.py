"""What a playground is for: runs of one's own, a visit in a browser, a training of another process, or a recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the engine starts before anything of the screen is imported
    from textual.widget import Widget

    from tui_rnn.lessons.lesson import Lesson
    from tui_rnn.tui.given import Given
    from tui_rnn.tui.keys import KeyCommand
    from tui_rnn.tui.state import LabState


def _anything(command: type) -> str:
    return ""


@dataclass(frozen=True)
class Session:
    """given: what a visitor may open, None: whatever the system lets the person open. chooses: where nothing is opened, the
    person is asked what shall be. tag: said beside the data. why_not: why commands of a class can't be sent, "" where they can.
    farewell: what to say at the end, None: where the runs lie that were saved. lesson: it is opened at first. bar: a line
    above the keys, and keys: of its own, which come before the others. broken: what to say where something can't be shown, of
    which this program is not the author; "": it is a fault of the program."""

    given: Given | None = None
    chooses: bool = True
    tag: str = ""
    why_not: Callable[[type], str] = _anything
    farewell: Callable[[LabState], str] | None = None
    lesson: Lesson | None = None
    bar: Callable[[], Widget] | None = None
    keys: tuple[KeyCommand[Any], ...] = ()
    broken: str = ""


OWN = Session()
