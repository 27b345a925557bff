"""Keys of the gates that work with the focus anywhere, in each workspace with gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def in_gates(command: KeyCommand[GatesPane]) -> LabKey:
    """The lab's key for a command on the shown gates."""

    def reason(lab: LabScreen) -> str:
        reasons = [command.why_not(pane) for pane in lab.panes.acts.shown_gates]
        return reasons[0] if all(reasons) else ""

    def why_not(lab: LabScreen) -> str:
        return reason(lab) if lab.panes.acts.gates_slot in lab.panes.seen else ""  # the key brings them into view

    def act(lab: LabScreen) -> None:
        if told := reason(lab):
            lab.panes.bring(lab.panes.acts.gates_slot)
            lab.say(told, "warning")
        else:
            lab.panes.acts.press_gates(command)

    return KeyCommand(command.keys, command.label, act, command.title, command.help, why_not)
