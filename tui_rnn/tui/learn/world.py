"""What a lesson's formulas get from the networks on the screen: known numbers, and answers to questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_rnn.config import SETTINGS
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Question
from tui_rnn.insight.registry import check_fits, entry_of
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import Answered, AskProgress
from tui_rnn.lessons.formulas import FACTS, OWN_RUN, Pending
from tui_rnn.lessons.landmarks import landmark_of
from tui_rnn.tui.asks import Asks, News
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState

Key = tuple[int, int, Question[Any]]
"""A run, the step of its weights, and what it is asked."""


@dataclass
class ScreenWorld:
    """Asks the held weights each question once. steps: run → the step of its held weights. runs: the lesson's names of runs →
    their ids; own: the run of formulas that name none. changed: called when an answer has come."""

    state: LabState
    steps: Mapping[int, int]
    asks: Asks
    changed: Callable[[], object]
    runs: dict[str, int] = field(default_factory=dict)
    own: str = ""
    _answers: dict[Key, Any] = field(default_factory=dict)  # an answer, or why there is none
    _waits: dict[Key, int] = field(default_factory=dict)  # the numbers of the questions that are under way

    def forget(self) -> None:
        """Another page, other data or another engine: no answer is needed."""
        for number in self._waits.values():
            self.asks.cancel(number)
        self._waits.clear()
        self._answers.clear()

    def forget_old(self) -> None:
        """Forget what is about weights that are no longer held."""
        for known in (self._answers, self._waits):
            for key in [key for key in known if self.steps.get(key[0]) != key[1]]:
                known.pop(key)

    @property
    def waits(self) -> bool:
        """Whether a question is under way."""
        return bool(self._waits)

    def _run(self, run: str) -> RunState:
        found = self.state.runs.get(self.runs.get(run or self.own, -1))
        if found is None:
            raise Pending
        if found.lost:
            raise InputError(f"a fault stopped {found.name}")
        return found

    # ------------------------------------------------------------- the world of a formula

    def fact(self, run: str, name: str) -> Any:
        state = self._run(run)
        now, corpus = state.snapshot, self.state.corpus
        match name:
            case "parameters":
                return state.parameter_count
            case "vocab_size" if corpus is not None:
                return corpus.vocab_size or len(corpus.vocabulary)
            case "paused":
                return not state.goes
        if now is None:
            raise Pending
        values = {
            "step": now.step, "chars": now.chars, "seconds": now.elapsed_s,
            "train_loss": now.train_loss_nats, "val_loss": now.val_loss_nats,
        }  # fmt: skip
        assert name in FACTS
        return values[name] if name in values else now.metrics.get(name, math.nan)

    def setting(self, run: str, name: str) -> Any:
        if name not in SETTINGS:
            raise InputError(f"there is no setting {name!r:.40}")
        return getattr(self._run(run).config, name)

    def landmark(self, run: str, name: str, measure: str) -> float:
        self._run(run)
        found = ((one.name, {one.measure: one.value}) for one in self.state.landmarks)
        try:
            return landmark_of(found, name, measure)
        except InputError:
            raise Pending from None  # the engine is still counting

    def ask(self, run: str, question: Question[Any]) -> Any:
        state = self._run(run or OWN_RUN)
        check_fits(entry_of(question), KINDS[state.config.kind])
        step = self.steps.get(state.run_id)
        if step is None:
            raise Pending
        key = state.run_id, step, question
        if key not in self._answers:
            if key not in self._waits:
                self._waits[key] = self.asks.put(state.run_id, question, lambda news: self._hear(key, news), step)
            raise Pending
        if isinstance(answer := self._answers[key], InputError):
            raise answer
        return answer

    def _hear(self, key: Key, news: News) -> None:
        if isinstance(news, AskProgress) or key not in self._waits:
            return
        del self._waits[key]
        if isinstance(news, Answered):
            self._answers[key] = news.answer
        elif news.reason:
            self._answers[key] = InputError(news.reason)
        self.changed()
