"""Looks at one run after its evaluations, and sends what the coach says about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from tui_rnn.data.opening import Data
from tui_rnn.insight.coach import Facts, remarks
from tui_rnn.insight.health import Health, Healthy
from tui_rnn.insight.question import Answer
from tui_rnn.insight.remark import Remark
from tui_rnn.lab.asking import Asker, answered
from tui_rnn.lab.messages import Coached, Event, Landmark
from tui_rnn.training.coaching import READ, completed, data_facts, noted
from tui_rnn.training.subjects import copy_of
from tui_rnn.training.trainer import Trainer

REST = 20  # the pause before the next look, as a multiple of the time of the last one
REST_LEAST_S = 2.0  # nobody reads faster


class Coaching:
    """A look copies, between two steps, what training has recorded; the run's asker computes the rest beside the training, on a
    copy of the weights. The remarks are sent if they have changed."""

    def __init__(
        self, run_id: int, emit: Callable[[Event], None], asker: Asker, landmarks: Callable[[], Sequence[Landmark]]
    ) -> None:
        self._run_id, self._emit, self._asker, self._landmarks = run_id, emit, asker, landmarks
        self._seen: tuple[int, bool] | None = None  # the evaluation of the last look, and whether the run had diverged
        self._under_way: threading.Event | None = None  # set: its outcome is not wanted any more
        self._rests_until = 0.0
        self._of_data: tuple[Data, tuple[float, float]] | None = None
        self._told: tuple[Remark, ...] = ()

    def forget(self) -> None:
        """Start again: the run is another one now."""
        if self._under_way is not None:
            self._under_way.set()
        self._seen = self._under_way = None
        self._rests_until = 0.0

    @property
    def told(self) -> Coached | None:
        """The last remarks, for a screen that comes later; None if there are none."""
        return Coached(self._run_id, self._told) if self._told else None

    def look(self, trainer: Trainer) -> None:
        """Begin a look if there was an evaluation, or if the run has diverged. To be called on the run's own thread."""
        seen = trainer.history.evaluated_step, trainer.diverged
        if seen == self._seen:
            return
        if trainer.diverged:
            self.forget()
            self._seen = seen
            self._tell(self._noted(trainer))
            return
        if seen[0] <= 0 or self._under_way is not None or time.monotonic() < self._rests_until:
            return
        self._seen, start = seen, time.monotonic()
        facts, data = self._noted(trainer), trainer.data
        cancelled = self._under_way = threading.Event()

        def done(answer: Answer | None, reason: str) -> None:
            if cancelled.is_set():
                return
            if self._of_data is None or self._of_data[0] is not data:
                self._of_data = data, data_facts(data)
            self._tell(completed(facts, self._of_data[1], answer if isinstance(answer, Healthy) else None))
            self._rests_until = time.monotonic() + max(REST_LEAST_S, REST * (time.monotonic() - start))
            self._under_way = None

        self._asker.begin(partial(answered, copy_of(trainer), Health(READ)), cancelled, done)

    def _noted(self, trainer: Trainer) -> Facts:
        return noted(trainer, [(one.name, one.value) for one in self._landmarks() if one.measure == "loss_nats"])

    def _tell(self, facts: Facts) -> None:
        said = tuple(remarks(facts))
        if said != self._told:
            self._told = said
            self._emit(Coached(self._run_id, said))
