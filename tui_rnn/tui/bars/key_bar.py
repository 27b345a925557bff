"""The last line: the keys worth knowing now, in an order that never changes. A click presses the key. While a text is typed,
letters are letters: then the line names the keys that are still keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.widgets.entry import Entry

_GAP = 2
_NARROW = 80  # cells; in fewer the last keys are named in one word, where this lets another one in
_Key = tuple[str, str, str]  # Textual's name, how a person reads it, what it does


class KeyBar(Static):
    """As many keys as fit, from the left. Some stay even where there is little room."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="keys", markup=False)
        self._last = 0
        self._named: list[_Key] = []
        self._look: object = None
        self._spans: list[tuple[int, int, str]] = []

    def show(self, target: Any, commands: Sequence[KeyCommand[Any]], last: int) -> None:
        """Paint again if need be, with what each key would do now to its target; `last` of them stay in any room."""
        entry = self.screen.focused
        typing = _typing_keys(entry) if isinstance(entry, Entry) else ()
        self._named = [(command.key, command.label, command.title_for(target).lower()) for command in commands]
        self._last = last
        look = (tuple(self._named), typing, self.size.width)
        if look == self._look:
            return
        self._look = look
        parts: list[str | tuple[str, str]] = [" "]
        at = 1
        self._spans = []
        for key, label, title in typing or self._fitting():
            parts += [(label, "bold $accent"), f" {title}{' ' * _GAP}"]
            self._spans.append((at, at + _cells(label, title) - _GAP, key))
            at += _cells(label, title)
        self.update(Content.assemble(*parts), layout=False)

    def _fitting(self) -> list[_Key]:
        named = self._named
        first, last = [key for key in named[: -self._last] if key[2]], named[-self._last :]
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

    def on_click(self, event: Click) -> None:
        for first, last, key in self._spans:
            if first <= event.x < last:
                self.app.simulate_key(key)


def _cells(label: str, title: str) -> int:
    return len(label) + 1 + len(title) + _GAP


def _typing_keys(entry: Entry) -> tuple[_Key, ...]:
    """What is left of the keys while a text is typed in an entry."""
    return (
        ("enter", "Enter", entry.enter),
        ("escape", "Esc", entry.escape),
        ("tab", "tab", "next pane"),
        ("f1", "F1", "help"),
    )
