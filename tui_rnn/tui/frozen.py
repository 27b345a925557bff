"""The weights that Inspect looks at: a copy for each shown run, held while it trains on, and their trace of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import Answered, AskProgress, HoldWeights, WeightsHeld
from tui_rnn.tui.asks import Asks, News
from tui_rnn.tui.notices import Say
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.selection import Selection

LONGEST = 2000  # symbols of a running text in a trace: for the map, the cursor and the pages


@dataclass
class Frozen:
    """Has weights held, and asks for their traces. changed: called when there is something new to show. say: tells why there
    is nothing."""

    asks: Asks
    selection: Selection
    changed: Callable[[], object]
    say: Say
    _waits: set[int] = field(default_factory=set)  # runs that were told to hold their weights
    _asked: dict[int, tuple[int, Trace]] = field(default_factory=dict)  # run → step, question
    _numbers: dict[int, int] = field(default_factory=dict)  # of the questions that are under way

    def look(self, runs: Iterable[RunState]) -> None:
        """Have the weights of these runs held, and ask for the traces that are missing."""
        for run in runs:
            if run.run_id not in self.selection.steps:
                if run.run_id not in self._waits:
                    self._hold(run.run_id, self.selection.at_step)
            else:
                self._trace(run.run_id)

    def go_to(self, step: int | None) -> None:
        """Look at the kept moment nearest to a step; None: at the weights of now."""
        self.selection.at_step = step
        for run_id in self.selection.steps:
            self._hold(run_id, step)

    def _hold(self, run_id: int, step: int | None) -> None:
        self._waits.add(run_id)
        self.asks.send(HoldWeights(run_id, step))

    def take(self, event: WeightsHeld) -> None:
        """The engine holds these weights now."""
        self._waits.discard(event.run_id)
        self.selection.steps[event.run_id] = event.step
        self._trace(event.run_id)
        self.changed()

    def forget(self) -> None:
        """Other data are open, or another engine runs: it holds nothing."""
        self._waits.clear()
        self._asked.clear()
        self._numbers.clear()
        self.selection.thaw()

    def _trace(self, run_id: int) -> None:
        """Ask for this run's trace of the text at the held step, unless it was asked."""
        selection, step = self.selection, self.selection.steps[run_id]
        question = Trace(selection.text, length=LONGEST, start=selection.start, example=selection.example)
        if selection.text == "" or self._asked.get(run_id) == (step, question):
            return
        if run_id in self._numbers:
            self.asks.cancel(self._numbers[run_id])
        self._asked[run_id] = step, question
        selection.settled.discard(run_id)
        self._numbers[run_id] = self.asks.put(run_id, question, self._hear, step)

    def _hear(self, news: News) -> None:
        if isinstance(news, AskProgress):
            return
        self._numbers.pop(news.run_id, None)
        if isinstance(news, Answered):
            self.selection.frozen[news.run_id] = news.answer
            self.selection.settled.add(news.run_id)
        elif news.reason and news.run_id in self.selection.steps:  # else the run is no longer in the lab
            self.say(news.reason, "error")
        self.changed()
