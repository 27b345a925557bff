"""What can be taken back: each change leaves a word and the way back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MOST = 50


@dataclass(frozen=True)
class Change:
    """told: what was changed, in a few words. back: brings what was before."""

    told: str
    back: Callable[[], object]


class Undo:
    """The changes that can be taken back, the newest first."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque(maxlen=MOST)
        self._going_back = False

    def note(self, told: str, back: Callable[[], object]) -> None:
        """Something was changed; what taking back changes is no change of its own."""
        if not self._going_back:
            self._changes.append(Change(told, back))

    @property
    def next(self) -> str:
        """What would be taken back; '' where there is nothing."""
        return self._changes[-1].told if self._changes else ""

    def take_back(self) -> str:
        """Bring back what was before the last change, and say what that was."""
        change = self._changes.pop()
        self._going_back = True
        try:
            change.back()
        finally:
            self._going_back = False
        return change.told
