"""The engine as a process of its own, for tests: what it said is kept, and waited for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.bench import answers_in, until
from tui_rnn.lab.client import EngineClient
from tui_rnn.lab.messages import (
    Event,
    RunSnapshot,
)

unix = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals")


class Engine(EngineClient):
    """A client that remembers all events and can wait for one."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Event] = []

    def wait(self, kind: type[Any], fits: Callable[[Any], bool] = lambda event: True) -> Any:
        def look() -> Any:
            self.heard += self.events()
            return next((event for event in self.heard if isinstance(event, kind) and fits(event)), None)

        return until(look, f"a {kind.__name__}")

    def wait_answer(self, kind: type[Any], fits: Callable[[Any], bool] = lambda event: True) -> Any:
        def look() -> Any:
            self.heard += self.events()
            return next(filter(fits, answers_in(self.heard, kind)), None)

        return until(look, f"a {kind.__name__}").answer

    def wait_training(self, run_id: int = 1) -> RunSnapshot:
        def look() -> RunSnapshot | None:
            runs = snapshot.runs if (snapshot := self.latest()) else ()
            return next((run for run in runs if run.run_id == run_id and run.step > 50), None)

        return until(look, f"training of run {run_id}")

    def wait_dead(self) -> None:
        until(lambda: not self.alive, "the engine's end")
        self.heard += self.events()

    @property
    def exit_code(self) -> int | None:
        assert self._process is not None
        return self._process.returncode
