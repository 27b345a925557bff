"""One question with its latest answer: it is asked again when it changes, and the last answer stays until the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from tui_rnn.insight.question import Answer, Question
from tui_rnn.lab.messages import Answered, Unanswered
from tui_rnn.tui.asks import Asks, News

Found = TypeVar("Found", bound=Answer)


class Latest(Generic[Found]):
    """changed: called when an answer has come, or why there is none."""

    def __init__(self, asks: Asks, changed: Callable[[], None]) -> None:
        self._asks, self._changed = asks, changed
        self._key: tuple[int, int, Question[Found]] | None = None
        self._number: int | None = None
        self.answer: Found | None = None
        self.of: Question[Found] | None = None  # the question of the answer
        self.reason = ""

    def want(self, run_id: int, step: int, question: Question[Found]) -> None:
        """Ask this of the weights of a step, unless it was asked."""
        key = run_id, step, question
        if key == self._key:
            return
        self.stop()
        self._key, self.reason = key, ""
        self._number = self._asks.put(run_id, question, lambda news: self._hear(key, news), step)

    def current(self, question: Question[Found]) -> Found | None:
        """The answer, if it is about this question."""
        return self.answer if self.of == question else None

    def _hear(self, key: tuple[int, int, Question[Found]], news: News) -> None:
        if isinstance(news, Answered):
            self.answer, self.of, self._number = news.answer, key[2], None
            self._changed()
        elif isinstance(news, Unanswered):
            self.reason, self._number = news.reason, None
            self._changed()

    def stop(self) -> None:
        """Want no answer, for now."""
        if self._number is not None:
            self._asks.cancel(self._number)
        self._number = self._key = None

    def forget(self) -> None:
        """Forget the answer: it is about another network."""
        self.stop()
        self.answer, self.of, self.reason = None, None, ""
