"""Inspect: the gates of one run over a text, one unit of them, and the numbers at the cursor, of frozen weights."""

from __future__ import annotations

from tui_rnn.tui.views import gates_keys
from tui_rnn.tui.workspaces.grammar import COMPARE
from tui_rnn.tui.workspaces.of_gates import in_gates
from tui_rnn.tui.workspaces.workspace import Workspace

INSPECT = Workspace(
    "Inspect",
    slots=("map", "unit", "cursor"),
    first="map",
    live=False,
    keys=(in_gates(gates_keys.TO_READ), *map(in_gates, gates_keys.KEYS), COMPARE),
)
