"""The lab's panes: which of them are seen, which has the focus, and what they want from the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.trace import Trace
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import Watch, Watched
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.run_colours import wear
from tui_rnn.tui.state import LabState, RunView
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.loss_chart import LossPane
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.views.view import View, Wants
from tui_rnn.tui.widgets.entry import Entry

if TYPE_CHECKING:
    from tui_rnn.tui.views.task_pane import TaskPane

Layout = Literal["tiny", "single", "full"]

SMALLEST = (36, 9)  # cells of the terminal; below, only a line that says so
ROOMY = (100, 28)  # below, one pane at a time
PANES = ("loss", "samples", "gates")
SAMPLE_S, TRACE_S, ANSWER_S = 3.0, 0.4, 1.0


def layout_for(width: int, height: int) -> Layout:
    """'tiny' shows nothing, 'single' one pane at a time, 'full' all of them."""
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return "tiny"
    return "full" if width >= ROOMY[0] and height >= ROOMY[1] else "single"


class Panes(Vertical):
    """Loss, what a run does with its task, and gates. `lay_out` says how much room there is, `show` what there is to see."""

    class Changed(Message):
        """Other panes are seen, or they want other things: see `wanted`."""

    class Asked(Message):
        """The shown runs shall answer this text, the likeliest `beam` outputs followed; empty: none any more."""

        def __init__(self, text: str, beam: int) -> None:
            super().__init__()
            self.text, self.beam = text, beam

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.pane = ""  # the one with the focus; alone on a small screen
        self.maximised = False
        self.layout_now: Layout = "full"
        self.loss = LossPane()
        self._samples, self._tasks = [SamplePane(id="sample-1")], list["TaskPane"]()
        self._gates = [GatesPane(id="gates-1")]
        self._state = LabState()
        self._probe: str | None = None
        self._probe_room = 120
        self._prompt = ""  # what items begin with
        self.kind = "lm"  # the kind of data that is open

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield self.loss
            with Horizontal(id="samples"):
                yield from self._samples
        with Horizontal(id="gates"):
            yield from self._gates

    # ------------------------------------------------------------- what is seen

    @property
    def seen(self) -> frozenset[str]:
        """The panes that are on the screen."""
        if self.layout_now == "tiny":
            return frozenset()
        return frozenset((self.pane,) if self.layout_now == "single" or self.maximised else PANES)

    @property
    def beside(self) -> Sequence[SamplePane] | Sequence[TaskPane]:
        """The panes beside the loss: of the first run that is shown, and of the second."""
        return self._tasks if self._has_task_panes else self._samples

    @property
    def shown_gates(self) -> list[GatesPane]:
        """The gates of the runs that are shown."""
        return self._gates[: max(len(self._state.shown), 1)]

    @property
    def _has_task_panes(self) -> bool:
        return not KINDS[self.kind].is_stream

    @property
    def task_panes(self) -> list[TaskPane]:
        """Those of the task at hand; none for running text."""
        return self._tasks if self._has_task_panes else []

    @property
    def beside_views(self) -> Sequence[View]:
        """The views that the panes beside the loss go through."""
        return self._tasks[0].views if self.task_panes else ()

    @property
    def line_to_type_in(self) -> Entry | None:
        """Where a text for the networks is typed, as soon as it can be."""
        line = self.beside[0].line if self.beside else None
        return line if line is not None and line.is_mounted else None

    def lay_out(self, layout: Layout) -> None:
        """Lay the panes out for this much room, and fill those that are seen."""
        self.layout_now = layout
        if not self.pane and layout != "tiny":
            self.pane = "gates" if layout == "full" else "loss"
            self.call_after_refresh(self._focus_pane)
        for pane in PANES:
            self.set_class(self.seen == {pane}, f"-only-{pane}")
        self.show(self._state)
        self.call_after_refresh(self.draw_chart)
        self.post_message(self.Changed())

    def show(self, state: LabState) -> None:
        """Bring the newest samples and traces to the panes that are seen."""
        self._state = state
        if state.comparing and not self.has_class("-comparing"):
            first, *others = self._gates
            for other in others:  # what was chosen for one run is chosen for both
                other.follow(first)
        self.set_class(state.comparing, "-comparing")
        self.set_class(any(pane.shows_every_run for pane in self.task_panes), "-joint")
        runs: list[RunView | None] = [state.runs[run_id] for run_id in state.shown]
        wear(self.loss, self._number(state.current))
        shown: dict[str, Sequence[Any]] = {"samples": self.beside, "gates": self._gates}
        for slot, panes in shown.items():
            if slot in self.seen:
                for pane, run in zip(panes, runs or [None], strict=False):
                    wear(pane, self._number(run))
                    pane.see(state, run, self._called(run))

    def _number(self, run: RunView | None) -> int | None:
        """The run's number key."""
        return self._state.number_of(run.run_id) if run else None

    def _called(self, run: RunView | None) -> str:
        """A run's name in the titles; beside another run with the number of its key, as in the chart."""
        if run is None:
            return ""
        return f"{self._state.number_of(run.run_id)} {run.name}" if self._state.comparing else run.name

    def open_data(self, kind: str) -> None:
        """Other data are open: what was typed for the last ones is not read any more."""
        self.read(None)
        self._prompt = ""
        self.kind = kind
        self.set_class(self._has_task_panes, "-task")
        if not self._has_task_panes:
            return
        if not self._tasks:
            from tui_rnn.tui.views.task_pane import TaskPane  # after the first paint: running text needs none

            self._tasks = [TaskPane(id="task-1"), TaskPane(id="task-2", classes="second")]
            self.query_one("#samples").mount(*self._tasks)
        for pane in self._tasks:
            pane.open_kind(kind)

    def read(self, text: str | None) -> None:
        """Every network reads this text from now on; None: one from the validation part."""
        self._probe = text
        for gates_pane in self._gates:
            gates_pane.probe = text
        for task_pane in self.task_panes:
            task_pane.take(text or "")

    def await_no_answer(self, run_id: int | None = None) -> None:
        """No run that was asked for a sample answers any more, or not this one."""
        for pane in self._samples:
            pane.await_no_answer(run_id)

    def draw_chart(self) -> None:
        """Draw the loss chart again, if it is seen and something changed."""
        if "loss" in self.seen:
            self.loss.show(self._state)
            self.loss.redraw()

    async def load(self) -> None:
        """After the first paint, what can wait: the plot, and the panes for comparing."""
        await self.loss.load()
        second, gates = SamplePane(id="sample-2", classes="second"), GatesPane(id="gates-2", classes="second")
        second.follow(self._samples[0])
        for place, pane, panes in (("#samples", second, self._samples), ("#gates", gates, self._gates)):
            if not self.is_attached:  # what was to be opened was refused meanwhile, and the playground has ended
                return
            await self.query_one(place).mount(pane)
            panes.append(pane)  # type: ignore[arg-type]
        self.show(self._state)

    # --------------------------------------------------------------- the focus

    def move(self, by: int) -> None:
        """Go to the next pane, or the one before."""
        self._go_to(PANES[(PANES.index(self.pane) + by) % len(PANES)])

    def maximise(self) -> None:
        """Give the pane with the focus the whole screen, or all their places again."""
        self.maximised = not self.maximised
        self.lay_out(self.layout_now)

    def bring(self, pane: str) -> None:
        """Go to a pane, if it is not seen."""
        if pane not in self.seen:
            self._go_to(pane)

    def _go_to(self, pane: str) -> None:
        self.pane = pane
        self.lay_out(self.layout_now)
        self.call_after_refresh(self._focus_pane)

    def _focus_pane(self) -> None:
        for widget in self.query_one(f"#{self.pane}").walk_children(Widget):
            if widget.focusable and widget.size and not isinstance(widget, Input):
                widget.focus()
                return

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        for widget in event.widget.ancestors_with_self:
            if widget.id in PANES and widget.id != self.pane:
                self.pane = widget.id
                self.lay_out(self.layout_now)

    # ------------------------------------------------------- keys from anywhere

    def press_gates(self, command: KeyCommand[GatesPane]) -> None:
        """Do this in the first gates pane that has a use for it; what it chooses, the other one follows."""
        self.bring("gates")
        self.call_after_refresh(self._in_gates, command)

    def _in_gates(self, command: KeyCommand[GatesPane]) -> None:
        leader = next((pane for pane in self.shown_gates if not command.why_not(pane)), self._gates[0])
        command.act(leader)
        for other in self.shown_gates:
            if other is not leader:
                other.follow(leader)

    def press_beside(self, act: Callable[[Any], object]) -> None:
        """Do this in the first pane beside the loss; what it changes, the other one follows."""
        self.bring("samples")
        self.call_after_refresh(act, self.beside[0])

    # --------------------------------------------------- what the panes want

    def wanted(self) -> Watch:
        """Samples, traces, answers and scores of what is seen, and of nothing else."""
        slots: dict[str, Widget] = {"samples": self.beside[0], "gates": self._gates[0]}
        wants = Wants.all_of(pane.wants for slot, pane in slots.items() if slot in self.seen)  # type: ignore[attr-defined]
        shown, sampling = self._state.shown, self.beside[0].sampling
        example = self.task_panes[0].example_number if self.task_panes else 0
        wanted: list[Watched] = []
        if wants.trace and self._probe != "":
            wanted.append(Watched(Trace(self._probe, length=self._probe_room, example=example), shown, TRACE_S))
        if wants.examples:
            wanted.append(Watched(Predict(examples=wants.examples, chosen=example), shown, ANSWER_S))
            wanted.append(Watched(Scores(latest=True), tuple(self._state.runs), 0.0))  # some views show every run
        elif wants.items:
            wanted.append(Watched(Items(self._prompt, wants.items, sampling), shown, SAMPLE_S))
        elif wants.samples:
            wanted.append(Watched(Sample(sampling=sampling), shown, SAMPLE_S))
        wanted += [Watched(question, shown, ANSWER_S) for question in wants.questions]
        return Watch(tuple(wanted))

    def on_gates_pane_probe_changed(self, event: GatesPane.ProbeChanged) -> None:
        if KINDS[self.kind].answers:  # what the gates read, the network answers
            self.post_message(self.Asked(event.text or "", self.task_panes[0].beam))
            return
        self._probe = event.text
        self.post_message(self.Changed())

    def on_gates_pane_room_changed(self, event: GatesPane.RoomChanged) -> None:
        self._probe_room = max(event.characters, 1)
        self.post_message(self.Changed())

    def on_gates_pane_pointed(self, event: GatesPane.Pointed) -> None:
        if self._state.comparing:
            for other in self._gates:
                if other is not event.pane:
                    other.point_at(event.position)

    def on_sample_pane_sampling_changed(self, event: SamplePane.SamplingChanged) -> None:
        self._sample_like(event.sampling)

    def on_task_pane_text_entered(self, event: TaskPane.TextEntered) -> None:
        if KINDS[self.kind].answers:
            self.post_message(self.Asked(event.text, event.pane.beam))
        else:
            self._prompt = event.text
            for pane in self.task_panes:
                pane.take(event.text)
            self.post_message(self.Changed())

    def on_task_pane_view_changed(self, event: TaskPane.ViewChanged) -> None:
        for pane in self.task_panes:
            pane.follow(event.pane)
        self.set_class(event.pane.shows_every_run, "-joint")
        self._sample_like(event.pane.sampling)

    def _sample_like(self, sampling: Sampling) -> None:
        for pane in self._samples:
            pane.set_sampling(sampling)
        self.post_message(self.Changed())
