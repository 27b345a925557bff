"""The lab screen: the panes, which of them are seen, and the beat that brings the engine's news to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Resize
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_rnn.lab.messages import CorpusOpened, Event, Fault, Generate, Notice, Sampling, Saved, Snapshot, Watch
from tui_rnn.tui import keys
from tui_rnn.tui.screens.lab_actions import LabActions
from tui_rnn.tui.state import LabState
from tui_rnn.tui.widgets import gates, sample
from tui_rnn.tui.widgets.gates import GatesPane
from tui_rnn.tui.widgets.header import HeaderBar, WorkingBar
from tui_rnn.tui.widgets.key_bar import KeyBar
from tui_rnn.tui.widgets.loss_chart import LossPane
from tui_rnn.tui.widgets.run_bar import RunBar
from tui_rnn.tui.widgets.sample import SamplePane

BEAT_S = 0.1  # numbers
CHART_BEAT_S = 0.5
SMALLEST = (36, 9)  # below, only a line that says so
ROOMY = (100, 28)  # below, one pane at a time
SAMPLE_S, TRACE_S, NEVER_S = 3.0, 0.4, 1e9
PANES = ("loss", "samples", "gates")


def layout_for(width: int, height: int) -> str:
    """'tiny', 'single' (one pane at a time) or 'full'."""
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return "tiny"
    return "full" if width >= ROOMY[0] and height >= ROOMY[1] else "single"


def _forwarded(commands: Iterable[keys.KeyCommand], to: str) -> tuple[keys.KeyCommand, ...]:
    """The keys of a pane, so that they work wherever the focus is."""
    return tuple(replace(command, action=f"{to}('{command.action}')") for command in commands)


KEYS = {**keys.FRAME_KEYS, "Gates": _forwarded(gates.KEYS, "gates"), "Sample": _forwarded(sample.KEYS, "samples")}
_BY_ACTION = {command.action: command for group in KEYS.values() for command in group}
_FOOTER = [
    _BY_ACTION[action]
    for action in (
        "pause_all",
        "compare",
        "gates('next_signal(1)')",
        "samples('prompt')",
        "next_pane(1)",
        "maximise",
        "add_run",
        "save",
        "chart('unit')",
        "help",
        "app.quit",
    )
]


class LabScreen(LabActions):
    """Holds the lab's state and folds the engine's events into it, ten times a second."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(command.binding for group in KEYS.values() for command in group),
        *keys.number_bindings(),
    ]

    def __init__(self) -> None:
        super().__init__(id="lab")
        self.state = LabState()
        self.pane = ""  # the one with the focus; alone on a small screen
        self.maximised = False
        self.probe: str | None = None
        self.probe_room = 120
        self.sampling = Sampling()
        self._snapshot: Snapshot | None = None
        self._watch: Watch | None = None
        self._requests = 0
        self._beats: list[Any] = []

    def compose(self) -> ComposeResult:
        yield HeaderBar()
        yield WorkingBar()
        yield Static("", id="too-small", markup=False)
        with Vertical(id="panes"):
            with Horizontal(id="top"):
                yield LossPane()
                with Horizontal(id="samples"):
                    yield SamplePane(id="sample-1")
            with Horizontal(id="gates"):
                yield GatesPane(id="gates-1")
        yield RunBar()
        yield KeyBar(_FOOTER, last=2)

    def on_mount(self) -> None:
        self._arrange()
        self._beats = [self.set_interval(BEAT_S, self.beat), self.set_interval(CHART_BEAT_S, self.draw_chart)]
        self.call_after_refresh(self.query_one(LossPane).load)
        self.beat()

    def stop(self, note: str) -> None:
        """The lab is being left: no more news is asked for; `note` says why nothing moves."""
        for beat in self._beats:
            beat.stop()
        self.query_one(HeaderBar).show(self.state, note)

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
        self._show_numbers()
        if events:
            self._show_panes()
            self._send_watch()
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
            case Saved() if self.save_asked and (run := self.state.runs.get(event.run_id)):
                self.say(f"saved {run.name} at step {event.step}: {event.path}")
            case CorpusOpened():
                for notice in event.notices:
                    self.say(notice)
                if event.what_to_look_for:
                    self.say(event.what_to_look_for)
            case _:
                pass

    def _engine_died(self) -> None:
        """Say what remains, and offer another engine."""
        for beat in self._beats:
            beat.pause()
        saved = [run.saved.path for run in self.state.runs.values() if run.saved]
        fault = self.state.fault
        reason = fault.text if fault else "the engine ended without a word"
        last = (fault.last_checkpoint if fault else None) or (saved[-1] if saved else None)
        remains = f"Saved last: {last}" if last else "Nothing was saved yet."
        self.ask(f"Training stopped: {reason}. {remains}", "Restart", self.app.restart_engine, "Quit", self.app.leave)

    def begin(self) -> None:
        """Another engine is there: listen to it."""
        self.state.fault, self._snapshot, self._watch = None, None, None
        for beat in self._beats:
            beat.resume()

    # -------------------------------------------------------------- showing

    @property
    def seen(self) -> frozenset[str]:
        """The panes that are on the screen."""
        layout = layout_for(*self.size)
        if layout == "tiny":
            return frozenset()
        return frozenset((self.pane,) if layout == "single" or self.maximised else PANES)

    def _show_numbers(self) -> None:
        self.query_one(HeaderBar).show(self.state, "" if self.state.corpus else "opening …")
        self.query_one(WorkingBar).show(self.state.working)
        chart = self.query_one(LossPane)
        self.query_one(KeyBar).show({"pause_all": "Train on" if self.state.all_paused else "Pause"})
        self.query_one(RunBar).show(self.state, chart.axes.unit, compact=layout_for(*self.size) != "full")

    def _show_panes(self) -> None:
        shown = [(run.run_id, run.name, run.sample, run.trace) for run in map(self.state.runs.get, self.state.shown) if run]
        places = shown or [(None, "", None, None)]
        if "samples" in self.seen:
            for sample_pane, (run_id, name, drawn, _) in zip(self.query(SamplePane), places, strict=False):
                sample_pane.show(run_id, name, drawn)
        if "gates" in self.seen:
            for gates_pane, (run_id, name, _, trace) in zip(self.query(GatesPane), places, strict=False):
                gates_pane.show(run_id, name, trace)

    def draw_chart(self) -> None:
        if "loss" in self.seen:
            chart = self.query_one(LossPane)
            chart.show(self.state)
            chart.redraw()

    def _send_watch(self) -> None:
        """Ask the engine for samples and traces of what is seen, and of nothing else."""
        watch = Watch(
            run_ids=self.state.shown if self.seen & {"samples", "gates"} else (),
            sampling=self.sampling,
            sample_interval_s=SAMPLE_S if "samples" in self.seen else NEVER_S,
            probe=self.probe,
            probe_length=self.probe_room,
            trace_interval_s=TRACE_S if "gates" in self.seen else NEVER_S,
        )
        if watch != self._watch:
            self._watch = watch
            self.engine.send(watch)

    def _arrange(self) -> None:
        """Lay the panes out for the terminal's size and for what is to be seen."""
        layout = layout_for(*self.size)
        if not self.pane:
            self.pane = "gates" if layout == "full" else "loss"
            self.call_after_refresh(self._focus_pane)
        self.set_class(layout == "tiny", "-tiny")
        self.set_class(self.state.comparing, "-comparing")
        for pane in PANES:
            self.set_class(self.seen == {pane}, f"-only-{pane}")
        if layout == "tiny":
            width, height = SMALLEST
            text = f"too small: {self.size.width}×{self.size.height}, needs {width}×{height}"
            self.query_one("#too-small", Static).update(text)
        self._show_panes()
        self._send_watch()
        self._show_numbers()
        self.call_after_refresh(self.draw_chart)

    def on_resize(self, event: Resize) -> None:
        self._arrange()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        for widget in event.widget.ancestors_with_self:
            if widget.id in PANES and widget.id != self.pane:
                self.pane = widget.id
                self._arrange()

    # ----------------------------------------------------- what the keys show

    def action_show_run(self, number: int) -> None:
        if self.state.show_number(number):
            self._arrange()

    async def action_compare(self) -> None:
        if self.state.toggle_compare():
            if len(self.query(GatesPane)) == 1:  # made when they are first needed: the start is quicker
                second_sample, second_gates = (
                    SamplePane(id="sample-2", classes="second"),
                    GatesPane(id="gates-2", classes="second"),
                )
                second_sample.set_sampling(self.sampling)
                await self.query_one("#samples").mount(second_sample)
                await self.query_one("#gates").mount(second_gates)
            self._arrange()
        else:
            self.say("there is only one run: a adds another", "warning")

    def action_next_pane(self, by: int) -> None:
        self.pane = PANES[(PANES.index(self.pane) + by) % len(PANES)]
        self._arrange()
        self.call_after_refresh(self._focus_pane)

    def _focus_pane(self) -> None:
        for widget in self.query_one(f"#{self.pane}").walk_children(Widget):
            if widget.focusable and not isinstance(widget, Input):
                widget.focus()
                return

    def action_maximise(self) -> None:
        self.maximised = not self.maximised
        self._arrange()

    def action_chart(self, what: str) -> None:
        if what != "unit":  # the unit changes every loss on the screen, the rest only the chart
            self._bring("loss")
        self.query_one(LossPane).change(what)
        self._show_numbers()

    def action_samples(self, action: str) -> None:
        """A key of the sample panes, pressed anywhere. Two that are compared have their settings in common."""
        self._bring("samples")
        self.call_after_refresh(self.query_one("#sample-1", SamplePane).run_action, action)

    def action_gates(self, action: str) -> None:
        """A key of the gates panes, pressed anywhere: it goes to both when two are compared."""
        self._bring("gates")
        for pane in self.query(GatesPane)[: max(len(self.state.shown), 1)]:
            self.call_after_refresh(pane.run_action, action)

    def _bring(self, pane: str) -> None:
        """Switch to a pane that a key is for, when it is not on the screen."""
        if pane not in self.seen:
            self.pane = pane
            self._arrange()
            self.call_after_refresh(self._focus_pane)

    def on_run_bar_chosen(self, event: RunBar.Chosen) -> None:
        self.action_show_run(event.number)

    # --------------------------------------------------- what the panes want

    def on_gates_pane_probe_changed(self, event: GatesPane.ProbeChanged) -> None:
        self.probe = event.text
        self._send_watch()

    def on_gates_pane_room_changed(self, event: GatesPane.RoomChanged) -> None:
        self.probe_room = max(event.characters, 1)
        self._send_watch()

    def on_gates_pane_pointed(self, event: GatesPane.Pointed) -> None:
        if self.state.comparing:
            for other in self.query(GatesPane):
                if other is not event.pane:
                    other.point_at(event.position)

    def on_sample_pane_sampling_changed(self, event: SamplePane.SamplingChanged) -> None:
        self.sampling = event.sampling
        for pane in self.query(SamplePane):
            pane.set_sampling(event.sampling)
        self._send_watch()

    def on_sample_pane_prompt_entered(self, event: SamplePane.PromptEntered) -> None:
        """Every run that is shown goes on from the prompt."""
        for run_id in self.state.shown:
            self._requests += 1
            self.engine.send(Generate(run_id, self._requests, event.text, self.sampling))
