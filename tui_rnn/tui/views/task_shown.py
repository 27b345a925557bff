"""What a task pane knows: the run that it shows, the others, and their answers."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from tui_rnn.insight.answers import TextAnswer
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.views.answer_line import example_text


class Shown:
    """run: the one that is shown, None for none; runs: all; called: its name in titles; typed: whether there is an answer to
    what a person typed, which comes before those to the validation examples."""

    def __init__(self) -> None:
        self.run: RunState | None = None
        self.runs: Sequence[RunState] = ()
        self.called, self.typed = "", False
        self._latest: tuple[object, ...] = ()

    def take(self, run: RunState | None, runs: Sequence[RunState], called: str) -> bool:
        """Know these; whether anything is new."""
        known = (run.answered, run.asked, run.scored, run.items, *run.answers.values()) if run else ()
        others = [thing for other in runs for thing in (other.scored, other.asked)]
        latest = (run, run and run.waiting, *known, *others)
        if called == self.called and len(latest) == len(self._latest) and all(map(operator.is_, latest, self._latest)):
            return False
        self._latest, self.run, self.runs, self.called = latest, run, runs, called
        self.typed = run is not None and run.asked is not None
        return True

    def forget(self) -> None:
        """Other data are open: no run is shown."""
        self._latest, self.run = (), None

    @property
    def examples(self) -> Sequence[TextAnswer]:
        """The typed text's answer first, then the validation examples'."""
        if self.run is None:
            return ()
        asked = self.run.asked.said if self.run.asked else ()
        return (*asked, *(self.run.answered.said if self.run.answered else ()))

    @property
    def found(self) -> object:
        """The answers to the examples, or the newest items."""
        if self.run is None:
            return None
        return self.run.answered or (self.run.items[0] if self.run.items else None)

    def copied(self, chosen: int) -> str:
        """The chosen example, or the newest items, as text."""
        if self.run is not None and self.run.items:
            return "\n".join(item.text for item in self.run.items[0].items)
        return example_text(self.examples[min(chosen, len(self.examples) - 1)]) if self.examples else ""
