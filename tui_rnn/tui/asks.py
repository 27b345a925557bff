"""Questions that the screen asks once: each has a number of its own, and a function that hears the news of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tui_rnn.insight.question import Question
from tui_rnn.lab.messages import NO_RUN, Answered, Ask, AskFile, AskProgress, CancelAsk, Command, Event, Unanswered

News = Answered[Any] | AskProgress | Unanswered
"""The news of a question: its progress, and at last its answer or why there is none."""


@dataclass
class Asks:
    """Asks runs and hands out the news. send: gives a command to the current engine."""

    send: Callable[[Command], None]
    _last: int = 0
    _hearers: dict[int, tuple[int, Callable[[News], None]]] = field(default_factory=dict)  # request → run, hearer

    def number(self) -> int:
        """The number of a new question."""
        self._last += 1
        return self._last

    def put(self, run_id: int, question: Question[Any], hear: Callable[[News], None], at_step: int | None = None) -> int:
        """Ask a run, about its weights of a step or of now; `hear` gets the news. Returns the question's number."""
        number = self.number()
        self._hearers[number] = run_id, hear
        self.send(Ask(run_id, number, question, at_step))
        return number

    def put_to_file(self, path: str, question: Question[Any], hear: Callable[[News], None]) -> int:
        """Ask a saved run that is not in the lab; `hear` gets the news. Returns the question's number."""
        number = self.number()
        self._hearers[number] = NO_RUN, hear
        self.send(AskFile(path, number, question))
        return number

    def cancel(self, number: int) -> None:
        """Want no answer to this question, and no news."""
        if (found := self._hearers.pop(number, None)) is not None:
            self.send(CancelAsk(found[0], number))

    def take(self, event: Event) -> bool:
        """Give an event to the function that waits for it. False: it is about no question from here."""
        if not isinstance(event, Answered | AskProgress | Unanswered) or event.request_id not in self._hearers:
            return False
        number = event.request_id
        hear = self._hearers[number][1]
        if not isinstance(event, AskProgress):
            del self._hearers[number]
        hear(event)
        return True

    def forget(self) -> None:
        """Another engine runs now, which answers none of these."""
        self._hearers.clear()
