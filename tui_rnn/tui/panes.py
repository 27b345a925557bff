"""The lab's panes: which of them are seen, which has the focus, and what they want from the engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui_rnn.lab.messages import Sampling, Watch
from tui_rnn.tui.run_colours import wear
from tui_rnn.tui.state import LabState, RunView
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.loss_chart import LossPane
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.views.task_keys import ANSWERING

if TYPE_CHECKING:
    from tui_rnn.tui.views.task_pane import TaskPane

Layout = Literal["tiny", "single", "full"]

SMALLEST = (36, 9)  # cells of the terminal; below, only a line that says so
ROOMY = (100, 28)  # below, one pane at a time
PANES = ("loss", "samples", "gates")
SAMPLE_S, TRACE_S, ANSWER_S, NEVER_S = 3.0, 0.4, 1.0, math.inf
EXAMPLES, ITEMS = 40, 24  # validation examples that are answered, items that are drawn at a time
_NOTHING = (None, "", None)


def layout_for(width: int, height: int) -> Layout:
    """'tiny' shows nothing, 'single' one pane at a time, 'full' all of them."""
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return "tiny"
    return "full" if width >= ROOMY[0] and height >= ROOMY[1] else "single"


class Panes(Vertical):
    """Loss, samples and gates; for all but running text a task pane in the samples' place. `lay_out` says how much room
    there is, `show` what there is to see."""

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
        self._state = LabState()
        self._probe: str | None = None
        self._probe_room = 120
        self._sampling = Sampling()
        self._prompt = ""  # what items begin with
        self.kind = "lm"  # the kind of data that is open

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield self.loss
            with Horizontal(id="samples"):
                yield SamplePane(id="sample-1")
        with Horizontal(id="gates"):
            yield GatesPane(id="gates-1")

    # ------------------------------------------------------------- what is seen

    @property
    def seen(self) -> frozenset[str]:
        """The panes that are on the screen."""
        if self.layout_now == "tiny":
            return frozenset()
        return frozenset((self.pane,) if self.layout_now == "single" or self.maximised else PANES)

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
            first, *others = self.query(GatesPane)
            for other in others:  # what was chosen for one run is chosen for both
                other.look_like(first)
        self.set_class(state.comparing, "-comparing")
        self.set_class(any(pane.shows_every_run for pane in self.task_panes), "-joint")
        runs: list[RunView | None] = [state.runs[run_id] for run_id in state.shown]
        wear(self.loss, self._number(state.current))
        if "samples" in self.seen:
            if self.kind == "lm":
                for sample_pane, run in zip(self.query(SamplePane), runs or [None], strict=False):
                    wear(sample_pane, self._number(run))
                    sample_pane.show(*((run.run_id, self._called(run), run.sample) if run else _NOTHING))
            for task_pane, run in zip(self.task_panes, runs or [None], strict=False):
                wear(task_pane, self._number(run))
                task_pane.show(run, tuple(state.runs.values()), self._called(run))
        if "gates" in self.seen:
            for gates_pane, run in zip(self.query(GatesPane), runs or [None], strict=False):
                wear(gates_pane, self._number(run))
                if run is None:
                    gates_pane.show(*_NOTHING)
                else:
                    gates_pane.show(run.run_id, self._called(run), run.trace)

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
        self.set_class(kind != "lm", "-task")
        if kind == "lm":
            return
        from tui_rnn.tui.views.task_pane import TaskPane  # after the first paint: running text needs none

        panes = list(self.query(TaskPane)) or [TaskPane(id="task-1"), TaskPane(id="task-2", classes="second")]
        for pane in panes:
            pane.open_kind(kind)
        if not panes[0].parent:
            self.query_one("#samples").mount(*panes)

    def read(self, text: str | None) -> None:
        """Every network reads this text from now on; None: one from the validation part."""
        self._probe = text
        for gates_pane in self.query(GatesPane):
            gates_pane.probe = text
        for task_pane in self.task_panes:
            task_pane.take(text or "")

    @property
    def task_panes(self) -> list[TaskPane]:
        """Those of the task at hand; none for running text."""
        if self.kind == "lm":
            return []
        from tui_rnn.tui.views.task_pane import TaskPane

        return list(self.query(TaskPane))

    def draw_chart(self) -> None:
        """Draw the loss chart again, if it is seen and something changed."""
        if "loss" in self.seen:
            self.loss.show(self._state)
            self.loss.redraw()

    async def load(self) -> None:
        """After the first paint, what can wait: the plot, and the panes for comparing."""
        await self.loss.load()
        second = SamplePane(id="sample-2", classes="second")
        second.set_sampling(self._sampling)
        for place, pane in (("#samples", second), ("#gates", GatesPane(id="gates-2", classes="second"))):
            if not self.is_attached:  # what was to be opened was refused meanwhile, and the playground has ended
                return
            await self.query_one(place).mount(pane)
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

    def press_gates(self, action: str) -> None:
        """Do this in every gates pane that is seen."""
        self.bring("gates")
        panes = list(self.query(GatesPane))[: max(len(self._state.shown), 1)]
        if action == "next_reading":
            self.call_after_refresh(self._next_reading, panes)
            return
        for pane in panes:
            self.call_after_refresh(pane.run_action, action)

    @staticmethod
    async def _next_reading(panes: list[GatesPane]) -> None:
        """The next direction of the first pane's network, in every pane, whatever a new one showed before."""
        await panes[0].run_action("next_reading")
        for pane in panes[1:]:
            pane.show_reading(panes[0].focus_on.reading_asked)

    def press_samples(self, action: str) -> None:
        """Do this in the first sample or task pane; what it changes, the other one follows."""
        self.bring("samples")
        pane: Widget = self.task_panes[0] if self.task_panes else self.query(SamplePane).first()
        self.call_after_refresh(pane.run_action, action)

    def press_task(self, action: str) -> None:
        """Do this in the first task pane; the other one follows."""
        self.bring("samples")
        self.call_after_refresh(self.task_panes[0].run_action, action)

    # --------------------------------------------------- what the panes want

    def wanted(self) -> Watch:
        """Samples, traces and answers of what is seen, and of nothing else."""
        seen = self.seen
        samples = "samples" in seen
        typed = self._probe is not None and samples and bool(self.task_panes)  # its answer comes with its trace
        return Watch(
            run_ids=self._state.shown if seen & {"samples", "gates"} else (),
            sampling=self._sampling,
            sample_interval_s=SAMPLE_S if samples else NEVER_S,
            probe=self._probe,
            probe_length=self._probe_room,
            trace_interval_s=TRACE_S if "gates" in seen or typed else NEVER_S,
            probe_example=self.task_panes[0].example_number if self.task_panes else 0,
            examples=EXAMPLES if samples and self.kind in ANSWERING else 0,
            answer_interval_s=ANSWER_S,
            items=ITEMS if samples and self.kind == "items" else 0,
            prompt=self._prompt,
        )

    def on_gates_pane_probe_changed(self, event: GatesPane.ProbeChanged) -> None:
        if self.kind in ANSWERING:  # what the gates read, the network answers
            self.post_message(self.Asked(event.text or "", self.task_panes[0].beam))
            return
        self._probe = event.text
        self.post_message(self.Changed())

    def on_gates_pane_room_changed(self, event: GatesPane.RoomChanged) -> None:
        self._probe_room = max(event.characters, 1)
        self.post_message(self.Changed())

    def on_gates_pane_pointed(self, event: GatesPane.Pointed) -> None:
        if self._state.comparing:
            for other in self.query(GatesPane):
                if other is not event.pane:
                    other.point_at(event.position)

    def on_sample_pane_sampling_changed(self, event: SamplePane.SamplingChanged) -> None:
        self._sample_like(event.sampling)

    def on_task_pane_text_entered(self, event: TaskPane.TextEntered) -> None:
        if self.kind in ANSWERING:
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
        self._sampling = sampling
        for pane in self.query(SamplePane):
            pane.set_sampling(sampling)
        self.post_message(self.Changed())
