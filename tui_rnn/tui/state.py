"""What the screen knows of the lab: the engine's events, folded. No widgets, no engine."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from tui_rnn.cells import CELLS
from tui_rnn.insight.items import DrawnItems
from tui_rnn.insight.predict import Predictions
from tui_rnn.insight.sample import Sampled
from tui_rnn.insight.scores import Scored
from tui_rnn.insight.trace import Traced
from tui_rnn.lab.messages import (
    AddRun,
    Answered,
    Coached,
    Command,
    DataOpened,
    Ended,
    Event,
    Fault,
    Landmark,
    LandmarksReady,
    LoadRun,
    Notice,
    RateChanged,
    RunAdded,
    RunRemoved,
    Saved,
    Snapshot,
    Working,
)
from tui_rnn.tui.drawn import with_newer
from tui_rnn.tui.marks import with_rate
from tui_rnn.tui.run_state import RunState


@dataclass
class LabState:
    """The lab: one corpus, its landmarks, its runs in the order of their number keys, and which of them the screen shows."""

    corpus: DataOpened | None = None
    landmarks: tuple[Landmark, ...] = ()
    runs: dict[int, RunState] = field(default_factory=dict)
    working: Working | None = None
    working_since: float = 0.0  # monotonic, of what `working` says
    shown: tuple[int, ...] = ()
    chosen: bool = False  # whether a person chose what to show
    begins_paused: bool = False  # whether a person wants the coming runs to begin paused
    coming: str = ""  # what to say about coming runs, until the first is there
    refused: str = ""  # why the last run could not be added, while there is none
    fault: Fault | None = None  # of the engine as a whole
    ended: Ended | None = None  # what was watched is over
    leaving: set[int] = field(default_factory=set)  # taken out of the lab, and perhaps not saved yet
    beam: int = 1  # how many outputs are followed at a time when a text is asked
    asked_text: str = ""  # what a person typed for the runs to answer
    awaited: dict[int, int] = field(default_factory=dict)  # run → the request whose answer counts

    def apply(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case DataOpened():
                self.corpus, self.landmarks = event, ()
                self.runs, self.shown, self.chosen, self.refused = {}, (), False, ""
                self.ask("")
            case LandmarksReady():
                self.landmarks = event.landmarks
            case Working():
                self.working = event if event.done < event.total else None
                self.working_since = time.monotonic()
            case RunAdded():
                added = RunState(event.run_id, event.name, event.config, event.parameter_count)
                added.flops_per_char, added.remark = event.flops_per_char, event.remark
                if event.paused:
                    added.wish_for(going=False)
                self.runs[event.run_id], self.begins_paused, self.refused = added, False, ""
                self.coming = ""
                if not self.shown or (not self.chosen and CELLS[event.config.cell].has_gates and self._shows_no_gates):
                    self.shown = (event.run_id,)  # until someone chooses, the first run that has gates
            case RunRemoved():
                self.let_go(event.run_id)
                self.leaving.discard(event.run_id)
            case Answered() if run := self.runs.get(event.run_id):
                self._take(run, event)
            case Coached() if run := self.runs.get(event.run_id):
                run.remarks = event.remarks
            case Saved() if run := self.runs.get(event.run_id):
                run.saved = event
            case RateChanged() if run := self.runs.get(event.run_id):
                run.marks = with_rate(run.marks, run.snapshot, event.learning_rate)
            case Fault() if event.run_id is not None and (run := self.runs.get(event.run_id)):
                run.fault = event.text
            case Notice(severity="error"):
                self.refused, self.coming = "" if self.runs else event.text, ""
            case Fault(run_id=None):
                self.fault = event
            case Ended():
                self.ended = event
            case _:
                pass

    def _take(self, run: RunState, event: Answered[Any]) -> None:
        """Keep a run's answer where its view looks for it."""
        run.answers[type(event.answer)] = event
        match answer := event.answer:
            case Sampled():
                run.sample = event
            case Traced():
                run.trace = answer
                self._take_said(run, answer)
            case Predictions() if event.request_id is None:
                run.answered = answer
            case Predictions() if event.request_id == self.awaited.get(event.run_id):
                run.asked = answer
            case Scored():
                run.scored = answer
            case DrawnItems():
                run.items = with_newer(run.items, answer)

    def let_go(self, run_id: int) -> None:
        """Take a run off the screen: the engine saves and removes it."""
        if self.runs.pop(run_id, None) is not None:
            self.leaving.add(run_id)
        self.shown = tuple(r for r in self.shown if r in self.runs) or tuple(self.runs)[:1]

    def update(self, snapshot: Snapshot) -> None:
        """Take the latest numbers of every run."""
        for run_snapshot in snapshot.runs:
            if run := self.runs.get(run_snapshot.run_id):
                run.take(run_snapshot)

    def reopening(self) -> list[Command]:
        """The commands that restore the lab after the engine died: they load saved runs and add the others again. Empty: no run
        was saved."""
        paths = [run.saved.path if run.saved else run.snapshot.path if run.snapshot else None for run in self.runs.values()]
        loads: list[Command] = [LoadRun(path) for path in paths if path]
        return loads + [AddRun(run.config) for run, path in zip(self.runs.values(), paths, strict=True) if not path and loads]

    @property
    def no_run(self) -> str:
        """What to say while there is no run."""
        if self.refused:
            return f"{self.refused} (a adds a run with other settings)"
        return self.coming or "There is no run: a adds one."

    # ------------------------------------------------------------- what was typed

    def ask(self, text: str, beam: int = 1) -> None:
        """From now on the runs answer this text; '': none."""
        self.asked_text, self.beam = text, beam
        self.awaited.clear()
        for run in self.runs.values():
            if not text or run.run_id not in self.shown:  # a shown run keeps its last answer until the next
                run.asked = None

    @property
    def to_ask(self) -> tuple[int, ...]:
        """The shown runs that were not asked the typed text yet."""
        return tuple(run_id for run_id in self.shown if self.asked_text and run_id not in self.awaited)

    def _take_said(self, run: RunState, trace: Traced) -> None:
        """The trace of a typed text brings the newest answer; a beam's answer comes only when it is asked."""
        same = "".join(trace.text.split()) == "".join(self.asked_text.split())
        if trace.said is not None and self.asked_text and same and self.beam == 1:
            run.asked = Predictions(trace.step, (trace.said,))

    # ------------------------------------------------------------- the shown runs

    @property
    def current(self) -> RunState | None:
        """The run that the keys act on: the first one shown."""
        return self.runs.get(self.shown[0]) if self.shown else None

    @property
    def _shows_no_gates(self) -> bool:
        return self.current is not None and not CELLS[self.current.config.cell].has_gates

    @property
    def comparing(self) -> bool:
        return len(self.shown) == 2

    def called(self, run: RunState | None) -> str:
        """A run's name in titles; beside another run, with the number of its key, as in the chart."""
        if run is None:
            return ""
        return f"{self.number_of(run.run_id)} {run.name}" if self.comparing else run.name

    def number_of(self, run_id: int) -> int:
        """The run's number key, 1 for the first."""
        return list(self.runs).index(run_id) + 1

    def show_number(self, number: int) -> bool:
        """Show the run of this number key, of two runs in the first place. False: there is no such run."""
        ids = list(self.runs)
        if not 1 <= number <= len(ids):
            return False
        chosen, self.chosen = ids[number - 1], True
        beside = [run_id for run_id in self.shown if run_id != chosen][-1:] if self.comparing else []
        self.shown = (chosen, *beside)
        return True

    def toggle_compare(self) -> bool:
        """Show the next run beside the current one, or only the current one again. False: there is no second run."""
        self.chosen = True
        if self.comparing:
            self.shown = self.shown[:1]
            return True
        if not self.shown or len(self.runs) < 2:
            return False
        ids = list(self.runs)
        after = ids[(ids.index(self.shown[0]) + 1) % len(ids)]
        self.shown = (self.shown[0], after)
        return True

    @property
    def going(self) -> list[RunState]:
        """The runs that train, or will as soon as they can."""
        return [run for run in self.runs.values() if run.goes]

    @property
    def startable(self) -> list[RunState]:
        """The runs that start if all are told to train: the paused ones, else those that are at their goal or diverged. None
        while others train."""
        if self.going:
            return []
        runs = self.runs.values()
        paused = [run for run in runs if run.paused]
        return paused or [run for run in runs if run.status in ("finished", "diverged")]

    @property
    def unsaved(self) -> bool:
        """Whether quitting now would lose training steps."""
        return bool(self.leaving) or any(r.snapshot and r.snapshot.step > r.snapshot.saved_step for r in self.runs.values())
