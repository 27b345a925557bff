"""When a page asks its question, and the answers so far: it asks once nothing changes, and keeps answers to be shown again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tui_rnn.errors import InputError
from tui_rnn.insight.question import Answer, Question
from tui_rnn.insight.registry import check_fits, entry_of_class
from tui_rnn.lab.messages import Answered, AskProgress, Unanswered
from tui_rnn.tui.asks import Asks, News
from tui_rnn.tui.views.pages.page import Page, Standing

JUDGED_S = 2.0  # from then on the pace says how long it will take
MOST_KEPT = 32  # answers, the newest: more than there are pages
CANCELLED = "stopped before its answer came: Enter asks again"

Key = tuple[int, int, Question[Any]]
"""The run, the step of its weights, and the question."""


class PageAsking:
    """The question of the open page. wait: gets a function that asks, and calls it after a moment without changes; changed:
    called when there is something new to show."""

    def __init__(
        self,
        asks: Asks,
        wait: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._asks, self._wait, self._changed, self._clock = asks, wait, changed, clock
        self._answers: dict[Key, Answer] = {}
        self._reasons: dict[Key, str] = {}
        self._wanted: Key | None = None
        self._number: int | None = None  # of the question that is under way
        self._done: tuple[int, int] | None = None
        self._first: tuple[float, int] | None = None  # when the first news of it came, and how much was done then

    def look(self, page: Page, at: Standing) -> tuple[Answer | None, str]:
        """(answer, why there is none) to this page's question there; both are empty until one comes. Asks if needed."""
        try:
            if page.asks is not None:
                check_fits(entry_of_class(page.asks), at.kind)
            question = page.question(at)
        except InputError as error:
            question = str(error)
        if question is None or isinstance(question, str):
            self.stop()
            return None, question or ""
        key = at.run_id, at.step, question
        if key in self._answers or key in self._reasons:
            if key != self._wanted:
                self.stop()
            return self._answers.get(key), self._reasons.get(key, "")
        if key != self._wanted:
            self.stop()
            self._wanted = key
            self._wait(lambda: self._put(key))
        return None, ""

    def _put(self, key: Key) -> None:
        if key == self._wanted and self._number is None:
            run_id, step, question = key
            self._number = self._asks.put(run_id, question, lambda news: self._hear(key, news), step)
            self._changed()

    def _hear(self, key: Key, news: News) -> None:
        match news:
            case AskProgress():
                self._done = news.done, news.total
                self._first = self._first or (self._clock(), news.done)
            case Answered():
                self._answers[key] = news.answer
                while len(self._answers) > MOST_KEPT:
                    del self._answers[next(iter(self._answers))]
                self._end()
            case Unanswered():
                self._reasons[key] = news.reason or CANCELLED
                self._end()
        self._changed()

    def _end(self) -> None:
        self._wanted = self._number = self._done = self._first = None

    @property
    def under_way(self) -> bool:
        """Whether an answer is still to come."""
        return self._wanted is not None

    @property
    def progress(self) -> float | None:
        """The share of the work that is done; None: it is not known."""
        return self._done[0] / self._done[1] if self._done and self._done[1] else None

    @property
    def left_s(self) -> float | None:
        """How long the answer will still take, at the pace so far; None: it is not known."""
        if self._done is None or self._first is None:
            return None
        (began, before), (done, total) = self._first, self._done
        took = self._clock() - began
        return took / (done - before) * (total - done) if took >= JUDGED_S and done > before else None

    def stop(self) -> None:
        """Want no answer, for now."""
        if self._number is not None:
            self._asks.cancel(self._number)
        self._end()

    def cancel(self) -> None:
        """A person stops the question: it is asked again when something changes, or when they press Enter."""
        if self._wanted is not None:
            self._reasons[self._wanted] = CANCELLED
        self.stop()
        self._changed()

    def ask_again(self) -> None:
        """Forget why there were no answers, and ask again."""
        self._reasons.clear()
        self._changed()
