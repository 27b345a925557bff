"""What a key does. Each part of the screen has a table of these; the key bar, the help and the palette are made from them.

No key here is one that tmux or a terminal takes for itself: letters, digits, F-keys, arrows, space, Enter, signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.events import Key

Target = TypeVar("Target")


def _always(target: object) -> str:
    return ""


@dataclass(frozen=True)
class KeyCommand(Generic[Target]):
    """`keys` in Textual's names, comma-separated; `label` is how a person reads them. act: what is done, to the part of the
    screen that the table is for. why_not: why that would change nothing now, '' where it would change something. now: what it
    would do at the moment, in a word or two, where this depends on the moment; '' keeps it out of the key bar."""

    keys: str
    label: str
    act: Callable[[Target], object]
    title: str
    help: str
    why_not: Callable[[Target], str] = _always
    now: Callable[[Target], str] | None = None

    @property
    def key(self) -> str:
        """The first of its keys."""
        return self.keys.partition(",")[0]

    def title_for(self, target: Target) -> str:
        return self.now(target) if self.now else self.title


def by_key(commands: Iterable[KeyCommand[Target]]) -> dict[str, KeyCommand[Target]]:
    """The command of each key."""
    return {key: command for command in commands for key in command.keys.split(",")}


def press(event: Key, commands: Mapping[str, KeyCommand[Target]], target: Target) -> None:
    """Do what the key is for, if it is one of these and would change something; then nobody else hears it."""
    if (command := commands.get(event.key)) is not None:
        event.stop()
        event.prevent_default()
        if not command.why_not(target):
            command.act(target)
