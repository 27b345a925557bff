"""Inspect: the gates of one run over a text, and a page of what can be asked of it, of frozen weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views import gates_keys
from tui_rnn.tui.workspaces.grammar import TWO_RUNS
from tui_rnn.tui.workspaces.of_gates import in_gates
from tui_rnn.tui.workspaces.workspace import Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def _nothing_read(lab: LabScreen) -> str:
    return "" if lab.panes.views.focus_on.trace is not None else "no text has been read yet"


def _nothing_to_type(lab: LabScreen) -> str:
    return lab.panes.views.pages[0].why_no_typing


INSPECT = Workspace(
    "Inspect",
    slots=("map", "page"),
    first="map",
    live=False,
    keys=(
        in_gates(gates_keys.TO_READ),
        *map(in_gates, gates_keys.KEYS),
        KeyCommand("u", "u", lambda lab: lab.navigation.next_unit(1), "Next unit", "the unit of the row below", _nothing_read),
        KeyCommand("a", "a", lambda lab: lab.dialogs.pages(), "Ask", "a list of the pages: what can be asked of the weights"),
        KeyCommand(
            "t",
            "t",
            lambda lab: lab.panes.acts.type_for_page(),
            "Type for the page",
            "what this page asks for",
            _nothing_to_type,
        ),
        TWO_RUNS,
    ),
)
