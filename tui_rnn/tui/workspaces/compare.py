"""Compare: a table of all runs, the curves of the marked ones, and how far apart these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.workspaces.workspace import Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen
    from tui_rnn.tui.views.runs.table_pane import TablePane


def _table(lab: LabScreen) -> TablePane:
    return lab.panes.views.table


def _no_run(lab: LabScreen) -> str:
    return _table(lab).why_no_run


def _not_two(lab: LabScreen) -> str:
    return "" if len(_table(lab).known.marked) > 1 else "mark two runs first: x in the table"


COMPARE = Workspace(
    "Compare",
    "all runs in one table, present and saved, with their curves and differences",
    slots=("table", "curves", "difference"),
    first="table",
    live=True,
    keys=(
        KeyCommand("x", "x", lambda lab: _table(lab).mark(), "Mark", "compare this run with the other marked ones", _no_run),
        KeyCommand("f", "f", lambda lab: lab.saved.filter(), "Filter", "show only runs that meet a condition, such as loss<2"),
        KeyCommand("b", "b", lambda lab: lab.saved.sort(), "Sort by", "the next column; v turns the order round"),
        KeyCommand("g", "g", lambda lab: lab.saved.group(), "Group", "runs that differ only in their seed, or by a setting"),
        KeyCommand("l", "l", lambda lab: lab.saved.load(), "Load", "bring this saved run into the lab", _no_run),
        KeyCommand(
            "r", "r", lambda lab: lab.saved.menu(), "This run", "note a remark, rename its file, or throw it away", _no_run
        ),
        KeyCommand("o", "o", lambda lab: lab.saved.open_folder(), "Other folder", "show the runs of another folder"),
        KeyCommand(
            "equals_sign", "=", lambda lab: lab.panes.views.difference.scoring.again(), "Score again",
            "the marked runs; runs in the lab with the weights of now", _not_two,
        ),
    ),
)  # fmt: skip
