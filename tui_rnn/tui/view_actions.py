"""The actions of keys and clicks in the views, and which view has the focus."""

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


class ViewActions:
    """Acts in the views of some panes; a view of the second run follows the view of the first."""

    def __init__(self, panes: Panes) -> None:
        self._panes = panes

    def _view_in(self, slot: str) -> Any:
        return self._panes.views.in_slots.get(slot, (self._panes.views.loss,))[0]

    @property
    def current(self) -> Any:
        """The view with the focus."""
        return self._view_in(self._panes.pane)

    @property
    def about_current(self) -> About:
        view = self.current
        return About(view.view_name, view.GUIDE, view.settings, tuple(dict.fromkeys(view.KEYS.values())))

    @property
    def to_set(self) -> Any:
        """The view that the menu sets: the one with the focus; for a lesson's text, the one beside it."""
        return self._view_in(self._panes.beside) if self._panes.pane == "lesson" else self.current

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
        """Do this in the first gates pane that can; the other one follows."""
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
        """Go to the line where a person types a text for the networks."""
        self._panes.bring("samples")
        self._panes.late.when_there(self._panes.views.beside[0].prompt)

    def type_to_read(self) -> None:
        """Go to the line where a person types a text for the networks to read."""
        if self._panes.workspace is TRAIN and not KINDS[self._panes.views.kind].answers:
            self._panes.bring("gates")
            self._panes.late.when_there(self._panes.views.gates[0].edit_probe)
        elif self._panes.workspace is TRAIN:
            self.type()
        else:
            self._panes.bring("map")
            self._panes.late.when_there(self._panes.views.maps[0].edit_probe)

    def select_again(self, but: Widget | None = None) -> None:
        """Show another selection in all views in view, but not in the one that changed it."""
        for slot in self._panes.seen:
            for view in self._panes.views.in_slots[slot]:
                if view is not but:
                    view.select_again()
        self._panes.post_message(self._panes.SelectionChanged())

    def next_example(self, by: int) -> None:
        """Go to the next validation example, in every view that shows one."""
        self._panes.views.task_panes[0].next_example(by)

    def follow_settings(self) -> None:
        """Set the views of the second run like those of the first."""
        for first, *others in self._panes.views.pairs:
            for other in others:
                other.follow(first)

    def out(self) -> None:
        """End what is under way; else, show all views again; else, hide the hint."""
        if busy := [view for slot in self._panes.seen for view in self._panes.views.in_slots[slot] if view.stoppable]:
            for view in busy:
                view.stop()
        elif self._panes.maximised:
            self._panes.maximise()
        else:
            self.hint("")

    def hint(self, text: str, tracks: str = "") -> None:
        """Say what there is to see in the gates, until a person hides it. tracks: the hypothesis behind it, "": none."""
        for pane in (*self._panes.views.gates[:1], *self._panes.views.maps[:1]):
            pane.hint(text, tracks)

    def type_for_page(self) -> None:
        """Go to the line where a person types for the page."""
        self._panes.bring("page")
        self._panes.late.when_there(self._panes.views.pages[0].type)

    def open_page(self, number: int) -> None:
        """Show this page of Inspect."""
        self._panes.views.book.go_to(number)
        self._panes.go_to_slot("page")

    def turn(self, by: int) -> None:
        """Turn to the next page of the view with the focus: a layer, a direction, a view of the task, or a page of Inspect.
        Beside a map with one layer only, turn the page."""
        view = self._panes.views.lesson if self._panes.teaches else self.current
        if not self._panes.teaches and "page" in self._panes.seen and view.why_no_page:
            view = self._panes.views.pages[0]
        view.turn(by)

    @property
    def why_no_page(self) -> str:
        if self._panes.teaches:
            return self._panes.views.lesson.why_no_page
        return "" if "page" in self._panes.seen else str(self.current.why_no_page)

    def await_no_answer(self, run_id: int | None = None) -> None:
        """Wait no longer for a sample from this run, or from any."""
        for pane in self._panes.views.samples:
            pane.await_no_answer(run_id)
