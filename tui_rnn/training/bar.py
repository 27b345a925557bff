"""A line that shows the progress of training, in a terminal or a notebook, for users of the Python API."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.training.losses import Losses

if TYPE_CHECKING:
    from tui_rnn.training.trainer import Trainer

CELLS = 20
INTERVAL_S = 0.2


def watched_stream() -> TextIO | None:
    """The stream on which a line can be overwritten: the terminal's, or the notebook's that this runs in; else None."""
    if "ipykernel" in sys.modules:
        return sys.stdout
    return sys.stderr if sys.stderr is not None and sys.stderr.isatty() else None


class Bar:
    """A line of progress on a stream; nothing if the stream is None."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream, self._width, self._last = stream, 0, -INTERVAL_S

    def say(self, line: str) -> None:
        """Show one line in place of the last one."""
        if self._stream is not None:
            print("\r" + line.ljust(self._width), end="", file=self._stream, flush=True)
            self._width = len(line)

    def show(self, trainer: Trainer) -> None:
        """How far a run is, now and then."""
        if self._stream is None or time.monotonic() - self._last < INTERVAL_S:
            return
        self._last = time.monotonic()
        goal, schedule = "", trainer.schedule
        share = 1.0
        if schedule.seconds is not None:
            share, goal = trainer.elapsed_s / schedule.seconds, f" of {formats.duration(schedule.seconds)}"
        elif schedule.total_steps is not None:
            share, goal = trainer.step / schedule.total_steps, f", step {trainer.step:,} of {schedule.total_steps:,}"
        full = int(CELLS * min(share, 1.0))
        self.say(f"[{'=' * full}{' ' * (CELLS - full)}] {formats.duration(trainer.elapsed_s)}{goal}, {self._losses(trainer)}")

    def end(self, trainer: Trainer) -> None:
        """The last line, which stays."""
        if self._stream is not None:
            name = visible(trainer.config.name)
            told = f"{name}: {trainer.weights_step:,} steps in {formats.duration(trainer.elapsed_s)}, {self._losses(trainer)}"
            self.say(told)
        self.close()

    def close(self) -> None:
        """End the line, so that further output begins on a new one."""
        if self._stream is not None and self._width:
            print(file=self._stream, flush=True)
            self._width = 0

    @staticmethod
    def _losses(trainer: Trainer) -> str:
        now = Losses.of(trainer)
        train, val = (formats.loss(nats, "nats") for nats in (now.train_nats, now.val_nats))
        return f"train {train}, validation {val} nats/{trainer.learner.unit}"
