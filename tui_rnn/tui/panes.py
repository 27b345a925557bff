"""The lab's panes: which of them are in view, which has the focus, and what they need from the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui_rnn.insight.drawing import Sampling
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import Watch
from tui_rnn.tui.asks import Asks
from tui_rnn.tui.late_views import LateViews
from tui_rnn.tui.layout import WIDE, Layout
from tui_rnn.tui.probe import Probe
from tui_rnn.tui.run_colours import wear
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.selection import Selection
from tui_rnn.tui.state import LabState
from tui_rnn.tui.view_actions import ViewActions
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.views.view import Selected
from tui_rnn.tui.views_in_place import ViewsInPlace
from tui_rnn.tui.workspaces.train import TRAIN
from tui_rnn.tui.workspaces.workspace import BESIDE, Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.key_order import KeysInOrder
    from tui_rnn.tui.views.task_pane import TaskPane

_ROWS = {
    "top": ("loss", "samples"),
    "gates": ("gates",),
    "lesson": ("lesson",),
    "inside": ("map", "page"),
    "desk": ("desk",),
    "table": ("table",),
    "against": ("curves", "difference"),
}
"""The slots that stand beside each other; one that stands alone is a row itself."""


class Panes(Vertical):
    """The slots of all workspaces, with their views. `lay_out` says how much room there is, `show` what is new."""

    class Changed(Message):
        """Other panes are in view, or they need other things: see `wanted`."""

    class SelectionChanged(Message):
        """The selection has changed."""

    @dataclass(eq=False)
    class Asked(Message):
        """A person wants the shown runs to answer this text, by a beam of this width; empty: no text."""

        text: str
        beam: int

    app: KeysInOrder[Any]
    acts: ViewActions
    late: LateViews
    views: ViewsInPlace

    def __init__(self, asks: Asks) -> None:
        super().__init__(id="panes")
        self.workspace = TRAIN
        self.pane = ""  # the one with the focus; alone on a small screen
        self.beside = "loss"  # the slot beside a lesson
        self.maximised = False
        self.layout_now: Layout = "full"
        self.selection = Selection()
        self.views = ViewsInPlace(self.selection, asks)
        self.acts, self.late = ViewActions(self), LateViews(self)
        self._rows = ["top", "gates"]  # those that are made
        self._last_panes: dict[str, str] = {}  # workspace → the pane that had the focus
        self.state = LabState()
        self.probe = Probe(self.selection)

    def compose(self) -> ComposeResult:
        """The slots of Train, with their views. All others are made when they come into view."""
        yield Horizontal(self.views.loss, Horizontal(*self.views.samples, id="samples"), id="top")
        yield Horizontal(*self.views.gates, id="gates")

    # ------------------------------------------------------------- what is in view

    @property
    def seen(self) -> frozenset[str]:
        """The slots of the workspace on the screen."""
        if self.layout_now == "tiny":
            return frozenset()
        return frozenset((self.pane,) if self.layout_now == "single" or self.maximised else self.slots)

    @property
    def slots(self) -> tuple[str, ...]:
        """The slots of the workspace, in the order of the Tab key."""
        return tuple(self.beside if slot == BESIDE else slot for slot in self.workspace.slots)

    @property
    def teaches(self) -> bool:
        """Whether the workspace is the one with lessons."""
        return BESIDE in self.workspace.slots

    def put_beside(self, slot: str) -> None:
        """Show this slot beside the lesson, and give the lesson's text the focus."""
        self.beside = slot
        if self.teaches:
            self.go_to_slot("lesson")

    @property
    def place(self) -> str:
        """'1/3': the place of the view with the focus among the workspace's views."""
        slots = self.slots
        return f"{slots.index(self.pane) + 1}/{len(slots)}" if self.pane in slots else f"1/{len(slots)}"

    def go_to(self, workspace: Workspace) -> None:
        """Show this workspace, with the view that had the focus there."""
        self._last_panes[self.workspace.name] = self.pane
        self.workspace, self.maximised = workspace, False
        self.pane = self._last_panes.get(workspace.name, "")
        self.lay_out(self.layout_now)
        self.call_after_refresh(self.focus_pane)

    def lay_out(self, layout: Layout) -> None:
        """Lay the panes out for this much room, and fill those in view."""
        self.layout_now = layout
        self.set_class(self.app.size.width >= WIDE, "-wide")
        self.set_class(self.teaches and len(self.seen) > 1, "-teaching")
        self.screen.set_class(self.teaches, "-learning")
        self.views.book.turns = not self.teaches
        if not self.pane:
            self.pane = self.slots[0] if layout == "single" else self.workspace.first
            self.call_after_refresh(self.focus_pane)
        if self.is_mounted:
            self._make_rows()
            for row in self._rows:
                self.query_one(f"#{row}").display = not self.seen.isdisjoint(_ROWS[row])
                for slot in _ROWS[row]:
                    self.query_one(f"#{slot}").display = slot in self.seen
            self.late.mount()
        self.show(self.state)
        self.call_after_refresh(self.draw_chart)
        self.post_message(self.Changed())

    def _make_rows(self) -> None:
        """Make the slots that are needed for the first time, with those beside them."""
        for row, slots in _ROWS.items():
            if row not in self._rows and not (self.seen | {self.pane}).isdisjoint(slots):
                self._rows.append(row)
                self.mount(place := Horizontal(id=row))
                if slots != (row,):
                    place.mount(*(Horizontal(id=slot) for slot in slots))

    def show(self, state: LabState) -> None:
        """Show the newest samples and traces in the panes in view."""
        self.state = state
        self.selection.example = self.views.example_number
        if state.comparing and not self.has_class("-comparing"):
            for first, *others in (self.views.gates, self.views.maps):
                for other in others:  # both runs have the same settings
                    other.follow(first)
        if state.comparing:
            self.late.make_second()
        self.set_class(state.comparing, "-comparing")
        self.set_class(any(pane.shows_every_run for pane in self.views.task_panes), "-joint")
        if "table" in self.workspace.slots:  # all views of Compare read it, and any of them may be in view
            self.views.known.see(state, self.views.loss.axes.unit, self.views.loss.braille)
        runs: list[RunState | None] = [] if state.coming else [state.runs[run_id] for run_id in state.shown]
        for slot in self.seen:
            for pane, run in zip(self.views.in_slots[slot], runs or [None], strict=False):
                wear(pane, state.number_of(run.run_id) if run else None)
                if slot != "loss" and pane.is_mounted:
                    pane.see(state, run, state.called(run))

    def open_data(self, kind: str) -> None:
        """Other data are open: forget the text that a person typed for the last ones."""
        self.read(None)
        self.views.forget_traces()
        self.views.desk.forget()
        self.probe.beginning = ""
        if new := self.views.open_kind(kind):
            self.query_one("#samples").mount(*new)
        self.set_class(self.views.has_task_panes, "-task")

    def read(self, text: str | None) -> None:
        """Let every network read this text from now on; None: one from the validation part."""
        self.selection.read(text)
        for gates_pane in (*self.views.gates, *self.views.maps):
            gates_pane.probe = text
        for task_pane in self.views.task_panes:
            task_pane.take(text or "")

    def draw_chart(self) -> None:
        """Draw what has changed of the loss chart, while it is in view."""
        if "loss" in self.seen:
            self.views.loss.show(replace(self.state, corpus=None, runs={}, shown=()) if self.state.coming else self.state)
            self.views.loss.look()

    async def load(self) -> None:
        """Load the plot, which can wait until after the first paint."""
        await self.views.loss.load()
        self.show(self.state)

    # --------------------------------------------------------------- the focus

    def move(self, by: int) -> None:
        """Go to the next pane, or the one before."""
        slots = self.slots
        self.go_to_slot(slots[(slots.index(self.pane) + by) % len(slots)])

    def maximise(self) -> None:
        """Let the pane with the focus fill the screen, or show all panes again."""
        self.maximised = not self.maximised
        self.lay_out(self.layout_now)

    def bring(self, pane: str) -> None:
        """Go to a pane, if it is not in view."""
        if pane not in self.seen:
            self.go_to_slot(pane)

    def go_to_slot(self, pane: str) -> None:
        """Give the focus to this slot of the workspace; show any slot beside a lesson."""
        if self.teaches and pane not in self.slots:
            self.beside = pane
        self.pane = pane
        self.lay_out(self.layout_now)
        self.call_after_refresh(self.focus_pane)

    def focus_pane(self) -> None:
        """Give the focus to a widget of the pane with the focus."""
        for widget in self.query_one(f"#{self.pane}").walk_children(Widget):
            if widget.focusable and widget.size and not isinstance(widget, Input):
                widget.focus()
                return

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        for widget in event.widget.ancestors_with_self:
            if widget.id in self.slots and widget.id != self.pane:
                self.pane = widget.id
                self.lay_out(self.layout_now)

    # --------------------------------------------------- what the panes need

    def wanted(self) -> Watch:
        """What the views in view need from the engine."""
        return self.probe.watch(self.views, self.seen, self.state)

    def on_gates_pane_probe_changed(self, event: GatesPane.ProbeChanged) -> None:
        if KINDS[self.views.kind].answers:  # what the gates read, the network answers
            self.post_message(self.Asked(event.text or "", self.views.task_panes[0].choice.beam))
            return
        self.selection.read(event.text)
        self.post_message(self.Changed())

    def on_gates_pane_room_changed(self, event: GatesPane.RoomChanged) -> None:
        self.probe.room = max(event.characters, 1)
        self.post_message(self.Changed())

    @on(Selected)
    def _selected(self, event: Selected) -> None:
        """Show the selection in all views."""
        event.stop()
        self.acts.select_again(event.view)

    def on_sample_pane_sampling_changed(self, event: SamplePane.SamplingChanged) -> None:
        self._sample_like(event.sampling)

    def on_task_pane_text_entered(self, event: TaskPane.TextEntered) -> None:
        if KINDS[self.views.kind].answers:
            self.post_message(self.Asked(event.text, event.pane.choice.beam))
        else:
            self.probe.beginning = event.text
            for pane in self.views.task_panes:
                pane.take(event.text)
            self.post_message(self.Changed())

    def on_task_pane_view_changed(self, event: TaskPane.ViewChanged) -> None:
        for pane in self.views.task_panes:
            pane.follow(event.pane)
        self.set_class(event.pane.shows_every_run, "-joint")
        self._sample_like(event.pane.sampling)

    def _sample_like(self, sampling: Sampling) -> None:
        for pane in self.views.samples:
            pane.set_sampling(sampling)
        self.post_message(self.Changed())
