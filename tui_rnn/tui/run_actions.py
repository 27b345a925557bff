"""Actions on the runs: each sends commands to the engine, or says why it can't be done now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui_rnn import formats
from tui_rnn.lab.messages import (
    AddRun,
    Command,
    LoadRun,
    Pause,
    RemoveRun,
    ResetRun,
    Resume,
    SaveRuns,
    ScaleLearningRate,
    StepOnce,
)
from tui_rnn.paths import from_home
from tui_rnn.tui.notices import Say
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState

STILL_OPENING = "the data are still being opened"


@dataclass
class RunActions:
    """Acts on the runs of `state`. Most actions need a current run, and say so if there is none.

    send: gives a command to the engine, or says why this playground refuses it, and returns False. ask_before(question, yes,
    then): asks before something is lost. show_others: called when other runs are to be shown. rate_is_seen: whether the screen
    shows the learning rate. note(told, back): keeps how to take a change back.
    """

    state: LabState
    send: Callable[[Command], bool]
    say: Say
    ask_before: Callable[[str, str, Callable[[], object]], None]
    show_others: Callable[[], None]
    rate_is_seen: Callable[[], bool]
    note: Callable[[str, Callable[[], object]], None]
    saves_awaited: set[int] = field(default_factory=set)  # runs that a person asked to save
    saved_in: dict[int, str] = field(default_factory=dict)  # run → its file

    def current(self) -> RunState | None:
        """The current run; if there is none, say so."""
        if self.state.current is None:
            self.say("there is no run yet: a adds one" if self.state.corpus else STILL_OPENING, "warning")
        return self.state.current

    def _sound(self) -> RunState | None:
        """The current run; if a fault has stopped it, say so."""
        run = self.current()
        if run is not None and run.status == "failed":
            self.say_stopped(run)
            return None
        return run

    def say_stopped(self, run: RunState) -> None:
        self.say(f"a fault stopped {run.name}: r and then Reset starts it again", "warning")

    # ------------------------------------------------------------- training

    def pause_all(self) -> None:
        """Pause all runs that train; if none does, let those train on that can."""
        if self.state.corpus is None:
            self._pause_before()
            return
        if self.current() is None:
            return
        if going := self.state.going:
            if self.send(Pause()):
                self._tell(going, False)
        elif not (runs := self.state.startable):
            self.say("a fault stopped every run: r and then Reset starts the shown one again", "warning")
        elif self.send(Resume()) if runs[0].paused else all(self.send(Resume(run.run_id)) for run in runs):
            self._tell(runs, True)

    def _pause_before(self) -> None:
        """While the first data are being opened: let the coming runs begin paused, or not."""
        self.state.begins_paused = not self.state.begins_paused
        self.send(Pause() if self.state.begins_paused else Resume())

    def pause_one(self) -> None:
        """Pause the current run alone, or let it train on."""
        if run := self._sound():
            going = not run.goes
            if self.send(Resume(run.run_id) if going else Pause(run.run_id)):
                self._tell([run], going)

    def step_once(self) -> None:
        """Make one training step of the current run, and pause it."""
        if (run := self._sound()) and self.send(StepOnce(run.run_id)):
            run.wish_for(going=False)
            if run.waiting:
                self.say(f"{run.name} makes a step when its kernels are ready, and is then paused", "warning")

    def _tell(self, runs: Sequence[RunState], going: bool) -> None:
        """Note what a person wants the runs to do; say so if one can't do it yet."""
        for run in runs:
            run.wish_for(going)
        if waiting := [run.name for run in runs if run.waiting]:
            begin = "training begins" if going else "paused from the beginning,"
            self.say(f"{', '.join(waiting)}: {begin} when the kernels are ready", "warning")

    def scale_rate(self, factor: float) -> None:
        """Multiply the current run's peak learning rate."""
        if (run := self._sound()) and self.send(ScaleLearningRate(run.run_id, factor)):
            self.note(f"the learning rate of {run.name}", lambda: self.send(ScaleLearningRate(run.run_id, 1 / factor)))
            if run.waiting:
                self.say(f"{run.name} takes another learning rate when its kernels are ready", "warning")

    def say_rate(self, run: RunState, rate: float) -> None:
        """Say the new learning rate, if the screen does not show it or it is not in force yet."""
        told = f"learning rate {formats.number(rate)}"
        if run.status == "finished":
            self.say(f"{run.name} is done; past its goal it would train at a {told}")
        elif not self.rate_is_seen():
            self.say(f"{run.name}: {told}")

    # ------------------------------------------------------------- its life

    def reset(self) -> None:
        """Start the current run again from its first weights, if a person confirms it."""
        if run := self.current():
            if run.waiting:
                self.say(f"{run.name} has not begun yet: there is nothing to reset", "warning")
                return
            self.ask_before(
                f"Start {run.name} again from its first weights? Its training since the last save is lost.",
                "Reset",
                lambda: self.send(ResetRun(run.run_id)),
            )

    def remove(self) -> None:
        """Take the current run out of the lab, if a person confirms it."""
        if run := self.current():
            self.ask_before(f"Take {run.name} out of the lab? It is saved first.", "Remove", lambda: self._remove(run))

    def _remove(self, run: RunState) -> None:
        if not self.send(RemoveRun(run.run_id)):
            return
        self.state.let_go(run.run_id)  # the next command is for the next run
        self.note(f"{run.name} was removed", lambda: self._bring_back(run))
        self.show_others()

    def _bring_back(self, run: RunState) -> None:
        """Load a removed run from its file, or add it again if it was never saved."""
        path = self.saved_in.get(run.run_id) or (run.snapshot.path if run.snapshot else None)
        self.send(LoadRun(path) if path else AddRun(run.config))

    def save(self) -> None:
        """Save every run that has something to save."""
        if self.current() is None:
            return
        ready = [run for run in self.state.runs.values() if run.saveable]
        if not ready:
            self.say("there is nothing to save: no run has begun yet", "warning")
        self.saves_awaited = {run.run_id for run in ready if self.send(SaveRuns(run.run_id))}

    def was_saved(self, run_id: int, path: str) -> None:
        """Say so when the last run that a person asked to save is saved."""
        self.saved_in[run_id] = path
        if run_id in self.saves_awaited:
            self.saves_awaited.discard(run_id)
            if not self.saves_awaited:
                self.say(f"saved in {from_home(str(Path(path).parent))}")

    # ------------------------------------------------------- which are shown

    def show_number(self, number: int) -> None:
        """Show the run of this number key."""
        if self.state.show_number(number):
            self.show_others()
        else:
            self.say(f"there is no run {number}", "warning")

    def compare(self) -> None:
        """Show two runs side by side, or one again."""
        if self.state.toggle_compare():
            self.show_others()
        else:
            self.say("there is only one run: a adds another", "warning")
