"""The last line: the keys worth knowing now, in an order that never changes. A click presses the key. While a person types a
text, the line names the keys that are still keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.widgets.entry import Entry

_GAP = 2
_NARROW = 80  # cells; in fewer the last keys have one word each, if another key fits then
_Key = tuple[str, str, str]  # Textual's name, how a person reads it, what it does


class KeyBar(Bar):
    """As many keys as fit, from the left. The last ones stay in any room."""

    def __init__(self) -> None:
        super().__init__("keys")

    def show(self, target: Any, commands: Sequence[KeyCommand[Any]], last: int) -> None:
        """Say what each key does to the target now; `last` of them stay in any room."""
        entry = self.screen.focused
        typing = _typing_keys(entry) if isinstance(entry, Entry) else ()
        named = [(command.key, command.label, command.title_for(target).lower()) for command in commands]
        if not self.is_new(named, typing, self.size.width):
            return
        parts: list[str | tuple[str, str]] = [" "]
        at, self.places = 1, []
        for key, label, title in typing or self._fitting(named, last):
            parts += [(label, "bold $accent"), f" {title}{' ' * _GAP}"]
            self.places.append((range(at, at + _cells(label, title) - _GAP), key))
            at += _cells(label, title)
        self.update(Content.assemble(*parts), layout=False)

    def _fitting(self, named: list[_Key], count: int) -> list[_Key]:
        first, last = [key for key in named[:-count] if key[2]], named[-count:]
        brief = [(key, label, title.rpartition(" ")[2]) for key, label, title in last]
        return max((self._beside(ends, first) for ends in (last, *[brief] * (self.size.width < _NARROW))), key=len)

    def _beside(self, last: list[_Key], first: list[_Key]) -> list[_Key]:
        """As many of the first keys as fit beside the last ones."""
        room = self.size.width - 1 + _GAP - sum(_cells(label, title) for _, label, title in last)
        shown: list[_Key] = []
        for key in first:
            if (room := room - _cells(*key[1:])) < 0:
                break
            shown.append(key)
        return shown + last


def _cells(label: str, title: str) -> int:
    return len(label) + 1 + len(title) + _GAP


def _typing_keys(entry: Entry) -> tuple[_Key, ...]:
    """The keys that work while a person types in an entry."""
    return (
        ("enter", "Enter", entry.enter),
        ("escape", "Esc", entry.escape),
        ("tab", "tab", "next pane"),
        ("f1", "F1", "help"),
    )
