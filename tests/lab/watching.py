"""A training that screens watch, and a screen without a screen, within the test's own process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.attached import AttachedEngine
from tui_rnn.lab.meeting import find
from tui_rnn.lab.watched import WatchedTraining
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

PATIENCE_S = 60.0  # a bound against hanging on a busy machine
CONFIG = RunConfig(cell="lstm", hidden_size=8, batch_size=4, seq_len=8)


class Training:
    """A training on a thread of its own, as `train --watchable` does it, until `finish`."""

    def __init__(self, source: str, out: Path) -> None:
        self.trainer = Trainer(CONFIG, open_data(DataRequest(SourceFiles(source))))
        self.out, self.saves = out, 0
        self.watched = WatchedTraining(self.trainer, out, 0, self._save)
        self._stop = threading.Event()
        self.thread = threading.Thread(target=self._train)
        self.thread.start()

    def _save(self) -> Path:
        save_run(self.trainer, self.out)
        self.saves += 1
        return self.out

    def _train(self) -> None:
        while not self._stop.is_set():
            self.trainer.advance_for(0.01, lambda: self.watched.wanted)
            self.watched.attend(self._stop.is_set)
        self.watched.end("it is over")

    def finish(self) -> None:
        self._stop.set()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()

    def attach(self, steers: bool = False) -> Viewer:
        return Viewer(AttachedEngine(find(str(os.getpid())), steers))


class Viewer:
    """A screen without a screen: it keeps all that it heard."""

    def __init__(self, engine: AttachedEngine) -> None:
        self.engine = engine
        self.heard: list[Any] = []

    def send(self, *commands: Any) -> Viewer:
        for command in commands:
            self.engine.send(command)
        return self

    def until(self, what: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.heard += self.engine.events()
            if found := what():
                return found
            assert time.monotonic() < deadline, [type(one).__name__ for one in self.heard]
            time.sleep(0.005)

    def hears(self, kind: type) -> Any:
        return self.until(lambda: next((one for one in self.heard if isinstance(one, kind)), None))

    @property
    def step(self) -> int:
        latest = self.engine.latest()
        return latest.runs[0].step if latest else -1

    @property
    def status(self) -> str:
        latest = self.engine.latest()
        return latest.runs[0].status if latest else ""

    def stands_as(self, status: str) -> bool:
        return self.status == status

    def sees_steps(self) -> None:
        before = self.step
        self.until(lambda: self.step > before)
