"""What keys and clicks do in the views, wherever the focus is, and which view has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from tui_rnn.kinds import KINDS
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.view import About
from tui_rnn.tui.workspaces.train import TRAIN

if TYPE_CHECKING:
    from tui_rnn.tui.panes import Panes


_NAMES = {
    "loss": "loss chart",
    "samples": "sample",
    "map": "gates",
    "desk": "writing desk",
    "lesson": "lesson",
    "table": "runs",
}


class ViewActions:
    """Acts in the views of some panes; what is done in a view of the first run, the second follows."""

    def __init__(self, panes: Panes) -> None:
        self._panes = panes

    @property
    def current(self) -> Any:
        """The view with the focus."""
        return self._panes.views.in_slots.get(self._panes.pane, (self._panes.views.loss,))[0]

    @property
    def about_current(self) -> About:
        """All that is known of the view with the focus."""
        view = self.current
        keys = tuple(dict.fromkeys(getattr(view, "KEYS", {}).values()))
        return About(self.name_of_current, view.GUIDE, view.settings, keys)

    @property
    def name_of_current(self) -> str:
        return self._name_of(self._panes.pane)

    @property
    def to_set(self) -> tuple[str, Any]:
        """The view that is set by its menu, and its name: the one with the focus; for a lesson's text, the one beside it."""
        slot = self._panes.beside if self._panes.pane == "lesson" else self._panes.pane
        return self._name_of(slot), self._panes.views.in_slots.get(slot, (self._panes.views.loss,))[0]

    def _name_of(self, slot: str) -> str:
        view = self._panes.views.in_slots.get(slot, (self._panes.views.loss,))[0]
        if hasattr(view, "view"):
            return str(view.view.name)
        if hasattr(view, "page") and slot == "page":
            return str(view.page.name)
        return _NAMES.get(slot, slot)

    @property
    def gates_slot(self) -> str:
        """The slot of the workspace's gates."""
        return "gates" if self._panes.workspace is TRAIN else "map"

    @property
    def gates_here(self) -> list[GatesPane]:
        """The gates of the workspace."""
        return self._panes.views.gates if self.gates_slot == "gates" else self._panes.views.maps

    @property
    def shown_gates(self) -> list[GatesPane]:
        """The gates of the runs that are shown."""
        return self.gates_here[: max(len(self._panes.state.shown), 1)]

    def press_gates(self, command: KeyCommand[GatesPane]) -> None:
        """Do this in the first gates pane that has a use for it; what it chooses, the other one follows."""
        if self.gates_slot in self._panes.seen:
            self._in_gates(command)
            return
        self._panes.bring(self.gates_slot)
        self._panes.late.when_there(lambda: self._in_gates(command))

    def _in_gates(self, command: KeyCommand[GatesPane]) -> None:
        leader = next((pane for pane in self.shown_gates if not command.why_not(pane)), self.gates_here[0])
        command.act(leader)
        for other in self.shown_gates:
            if other is not leader:
                other.follow(leader)

    def type(self) -> None:
        """Go to the line where a text for the networks is typed."""
        self._panes.bring("samples")
        self._panes.late.when_there(self._panes.views.beside[0].prompt)

    def type_to_read(self) -> None:
        """Go to the line where a text for the networks to read is typed."""
        if self._panes.workspace is TRAIN and not KINDS[self._panes.views.kind].answers:
            self._panes.bring("gates")
            self._panes.late.when_there(self._panes.views.gates[0].edit_probe)
        elif self._panes.workspace is TRAIN:
            self.type()
        else:
            self._panes.bring("map")
            self._panes.late.when_there(self._panes.views.maps[0].edit_probe)

    def select_again(self, but: Widget | None = None) -> None:
        """Something else is selected: show it in all views that are seen, but in the one where it was chosen."""
        for slot in self._panes.seen - {"loss"}:
            for view in self._panes.views.in_slots[slot]:
                if view is not but and hasattr(view, "select_again"):
                    view.select_again()
        self._panes.post_message(self._panes.SelectionChanged())

    def next_example(self, by: int) -> None:
        """The next validation example, in every view that shows one."""
        self._panes.views.task_panes[0].next_example(by)

    def follow_settings(self) -> None:
        """What was set in a view beside the loss, or in one of two maps, is set in the other."""
        for first, *others in self._panes.views.pairs:
            for other in others:
                other.follow(first)

    def out(self) -> None:
        """End a question that is under way; else give all views their places again; where they have them, hide the hint."""
        slots = {"page", "desk", "difference"} & self._panes.seen
        if busy := [view for slot in slots for view in self._panes.views.in_slots[slot] if view.stoppable]:
            for view in busy:
                view.stop()
        elif self._panes.maximised:
            self._panes.maximise()
        else:
            self.hint("")

    def hint(self, text: str, tracks: str = "") -> None:
        """What can be seen in the gates, until it is dismissed. tracks: the hypothesis that says it, "" for none."""
        for pane in (*self._panes.views.gates[:1], *self._panes.views.maps[:1]):
            pane.hint(text, tracks)

    def type_for_page(self) -> None:
        """Go to the line where something is typed for the page."""
        self._panes.bring("page")
        self._panes.late.when_there(self._panes.views.pages[0].type)

    def open_page(self, number: int) -> None:
        """Show this page of Inspect."""
        self._panes.views.book.go_to(number)
        self._panes.go_to_slot("page")

    def turn(self, by: int) -> None:
        """The next page of the view with the focus: layer, direction, view of the task, or page of what can be asked. Where a
        map has one layer only, the page beside it is turned."""
        view = self._panes.views.lesson if self._panes.teaches else self.current
        if not self._panes.teaches and "page" in self._panes.seen and str(getattr(view, "why_no_page", "")):
            view = self._panes.views.pages[0]
        view.turn(by)

    @property
    def why_no_page(self) -> str:
        """Why there is no other page to turn to."""
        if self._panes.teaches:
            return self._panes.views.lesson.why_no_page
        return "" if "page" in self._panes.seen else str(getattr(self.current, "why_no_page", "this view has one page only"))

    def await_no_answer(self, run_id: int | None = None) -> None:
        """No run that was asked for a sample answers any more, or not this one."""
        for pane in self._panes.views.samples:
            pane.await_no_answer(run_id)
