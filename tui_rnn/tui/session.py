"""The purpose of a playground: a person's own runs, a visit in a browser, another process's training, or a recording."""

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
    """given: what a visitor may open; None: all that the system allows. chooses: whether the person chooses what to open, if
    nothing else says it. tag: a word before the data. why_not: why a class of commands can't be sent; "": it can. farewell:
    what to say at the end; None: where the saved runs are. lesson: to open first. bar: a line above the keys. keys: its own,
    before the others. broken: what to say if the screen can't show another program's data; "": this program has a fault."""

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
