"""What keys and clicks do in the views, wherever the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from tui_rnn.kinds import KINDS
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.workspaces.train import TRAIN

if TYPE_CHECKING:
    from tui_rnn.tui.panes import Panes


class ViewActions:
    """Acts in the views of some panes; what is done in a view of the first run, the second follows."""

    def __init__(self, panes: Panes) -> None:
        self._panes = panes

    def press_gates(self, command: KeyCommand[GatesPane]) -> None:
        """Do this in the first gates pane that has a use for it; what it chooses, the other one follows."""
        if self._panes.gates_slot in self._panes.seen:
            self._in_gates(command)
            return
        self._panes.bring(self._panes.gates_slot)
        self._panes.call_after_refresh(self._in_gates, command)

    def _in_gates(self, command: KeyCommand[GatesPane]) -> None:
        leader = next((pane for pane in self._panes.shown_gates if not command.why_not(pane)), self._panes.gates_here[0])
        command.act(leader)
        for other in self._panes.shown_gates:
            if other is not leader:
                other.follow(leader)

    def type(self) -> None:
        """Go to the line where a text for the networks is typed."""
        self._panes.bring("samples")
        self._panes.call_after_refresh(self._panes.views.beside[0].prompt)

    def type_to_read(self) -> None:
        """Go to the line where a text for the networks to read is typed."""
        if self._panes.workspace is TRAIN and not KINDS[self._panes.views.kind].answers:
            self._panes.bring("gates")
            self._panes.call_after_refresh(self._panes.views.gates[0].edit_probe)
        elif self._panes.workspace is TRAIN:
            self.type()
        else:
            self._panes.bring("map")
            self._panes.call_after_refresh(self._panes.views.maps[0].edit_probe)

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
