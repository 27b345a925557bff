"""Keeps what the screen shows of a run fresh: samples, traces and answers, when they are due and something changed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from tui_rnn.errors import InputError
from tui_rnn.lab.answering import answer_examples
from tui_rnn.lab.messages import Event, Notice, Watch
from tui_rnn.lab.tracing import trace
from tui_rnn.lab.writing import Question, draw_fresh_items, draw_sample
from tui_rnn.training.trainer import Trainer

REST = 20  # after a look the run trains at least so many times as long as the look took, unless it was the first of its kind


class _Look:
    """One kind of look: at which weights and for which wishes it was last made, when it ended, and how long to rest then."""

    def __init__(self) -> None:
        self.made: tuple[object, ...] = ()
        self.ended = 0.0
        self.rest_s = 0.0
        self.told = ""  # why it could not be made, the last time

    def due(self, step: int, wanted: tuple[object, ...], interval_s: float) -> bool:
        """The interval is the one that is wished now: who waited for nothing hears again as soon as something is seen."""
        if math.isinf(interval_s):
            return False
        rested = time.monotonic() >= self.ended + max(interval_s, self.rest_s)
        return self.made[1:] != wanted or (self.made[0] != step and rested)


class Watcher:
    """Looks into one run while it is watched. What the person changed is answered at once, new weights when it is time."""

    def __init__(self, run_id: int, emit: Callable[[Event], None]) -> None:
        self._run_id, self._emit = run_id, emit
        self.forget()

    def forget(self) -> None:
        """The run is another one now: look anew."""
        self._traces, self._samples, self._answers = _Look(), _Look(), _Look()

    def look(self, trainer: Trainer, watch: Watch) -> None:
        """Send what is wanted and due."""
        if self._run_id not in watch.run_ids:
            return
        if watch.probe != "":
            wanted = watch.probe, watch.probe_length, watch.probe_example
            self._look(self._traces, trainer, wanted, watch.trace_interval_s, lambda: trace(trainer, self._run_id, *wanted))
        seed = trainer.config.seed + trainer.step
        kind, sampling, answers = trainer.data.kind, watch.sampling, (watch.examples, watch.probe_example)
        if kind.is_stream:
            question = Question(self._run_id, "", sampling, seed)
            self._look(self._samples, trainer, (sampling,), watch.sample_interval_s, lambda: draw_sample(trainer, question))
        elif kind.draws_items and watch.items > 0:
            self._look(
                self._samples,
                trainer,
                (watch.items, sampling, watch.prompt),
                watch.sample_interval_s,
                lambda: draw_fresh_items(trainer, self._run_id, watch.items, sampling, watch.prompt, seed),
            )
        elif kind.answers and watch.examples > 0:
            self._look(
                self._answers,
                trainer,
                answers,
                watch.answer_interval_s,
                lambda: answer_examples(trainer, self._run_id, *answers),
            )

    def _look(
        self, look: _Look, trainer: Trainer, wanted: tuple[object, ...], interval_s: float, make: Callable[[], Event]
    ) -> None:
        """Send what `make` gives, where it is due, and rest afterwards."""
        if not look.due(trainer.step, wanted, interval_s):
            return
        first = not look.made  # which compiles what it needs
        look.made = trainer.step, *wanted
        start = time.monotonic()
        try:
            self._emit(make())
        except InputError as error:
            if str(error) != look.told:  # once, not again at every look
                look.told = str(error)
                self._emit(Notice(str(error), "error"))
        look.ended = time.monotonic()
        look.rest_s = 0.0 if first else REST * (look.ended - start)
