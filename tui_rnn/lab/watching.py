"""Keeps what the screen shows of a run fresh: samples and traces, when they are due and something changed."""

from __future__ import annotations

import time
from collections.abc import Callable

from tui_rnn.errors import InputError
from tui_rnn.lab.looks import Question, draw_sample, trace
from tui_rnn.lab.messages import Event, Notice, Watch
from tui_rnn.train.trainer import Trainer

REST = 20  # after a look the run trains at least so many times as long as the look took


class Watcher:
    """Looks into one run while it is watched. What the person changed is answered at once, new weights when it is time."""

    def __init__(self, run_id: int, emit: Callable[[Event], None]) -> None:
        self._run_id, self._emit = run_id, emit
        self.forget()

    def forget(self) -> None:
        """The run is another one now: look anew."""
        self._sampled: tuple[object, ...] = ()
        self._traced: tuple[object, ...] = ()
        self._sample_at = self._trace_at = 0.0
        self._told: str | None = None

    def look(self, trainer: Trainer, watch: Watch) -> None:
        """Send a trace and a sample if they are wanted and due."""
        if self._run_id not in watch.run_ids:
            return
        wanted = (watch.probe, watch.probe_length)
        if watch.probe != "" and self._due(self._traced, trainer.step, wanted, self._trace_at):
            self._traced = (trainer.step, *wanted)
            self._trace_at = self._timed(lambda: trace(trainer, self._run_id, *wanted), watch.trace_interval_s)
        if self._due(self._sampled, trainer.step, (watch.sampling,), self._sample_at):
            self._sampled = (trainer.step, watch.sampling)
            question = Question(self._run_id, "", watch.sampling, seed=trainer.config.seed + trainer.step)
            self._sample_at = self._timed(lambda: draw_sample(trainer, question), watch.sample_interval_s)

    @staticmethod
    def _due(last: tuple[object, ...], step: int, wanted: tuple[object, ...], at: float) -> bool:
        return last[1:] != wanted or (last[0] != step and time.monotonic() >= at)

    def _timed(self, look: Callable[[], Event], interval_s: float) -> float:
        """Send what `look` makes; returns when the next look is due."""
        start = time.monotonic()
        try:
            self._emit(look())
        except InputError as error:
            if str(error) != self._told:  # once, not again at every look
                self._told = str(error)
                self._emit(Notice(str(error), "error"))
        end = time.monotonic()
        return end + max(interval_s, REST * (end - start))
