"""Inspect: the gates of one run over a text, and a page with a question to it, for frozen weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views import gates_keys
from tui_rnn.tui.workspaces.grammar import NEXT_UNIT, TWO_RUNS
from tui_rnn.tui.workspaces.of_gates import in_gates
from tui_rnn.tui.workspaces.workspace import Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def _nothing_to_type(lab: LabScreen) -> str:
    return lab.panes.views.pages[0].why_no_typing


INSPECT = Workspace(
    "Inspect",
    "what happens inside: the weights of one step are held, and answer questions",
    slots=("map", "page"),
    first="map",
    live=False,
    keys=(
        in_gates(gates_keys.TO_READ),
        *map(in_gates, gates_keys.KEYS),
        NEXT_UNIT,
        KeyCommand("a", "a", lambda lab: lab.dialogs.pages(), "Ask", "a list of the pages, with all questions to the weights"),
        KeyCommand(
            "t", "t", lambda lab: lab.panes.acts.type_for_page(), "Type for the page", "what this page asks for",
            _nothing_to_type,
        ),
        TWO_RUNS,
    ),
)  # fmt: skip
