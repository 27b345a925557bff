"""The lab screen: the beat that brings the engine's news to the panes, and the keys that change what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Static

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.lab.messages import DataOpened, Event, Fault, Notice, RateChanged, Saved, Snapshot, Watch
from tui_rnn.preferences import with_recent
from tui_rnn.tui.bars.header import HeaderBar, WorkingBar
from tui_rnn.tui.bars.key_bar import KeyBar
from tui_rnn.tui.bars.run_bar import RunBar
from tui_rnn.tui.panes import SMALLEST, Panes, layout_for
from tui_rnn.tui.screens.lab_actions import STILL_OPENING
from tui_rnn.tui.screens.lab_keys import COMMANDS, SHOWN_KEYS
from tui_rnn.tui.screens.lab_questions import LabQuestions
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.gates_keys import why_useless
from tui_rnn.tui.views.task_keys import ANSWERING, has_use
from tui_rnn.tui.widgets.loss_series import Axes

BEAT_S = 0.1  # numbers
CHART_BEAT_S = 0.5
HINT_S = 8.0  # how long it is said what can be seen in a text


class LabScreen(LabQuestions):
    """Holds the lab's state and folds the engine's events into it, ten times a second."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(command.binding for command in COMMANDS),
        *(Binding(str(number), f"show_run({number})", show=False) for number in range(1, 10)),
    ]

    def __init__(self) -> None:
        super().__init__(id="lab")
        self.state = LabState()
        self.panes = Panes()
        self._header, self._working = HeaderBar(), WorkingBar()
        self._runs, self._keys = RunBar(), KeyBar(SHOWN_KEYS, last=3)
        self._too_small = Static("", id="too-small", markup=False)
        self._no_run = Static("", id="no-run", markup=False)
        self._snapshot: Snapshot | None = None
        self._watch: Watch | None = None
        self._beats: list[Timer] = []

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._working
        yield self._too_small
        yield self._no_run
        yield self.panes
        yield self._runs
        yield self._keys

    def on_mount(self) -> None:
        self.panes.loss.axes = Axes(self.app.preferences.loss_unit)
        if self.app.preferences_problem:
            self.say(self.app.preferences_problem, "warning")
        self._lay_out()
        self._beats = [self.set_interval(BEAT_S, self.beat), self.set_interval(CHART_BEAT_S, self.panes.draw_chart)]
        self.call_after_refresh(self.panes.load)
        self.beat()

    def stop(self, note: str) -> None:
        """The lab is being left: no more news is asked for; `note` says why nothing moves."""
        for beat in self._beats:
            beat.stop()
        self._header.show(self.state, note)

    # ------------------------------------------------------------- the beat

    def beat(self) -> None:
        """Fold in what the engine has to say, and show it where it is seen."""
        events = self.engine.events()
        for event in events:
            self._receive(event)
        snapshot = self.engine.latest()
        if snapshot is not None and snapshot is not self._snapshot:
            self._snapshot = snapshot
            self.state.update(snapshot)
            self.panes.show(self.state)
        self._show_numbers()
        if events:
            self.ask_shown()
            self.panes.show(self.state)
            self.send_watch()
        if not self.engine.alive:
            self._engine_died()

    def _receive(self, event: Event) -> None:
        self.state.apply(event)
        match event:
            case Notice():
                if event.severity == "error" and self.state.corpus is None and not self.state.runs:
                    self.app.refuse(event.text)
                else:
                    self.say(event.text, event.severity)
            case Fault() if event.run_id is not None:
                self.say(event.text, "error")
                self.await_no_answer(event.run_id)
            case RateChanged() if run := self.state.runs.get(event.run_id):
                self.say_rate(run, event.learning_rate)
            case Saved() if event.run_id in self.saves_awaited:
                self.saves_awaited -= {event.run_id}
                if not self.saves_awaited:
                    self.say(f"saved in {Path(event.path).parent}")
            case DataOpened():
                self.keep_typing()
                self.panes.open_data(event.task)
                self.await_no_answer()
                self._remember_source(event)
                for notice in event.notices:
                    self.say(notice)
                if event.what_to_look_for:
                    self.say(event.what_to_look_for, timeout=HINT_S)
            case _:
                pass

    def _remember_source(self, event: DataOpened) -> None:
        """A file or folder that could be opened is offered again the next time."""
        from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

        source = event.request.files.source if event.request else ""
        if source and source not in (*BUILTINS, *TASK_BUILTINS):
            known = self.app.preferences.recent
            self.app.remember(recent=with_recent(known, str(Path(source).absolute())))

    def _engine_died(self) -> None:
        """Say what remains, and offer another engine."""
        for beat in self._beats:
            beat.pause()
        saved = [run.saved.path for run in self.state.runs.values() if run.saved]
        fault = self.state.fault
        reason = fault.text if fault else "the engine ended without a word"
        last = (fault.last_checkpoint if fault else None) or (saved[-1] if saved else None)
        remains = f"Saved last: {last}" if last else "Nothing was saved yet."
        question = f"Training stopped: {reason}. {remains}"
        self.ask(question, "Restart", self.app.restart_engine, "Quit", self.app.leave, unasked=True)

    def begin(self) -> None:
        """Another engine is there: listen to it."""
        self.state.fault, self._snapshot, self._watch = None, None, None
        for beat in self._beats:
            beat.resume()

    # -------------------------------------------------------------- showing

    @property
    def table_seen(self) -> bool:
        return self.panes.layout_now == "full"

    def _show_numbers(self) -> None:
        begins = "opening … begins paused" if self.state.begins_paused else "opening …"
        self._header.show(self.state, "" if self.state.corpus else begins)
        self._working.show(self.state.working)
        self._no_run.display = self.state.corpus is not None and not self.state.runs
        self._no_run.update(visible(self.state.no_run))
        self._keys.show({**self._training_titles, **self._task_titles})
        self._runs.show(self.state, self.panes.loss.axes.unit, compact=not self.table_seen)

    @property
    def _training_titles(self) -> dict[str, str]:
        """What the keys of training do now; that of one run is told where the other one would not set it going."""
        run, startable = self.state.current, self.state.startable
        alone = run is not None and not run.goes and run.status != "failed" and run not in startable
        stands = startable or self.state.begins_paused
        return {"pause_all": "Train on" if stands else "Pause", "pause_one": "Train this on" if alone else ""}

    @property
    def _task_titles(self) -> dict[str, str]:
        """What the task's keys lead to now; '' for those without a use."""
        panes, corpus = self.panes.task_panes, self.state.corpus
        metric = corpus.main_metric if corpus else None
        charted = self.panes.loss.measure is not None
        run = self.state.current
        readings = len(run.trace.readings) if run and run.trace else 1
        return {
            "task('next_view(1)')": panes[0].next_view_name if panes else "",
            "samples('prompt')": "Type" if self.panes.kind in ANSWERING else "Prompt",
            "chart('metric')": ("Loss" if charted else formats.METRIC_WORDS[metric]) if metric else "",
            "gates('next_reading')": "Direction" if readings > 1 else "",
        }

    def _lay_out(self) -> None:
        """Lay everything out for the terminal's size."""
        width, height = self.size
        layout = layout_for(width, height)
        self.set_class(layout == "tiny", "-tiny")
        if layout == "tiny":
            self._too_small.update(f"too small: {width}×{height}, needs {SMALLEST[0]}×{SMALLEST[1]}")
        self.panes.lay_out(layout)
        self._show_numbers()

    def on_resize(self, event: Resize) -> None:
        self._lay_out()

    def send_watch(self) -> None:
        watch = self.panes.wanted()
        if watch != self._watch:
            self._watch = watch
            self.engine.send(watch)

    def on_panes_changed(self, event: Panes.Changed) -> None:
        self.send_watch()

    # ----------------------------------------------------- what the keys show

    def show_others(self) -> None:
        """Other runs are to be seen."""
        self.ask_shown()
        self.panes.show(self.state)
        self._show_numbers()
        self.send_watch()

    def action_show_run(self, number: int) -> None:
        if self.state.show_number(number):
            self.show_others()
        else:
            self.say(f"there is no run {number}", "warning")

    def on_run_bar_chosen(self, event: RunBar.Chosen) -> None:
        self.action_show_run(event.number)

    def action_compare(self) -> None:
        if self.state.toggle_compare():
            self.show_others()
        else:
            self.say("there is only one run: a adds another", "warning")

    def action_next_pane(self, by: int) -> None:
        self.panes.move(by)

    def action_maximise(self) -> None:
        self.panes.maximise()

    def action_chart(self, what: str) -> None:
        if self.state.corpus is None:
            self.say(STILL_OPENING, "warning")
            return
        if what == "metric" and not self.state.corpus.main_metric:
            self.say("a language model has no other measure than its loss: b changes the unit")
            return
        if what != "unit":  # the unit changes every loss on the screen, the rest only the chart
            self.panes.bring("loss")
        self.panes.loss.change(what)
        if what == "unit":
            self.app.remember(loss_unit=self.panes.loss.axes.unit)
        self._show_numbers()

    def action_gates(self, action: str) -> None:
        self.panes.bring("gates")
        seen = list(self.panes.query(GatesPane))[: max(len(self.state.shown), 1)]
        reasons = [why_useless(action, pane.focus_on) for pane in seen]
        if all(reasons):
            self.say(reasons[0], "warning")
        else:
            self.panes.press_gates(action)

    def action_samples(self, action: str) -> None:
        if not self._has_use_for(action):
            return
        if action == "hold" and not (self.state.current and self.state.current.sample):
            self.say("there is no sample to hold yet: the first comes after a few training steps", "warning")
            return
        if reason := sampling.why_useless(action, self.panes.wanted().sampling):
            self.say(reason, "warning")
            return
        self.panes.press_samples(action)

    def action_task(self, action: str) -> None:
        if not self._has_use_for(action):
            return
        if action.startswith("next_example") and not self.panes.task_panes[0].examples:
            self.say("there are no examples to go through yet: the first are answered after a few training steps", "warning")
            return
        self.panes.press_task(action)

    def _has_use_for(self, action: str) -> bool:
        """Whether this means something for the data's task; if not, say so."""
        if self.state.corpus is None:
            self.say(STILL_OPENING, "warning")
            return False
        useful = has_use(action, self.panes.kind)
        if not useful:
            self.say("this key is for other tasks than this one: ? tells which", "warning")
        return useful
