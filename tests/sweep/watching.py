"""Somebody who watches a sweep and remembers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_rnn.sweep.trial import TrialRecord


class Remembers:
    """on_begun: called with what a worker has begun; on_ended: with how many trials ended."""

    def __init__(
        self, on_begun: Callable[[Any], None] = lambda running: None, on_ended: Callable[[int], None] = lambda count: None
    ) -> None:
        self.records: list[TrialRecord] = []
        self._on_begun, self._on_ended = on_begun, on_ended

    def begun(self, running: Any) -> None:
        self._on_begun(running)

    def ended(self, record: TrialRecord) -> None:
        self.records.append(record)
        self._on_ended(len(self.records))

    def tick(self, conductor: Any) -> None:
        pass
