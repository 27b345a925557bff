"""What the keys do to the runs: each action becomes one command to the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.screen import Screen

from tui_rnn import formats
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.request import DataRequest
from tui_rnn.display import visible
from tui_rnn.lab.messages import (
    AddRun,
    LoadRun,
    OpenData,
    Pause,
    RemoveRun,
    ResetRun,
    Resume,
    SaveRuns,
    ScaleLearningRate,
    StepOnce,
)
from tui_rnn.paths import runs_dir
from tui_rnn.tui.state import LabState, RunView

if TYPE_CHECKING:
    from tui_rnn.lab.client import EngineClient
    from tui_rnn.tui.app import PlaygroundApp

Severity = Literal["information", "warning", "error"]

RUN_SUFFIX = ".safetensors"
STILL_OPENING = "the data are still being opened"


class LabActions(Screen[None]):
    """The part of the lab screen that commands the engine. It needs a current run for most, and says so when there is none."""

    app: PlaygroundApp
    state: LabState
    saves_awaited: frozenset[int] = frozenset()  # runs that a person asked to save

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._said: dict[str, float] = {}  # warnings, and when (monotonic)

    @property
    def table_seen(self) -> bool:
        """Whether the screen has room for the runs' numbers."""
        raise NotImplementedError

    def show_others(self) -> None:
        """Other runs are to be seen."""
        raise NotImplementedError

    @property
    def engine(self) -> EngineClient:
        return self.app.engine

    def say(self, text: str, severity: Severity = "information", timeout: float | None = None) -> None:
        """Show a line from anywhere for some seconds: made safe, never read as markup. A warning that can still be read is
        not said again."""
        now = time.monotonic()
        if severity == "warning":
            if now < self._said.get(text, 0.0) + self.app.NOTIFICATION_TIMEOUT:
                return
            self._said[text] = now
        self.app.notify(visible(text), severity=severity, timeout=timeout, markup=False)

    def _current(self) -> RunView | None:
        if self.state.current is None:
            self.say("there is no run yet: a adds one" if self.state.corpus else STILL_OPENING, "warning")
        return self.state.current

    def _sound(self) -> RunView | None:
        """The current run, if no fault has stopped it."""
        run = self._current()
        if run is not None and run.status == "failed":
            self.say_stopped(run)
            return None
        return run

    def say_stopped(self, run: RunView) -> None:
        self.say(f"{run.name} was stopped by a fault: R starts it again from its first weights", "warning")

    # ------------------------------------------------------------- training

    def action_pause_all(self) -> None:
        if self.state.corpus is None:
            self._pause_before()
            return
        if self._current() is None:
            return
        if going := self.state.going:
            self.engine.send(Pause())
            self._tell(going, False)
            return
        runs = self.state.startable
        if not runs:
            self.say("every run was stopped by a fault: R starts the shown one again", "warning")
        elif runs[0].paused:
            self.engine.send(Resume())
        else:
            for run in runs:
                self.engine.send(Resume(run.run_id))
        self._tell(runs, True)

    def _pause_before(self) -> None:
        """While the first data are opened: let what comes begin paused, or not."""
        self.state.begins_paused = not self.state.begins_paused
        self.engine.send(Pause() if self.state.begins_paused else Resume())

    def action_pause_one(self) -> None:
        if run := self._sound():
            going = not run.goes
            self.engine.send(Resume(run.run_id) if going else Pause(run.run_id))
            self._tell([run], going)

    def action_step_once(self) -> None:
        if run := self._sound():
            self.engine.send(StepOnce(run.run_id))
            run.tell(going=False)
            if run.waiting:
                self.say(f"{run.name} makes a step when its kernels are ready, and then stands paused", "warning")

    def _tell(self, runs: Sequence[RunView], going: bool) -> None:
        """Note what runs were told, and say so of those that can't do it yet."""
        for run in runs:
            run.tell(going)
        if waiting := [run.name for run in runs if run.waiting]:
            begin = "training begins" if going else "paused from the beginning,"
            self.say(f"{', '.join(waiting)}: {begin} when the kernels are ready", "warning")

    def action_learning_rate(self, factor: float) -> None:
        """Multiply the current run's peak learning rate."""
        if run := self._sound():
            self.engine.send(ScaleLearningRate(run.run_id, factor))
            if run.waiting:
                self.say(f"{run.name} takes another learning rate when its kernels are ready", "warning")

    def say_rate(self, run: RunView, rate: float) -> None:
        """Say what a learning rate has become, where it is not to be seen or is not in force yet."""
        told = f"learning rate {formats.number(rate)}"
        if run.status == "finished":
            self.say(f"{run.name} is done; past its goal it would train at a {told}")
        elif not self.table_seen:
            self.say(f"{run.name}: {told}")

    def action_reset_run(self) -> None:
        if run := self._current():
            if run.waiting:
                self.say(f"{run.name} has not begun yet: there is nothing to reset", "warning")
                return
            self.ask(
                f"Start {run.name} again from its first weights? Its training so far is lost, save what the saved file holds.",
                "Reset",
                lambda: self.engine.send(ResetRun(run.run_id)),
            )

    def action_remove_run(self) -> None:
        if run := self._current():
            self.ask(f"Take {run.name} out of the lab?", "Remove", lambda: self._remove(run.run_id))

    def _remove(self, run_id: int) -> None:
        self.engine.send(RemoveRun(run_id))
        self.state.let_go(run_id)  # the next X is for the next run
        self.show_others()

    def action_save(self) -> None:
        if self._current() is None:
            return
        ready = [run for run in self.state.runs.values() if run.saveable]
        if not ready:
            self.say("there is nothing to save: no run has begun yet", "warning")
        self.saves_awaited = frozenset(run.run_id for run in ready)
        for run in ready:
            self.engine.send(SaveRuns(run.run_id))

    # -------------------------------------------------------------- dialogs

    def ask(
        self,
        question: str,
        yes: str,
        then: Callable[[], None],
        no: str = "Cancel",
        otherwise: Callable[[], None] | None = None,
        unasked: bool = False,
    ) -> None:
        """Ask in a dialog; `then` is called on yes, `otherwise` on no. unasked: no key of the person opens it."""
        from tui_rnn.tui.screens.confirm import ConfirmScreen

        def answered(answer: bool | None) -> None:
            if answer:
                then()
            elif otherwise is not None:
                otherwise()

        self.app.push_screen(ConfirmScreen(visible(question), yes, no, unasked), answered)

    def action_add_run(self) -> None:
        """Ask for a configuration, starting from the current run's."""
        from tui_rnn.tui.screens.run_form import RunForm

        def add(config: RunConfig | None) -> None:
            if config is not None:
                self.engine.send(AddRun(config))

        if self.state.corpus is None:  # which settings there are depends on their task
            self.say(STILL_OPENING, "warning")
            return
        kind, current = self.state.corpus.task, self.state.current
        self.app.push_screen(RunForm(current.config if current else default_configs(kind)[-1]), add)

    def action_open_text(self) -> None:
        from tui_rnn.tui.screens.file_picker import FilePicker

        def open_source(source: str | None) -> None:
            if source is not None:
                configs = tuple(run.config for run in self.state.runs.values())
                self.app.opening = (OpenData(DataRequest(ExampleFiles(source)), configs),)
                self.engine.send(self.app.opening[0])

        self.app.push_screen(FilePicker("open another text; the runs start anew on it", Path.cwd()), open_source)

    def action_load_run(self) -> None:
        from tui_rnn.tui.screens.file_picker import FilePicker

        def load(path: str | None) -> None:
            if path is not None:
                self.engine.send(LoadRun(path))

        self.app.push_screen(FilePicker("load a saved run", runs_dir(), RUN_SUFFIX), load)

    def action_help(self) -> None:
        from tui_rnn.tui.screens.help import HelpScreen
        from tui_rnn.tui.screens.lab_keys import KEYS
        from tui_rnn.tui.views.registry import VIEWS

        kind = self.state.corpus.task if self.state.corpus else "lm"
        self.app.push_screen(HelpScreen(KEYS, [(view.name, view.help) for view in VIEWS.get(kind, ())]))
