"""The answers of the other runs to a page that compares: each run is asked in turn, once for each question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tui_rnn.insight.question import Answer, Question
from tui_rnn.insight.registry import entry_of
from tui_rnn.lab.messages import Answered, AskProgress
from tui_rnn.tui.asks import Asks, News
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.pages.page import Other, Page, Standing

MOST_KEPT = 16  # answers, the newest

Key = tuple[int, Question[Any]]
"""The run, and the question."""


class Others:
    """Asks other runs, of their newest weights. changed: called when there is something new to show."""

    def __init__(self, asks: Asks, changed: Callable[[], None]) -> None:
        self._asks, self._changed = asks, changed
        self._answers: dict[Key, Answer | None] = {}  # None: the run gave none
        self._under_way: tuple[Key, int] | None = None

    def beside(self, page: Page, at: Standing, state: LabState | None) -> Standing:
        """The selection with the other runs' answers, if the page compares; asks the next run."""
        question = page.question(at) if page.compares and state is not None else None
        if state is None or not isinstance(question, Question):
            return at
        others = self.look(question, state, at.run_id)
        return replace(at, others=others, others_asked=self.under_way)

    def look(self, question: Question[Any], state: LabState, own: int) -> tuple[Other, ...]:
        """The answers so far of the other runs that can be asked; asks the next run."""
        kinds = entry_of(question).kinds
        others = [run for run in state.runs.values() if run.run_id != own and run.saveable and run.config.kind in kinds]
        found: list[Other] = []
        for run in others:
            key = run.run_id, question
            if key in self._answers:
                if (answer := self._answers[key]) is not None:
                    found.append(Other(state.number_of(run.run_id), run.name, answer))
            elif self._under_way is None:
                self._put(key)
        return tuple(found)

    def _put(self, key: Key) -> None:
        run_id, question = key
        self._under_way = key, self._asks.put(run_id, question, lambda news: self._hear(key, news))

    def _hear(self, key: Key, news: News) -> None:
        if isinstance(news, AskProgress):
            return
        self._under_way = None
        self._answers[key] = news.answer if isinstance(news, Answered) else None
        while len(self._answers) > MOST_KEPT:
            del self._answers[next(iter(self._answers))]
        self._changed()

    @property
    def under_way(self) -> bool:
        """Whether another run is asked now."""
        return self._under_way is not None

    def stop(self) -> None:
        """Ask no other run."""
        if self._under_way is not None:
            self._asks.cancel(self._under_way[1])
            self._under_way = None

    def ask_again(self) -> None:
        """Ask all again: they have trained on."""
        self.stop()
        self._answers.clear()
