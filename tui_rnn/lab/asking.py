"""Questions about one run: quick ones are answered between two training steps, slow ones on a copy of the weights, in a thread
of their own, while training goes on."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_rnn.errors import TuiRnnError
from tui_rnn.insight import registry
from tui_rnn.insight.question import Answer, Cancelled, Progress, Question, Subject, silent
from tui_rnn.lab.messages import Answered, Ask, AskFile, AskProgress, Event, Unanswered, WeightsHeld
from tui_rnn.lab.priority import step_back

if TYPE_CHECKING:  # they load the compiler, which questions about files don't need until they are asked
    from tui_rnn.training.moments import Weights
    from tui_rnn.training.trainer import Trainer

PROGRESS_S = 0.1

Outcome = tuple[Answer | None, str]
"""The answer, or None and the reason why there is none, "" if the question was cancelled."""


class Asker:
    """Answers questions about one run. Everything but the work on slow questions happens on the run's own thread."""

    def __init__(self, run_id: int, emit: Callable[[Event], None]) -> None:
        self._run_id, self._emit = run_id, emit
        self._slow = ThreadPoolExecutor(1, f"asker {run_id}", initializer=step_back)  # starts at its first use
        self._held: tuple[int, Weights] | None = None  # a step and the weights after it
        self._under_way: dict[int, threading.Event] = {}  # request → set: nobody waits for it any more

    def ask(self, trainer: Trainer, ask: Ask) -> None:
        """Answer, or begin to answer. The outcome is sent."""
        from tui_rnn.training.subjects import subject_of

        try:
            if registry.entry_of(ask.question).slow:
                self.begin_request(ask, partial(answered, self._at(trainer, ask.at_step), ask.question))
            else:
                subject = subject_of(trainer) if ask.at_step is None else self._at(trainer, ask.at_step)
                self._tell(ask, *answered(subject, ask.question))
        except (TuiRnnError, MemoryError) as error:
            self._tell(ask, None, str(error) or "out of memory")

    def begin_request(self, ask: Ask | AskFile, answer: Callable[[Progress], Outcome]) -> None:
        """Begin to answer a slow question. Its progress and the outcome are sent."""
        cancelled = self._under_way[ask.request_id] = threading.Event()
        self.begin(answer, cancelled, partial(self._tell, ask), self._progress(ask.request_id))

    def _tell(self, ask: Ask | AskFile, answer: Answer | None, reason: str) -> None:
        self._under_way.pop(ask.request_id, None)
        if answer is None:
            self._emit(Unanswered(self._run_id, ask.request_id, ask.question, reason))
        else:
            self._emit(Answered(self._run_id, ask.question, answer, ask.request_id))

    def hold(self, trainer: Trainer, at_step: int | None) -> None:
        """Hold a copy of the present weights, or of the kept moment nearest to a step."""
        from tui_rnn.training.subjects import copy_of

        subject = copy_of(trainer, at_step)
        self._held = subject.step, subject.network.parameters
        self._emit(WeightsHeld(self._run_id, subject.step))

    def _at(self, trainer: Trainer, at_step: int | None) -> Subject:
        """The subject of a question about a step: the held copy if it is of that step, else what `copy_of` gives."""
        from tui_rnn.training.subjects import copy_of, held_copy

        if self._held is not None and self._held[0] == at_step:
            return held_copy(trainer, self._held[1], at_step)
        return copy_of(trainer, at_step)

    def begin(
        self,
        answer: Callable[[Progress], Outcome],
        cancelled: threading.Event,
        tell: Callable[[Answer | None, str], None],
        progress: Progress = silent,
    ) -> None:
        """Begin answer(progress) on another thread, which then calls tell with the outcome. Setting `cancelled` ends the
        work."""

        def go_on(done: int, total: int) -> None:
            if cancelled.is_set():
                raise Cancelled
            progress(done, total)

        def work() -> None:
            tell(*((None, "") if cancelled.is_set() else answer(go_on)))

        try:
            self._slow.submit(work)
        except RuntimeError as error:  # nobody listens any more, or the system gives no thread
            tell(None, f"the question can't be worked on: {error}")

    def cancel(self, request_id: int) -> None:
        """Nobody waits for this answer any more."""
        if cancelled := self._under_way.get(request_id):
            cancelled.set()

    def cancel_all(self) -> None:
        """Cancel all questions: the run is another one now, or it ends."""
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


def answered(subject: Subject, question: Question[Any], progress: Progress = silent) -> Outcome:
    """The answer to a question. A failure never harms the run."""
    return outcome(lambda: registry.answer(subject, question, progress))


def outcome(answer: Callable[[], Answer]) -> Outcome:
    """The answer, or why there is none."""
    try:
        return answer(), ""
    except Cancelled:
        return None, ""
    except (TuiRnnError, OSError, MemoryError) as error:
        return None, str(error) or "out of memory"
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return None, f"unexpected {type(error).__name__}: {error}"
