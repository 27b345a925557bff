"""The weights that write: the shown run's, and a second writer's."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn.insight.trace import longest_trace
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import HoldWeights
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.desk.beside import Beside, Other
from tui_rnn.tui.views.desk.writing import Writing
from tui_rnn.tui.views.gates_focus import Focus


@dataclass(frozen=True)
class Place:
    """The weights of a run after a step. kind: of its data; tokens: of its vocabulary; longest: so many tokens fit in a
    trace."""

    run_id: int
    step: int
    kind: str
    tokens: str
    longest: int


class Places:
    """first, second: None: not known yet. called: the first run's name."""

    def __init__(self, focus: Focus, asks: Asks) -> None:
        self._focus, self._asks = focus, asks
        self._state = LabState()
        self._run: RunState | None = None
        self._held: set[int] = set()  # second writers that were told to hold their weights
        self.first: Place | None = None
        self.second: Place | None = None
        self.called = ""

    def look(self, state: LabState, run: RunState | None, called: str) -> bool:
        """Write with this run's weights that a person looks at. Returns whether these have changed."""
        before, self._state, self._run, self.called = self.first, state, run, called
        trace = self._focus.selection.trace_of(run.run_id, run.trace) if run else None
        self.first = self._place(run, trace.step) if run is not None and trace is not None else None
        return self.first != before

    def look_beside(self, other: Other | None) -> bool:
        """Find the weights of a second writer; another run must hold its weights first. Returns whether these have changed."""
        before, self.second = self.second, None
        if other is not None and self.first is not None and self._run is not None:
            if other.run_id is None:
                self.second = self._place(self._run, self.first.step if other.moment is None else other.moment)
            elif (run := self._state.runs.get(other.run_id)) is not None:
                step = self._focus.selection.steps.get(run.run_id)
                if step is not None:
                    self.second = self._place(run, step)
                elif run.run_id not in self._held:
                    self._held.add(run.run_id)
                    self._asks.send(HoldWeights(run.run_id, self._focus.selection.at_step))
        return self.second != before

    def _place(self, run: RunState, step: int) -> Place:
        tokens = self._state.corpus.tokens if self._state.corpus else "char"
        return Place(run.run_id, step, run.config.kind, tokens, longest_trace(run.config))

    def forget(self) -> None:
        """Other data are open."""
        self._run, self.first, self.second = None, None, None
        self._held.clear()

    # ------------------------------------------------------------- what there is

    @property
    def run(self) -> RunState | None:
        """The first writer's run."""
        return self._run

    @property
    def is_item(self) -> bool:
        """Whether the text is between <s> and </s>."""
        return self.first is not None and not KINDS[self.first.kind].is_stream

    @property
    def other_runs(self) -> tuple[int, ...]:
        """The runs that can write beside."""
        return tuple(run_id for run_id in self._state.runs if self._run is not None and run_id != self._run.run_id)

    @property
    def other_moments(self) -> tuple[int, ...]:
        """The kept moments of this run, without the one that writes."""
        kept = self._run.snapshot.moments if self._run is not None and self._run.snapshot is not None else ()
        return tuple(step for step in kept if self.first is None or step != self.first.step)

    def name_of(self, run_id: int) -> str:
        run = self._state.runs.get(run_id)
        return "none" if run is None else f"{self._state.number_of(run_id)} {run.name}"

    def heads(self, writing: Writing, beside: Beside) -> tuple[str, str]:
        """The headings of the two texts: the writer of each, with its difference first."""
        other = beside.other or Other()

        def head(place: Place | None, writer: Writing) -> str:
            if place is None:
                return "its weights are not held yet"
            run, step = self.name_of(place.run_id), f"step {place.step:,}"
            temperature = f"temperature {writer.sampling.temperature:g}"
            if other.temperature is not None:
                return f"{temperature} · {run} · {step}"
            return f"{step} · {run} · {temperature}" if other.moment is not None else f"{run} · {step} · {temperature}"

        return head(self.first, writing), head(self.second, beside.writing)
