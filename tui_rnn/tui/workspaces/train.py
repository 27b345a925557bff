"""Train: the loss of every run, a run's work on its task, and its gates, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.lab.messages import AddRun, OpenData, SaveRuns
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views import gates_keys
from tui_rnn.tui.workspaces.grammar import TWO_RUNS, allowed
from tui_rnn.tui.workspaces.of_gates import in_gates
from tui_rnn.tui.workspaces.workspace import Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def _prompt_now(lab: LabScreen) -> str:
    return lab.panes.views.beside[0].to_prompt


TRAIN = Workspace(
    "Train",
    "networks learn side by side: their loss, what they write or answer, their gates",
    slots=("loss", "samples", "gates"),
    first="gates",
    live=True,
    keys=(
        KeyCommand(
            "p", "p", lambda lab: lab.panes.acts.type(), "Type", "a text for the networks, or a beginning to go on from",
            lambda lab: lab.navigation.why_no_data(), _prompt_now,
        ),
        TWO_RUNS,
        KeyCommand(
            "a", "a", lambda lab: lab.dialogs.add_run(), "Add run", "another cell, size, learning rate …",
            now=allowed(AddRun, "Add run"),
        ),
        KeyCommand(
            "r", "r", lambda lab: lab.dialogs.run_menu(), "This run",
            "learning rate up and down, pause this run alone, reset, remove, save, load",
        ),
        in_gates(gates_keys.KEYS[0]),
        KeyCommand(
            "o", "o", lambda lab: lab.openings.open_text(), "Open another text", "a file, a folder or a built-in corpus",
            now=allowed(OpenData, "Open another text"),
        ),
        KeyCommand("s", "s", lambda lab: lab.runs.save(), "Save", "every run now", now=allowed(SaveRuns, "Save")),
    ),
)  # fmt: skip
