"""The last line: the keys worth knowing now, in an order that never changes. A click presses the key."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from tui_rnn.tui.keys import KeyCommand

_GAP = 2


class KeyBar(Static):
    """As many keys as fit, from the left. `last` keys stay even where there is little room."""

    ALLOW_SELECT = False

    def __init__(self, commands: Sequence[KeyCommand], last: int) -> None:
        super().__init__(id="keys", markup=False)
        self._commands, self._last = commands, last
        self._titles: dict[str, str] = {}
        self._look: object = None
        self._spans: list[tuple[int, int, str]] = []

    def show(self, titles: dict[str, str]) -> None:
        """Paint again if need be; `titles` renames actions whose meaning depends on the moment, or hides them: ''."""
        look = (tuple(titles.items()), self.size.width)
        if look == self._look:
            return
        self._look, self._titles = look, titles
        first = [command for command in self._commands[: -self._last] if self._title(command)]
        last = self._commands[-self._last :]
        room = self.size.width - 1 - sum(self._cells(command) for command in last)
        shown: list[KeyCommand] = []
        for command in first:
            if (room := room - self._cells(command)) < 0:
                break
            shown.append(command)
        parts: list[str | tuple[str, str]] = [" "]
        at = 1
        self._spans = []
        for command in (*shown, *last):
            text = f" {self._title(command)}{' ' * _GAP}"
            parts += [(command.label, "bold $accent"), text]
            self._spans.append((at, at + len(command.label) + len(text) - _GAP, command.keys.split(",")[0]))
            at += len(command.label) + len(text)
        self.update(Content.assemble(*parts), layout=False)

    def _title(self, command: KeyCommand) -> str:
        return self._titles.get(command.action, command.title).lower()

    def _cells(self, command: KeyCommand) -> int:
        return len(command.label) + 1 + len(self._title(command)) + _GAP

    def on_click(self, event: Click) -> None:
        for first, last, key in self._spans:
            if first <= event.x < last:
                self.app.simulate_key(key)
