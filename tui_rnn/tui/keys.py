"""A key and its command. Each part of the screen has a table of these; the key bar, the help and the palette use them.

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
    """keys: in Textual's names, with commas between. label: as a person reads them. act: acts on the part of the screen that
    has the table. why_not: why the action would change nothing now, '': it would change something. now: its title at the
    moment, if that depends on the moment; '' keeps the key out of the key bar."""

    keys: str
    label: str
    act: Callable[[Target], object]
    title: str
    help: str
    why_not: Callable[[Target], str] = _always
    now: Callable[[Target], str] | None = None

    @property
    def key(self) -> str:
        return self.keys.partition(",")[0]

    def title_for(self, target: Target) -> str:
        return self.now(target) if self.now else self.title


def by_key(commands: Iterable[KeyCommand[Target]]) -> dict[str, KeyCommand[Target]]:
    return {key: command for command in commands for key in command.keys.split(",")}


def press(event: Key, commands: Mapping[str, KeyCommand[Target]], target: Target) -> None:
    """Do the key's command, if it is one of these and would change something. No other widget hears the key."""
    if (command := commands.get(event.key)) is not None:
        event.stop()
        event.prevent_default()
        if not command.why_not(target):
            command.act(target)
