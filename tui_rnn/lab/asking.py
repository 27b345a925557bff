"""Questions put to one run: quick ones are answered between two training steps, slow ones on a copy of the weights, in a
thread of their own, while training goes on."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tui_rnn.errors import TuiRnnError
from tui_rnn.insight import registry
from tui_rnn.insight.question import Answer, Cancelled, Progress, Question, Subject, silent
from tui_rnn.lab.messages import Answered, Ask, AskProgress, Event, Unanswered, WeightsHeld
from tui_rnn.lab.priority import step_back
from tui_rnn.training.moments import Weights
from tui_rnn.training.subjects import copy_of, held_copy, subject_of
from tui_rnn.training.trainer import Trainer

PROGRESS_S = 0.1

Tell = Callable[[Answer | None, str], None]
"""tell(answer, reason): what came of a question. Without an answer the reason says why, "" where it was cancelled."""


class Asker:
    """Answers what is asked of one run. Everything but the work on slow questions happens on the run's own thread."""

    def __init__(self, run_id: int, emit: Callable[[Event], None]) -> None:
        self._run_id, self._emit = run_id, emit
        self._slow = ThreadPoolExecutor(1, f"asker {run_id}", initializer=step_back)  # starts at its first use
        self._held: tuple[int, Weights] | None = None  # a step and the weights after it
        self._under_way: dict[int, threading.Event] = {}  # request → set: nobody waits for it any more

    def ask(self, trainer: Trainer, ask: Ask) -> None:
        """Answer, or begin to. What comes of it is sent."""

        def tell(answer: Answer | None, reason: str) -> None:
            self._under_way.pop(ask.request_id, None)
            if answer is None:
                self._emit(Unanswered(self._run_id, ask.request_id, ask.question, reason))
            else:
                self._emit(Answered(self._run_id, ask.question, answer, ask.request_id))

        try:
            if registry.entry_of(ask.question).slow:
                cancelled = self._under_way[ask.request_id] = threading.Event()
                self.begin(self._at(trainer, ask.at_step), ask.question, cancelled, tell, self._progress(ask.request_id))
            else:
                subject = subject_of(trainer) if ask.at_step is None else self._at(trainer, ask.at_step)
                tell(*answered(subject, ask.question))
        except (TuiRnnError, MemoryError) as error:
            tell(None, str(error) or "out of memory")

    def hold(self, trainer: Trainer, at_step: int | None) -> None:
        """Hold a copy of the weights of now, or of the kept moment nearest to a step."""
        subject = copy_of(trainer, at_step)
        self._held = subject.step, subject.network.parameters
        self._emit(WeightsHeld(self._run_id, subject.step))

    def _at(self, trainer: Trainer, at_step: int | None) -> Subject:
        """Whom a question about a step is put to: the held copy, where it is of that step; else as `copy_of` finds it."""
        if self._held is not None and self._held[0] == at_step:
            return held_copy(trainer, self._held[1], at_step)
        return copy_of(trainer, at_step)

    def begin(
        self,
        subject: Subject,
        question: Question[Any],
        cancelled: threading.Event,
        tell: Tell,
        progress: Progress = silent,
    ) -> None:
        """Begin to answer a slow question about a copy of the weights; `tell` is called on another thread. Setting `cancelled`
        ends the work."""

        def go_on(done: int, total: int) -> None:
            if cancelled.is_set():
                raise Cancelled
            progress(done, total)

        def work() -> None:
            tell(*((None, "") if cancelled.is_set() else answered(subject, question, go_on)))

        self._slow.submit(work)

    def cancel(self, request_id: int) -> None:
        """Nobody waits for this answer any more."""
        if cancelled := self._under_way.get(request_id):
            cancelled.set()

    def cancel_all(self) -> None:
        """The run is another one now, or it ends."""
        for cancelled in list(self._under_way.values()):
            cancelled.set()

    def close(self) -> None:
        """Take no more questions."""
        self.cancel_all()
        self._slow.shutdown(wait=False)

    def _progress(self, request_id: int) -> Progress:
        told_at = -PROGRESS_S

        def tell(done: int, total: int) -> None:
            nonlocal told_at
            now = time.monotonic()
            if total and now >= told_at + PROGRESS_S:
                told_at = now
                self._emit(AskProgress(self._run_id, request_id, done, total))

        return tell


def answered(subject: Subject, question: Question[Any], progress: Progress = silent) -> tuple[Answer | None, str]:
    """The answer, or None and why there is none, "" where it was cancelled. Whatever goes wrong is no trouble for the run."""
    try:
        return registry.answer(subject, question, progress), ""
    except Cancelled:
        return None, ""
    except TuiRnnError as error:
        return None, str(error)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return None, f"unexpected {type(error).__name__}: {error}"
