"""Changes that can be taken back: each leaves a few words and the way back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MOST = 50


@dataclass(frozen=True)
class Change:
    """told: the change in a few words. back: restores what was before."""

    told: str
    back: Callable[[], object]


class Undo:
    """The changes that can be taken back, the newest first."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque(maxlen=MOST)
        self._going_back = False

    def note(self, told: str, back: Callable[[], object]) -> None:
        """Keep a change; taking back is no change of its own."""
        if not self._going_back:
            self._changes.append(Change(told, back))

    @property
    def next(self) -> str:
        """The change that would be taken back; '': there is none."""
        return self._changes[-1].told if self._changes else ""

    def take_back(self) -> str:
        """Restore what was before the last change. Returns what the change was."""
        change = self._changes.pop()
        self._going_back = True
        try:
            change.back()
        finally:
            self._going_back = False
        return change.told
