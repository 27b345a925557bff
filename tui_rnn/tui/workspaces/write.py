"""Write: a person and a language model write a text together, with frozen weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.desk.pane import DeskPane
from tui_rnn.tui.views.desk.run_on import RunOn, Until
from tui_rnn.tui.workspaces.workspace import LabKey, Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def _desk(lab: LabScreen) -> DeskPane:
    return lab.panes.views.desk


def _why_not(lab: LabScreen) -> str:
    return _desk(lab).why_not_write


def _nothing_written(lab: LabScreen) -> str:
    return _why_not(lab) or ("" if len(_desk(lab).writing.draft.nodes) > 1 else "nothing is written yet")


def _endless_now(lab: LabScreen) -> str:
    return "Stop" if _desk(lab).stoppable else "Write on"


def _run_on(key: str, until: Until, title: str, help: str) -> LabKey:
    return KeyCommand(key, key, lambda lab: _desk(lab).run_on(RunOn(until)), title, help, _why_not)


WRITE = Workspace(
    "Write",
    "you and the network write one text together",
    slots=("desk",),
    first="desk",
    live=False,
    keys=(
        KeyCommand("p", "p", lambda lab: _desk(lab).type(), "Type", "words of your own", _why_not),
        _run_on("w", "word", "A word", "let the network write a word"),
        _run_on("l", "line", "A line", "let the network write to the end of a line"),
        KeyCommand(
            "N", "N", lambda lab: _desk(lab).some(), "Some", "let the network write as many tokens as `v` says", _why_not
        ),
        KeyCommand(
            "u", "u", lambda lab: _desk(lab).run_on(RunOn("stopped")), "Write on",
            "let the network write until this key or Esc stops it", _why_not, _endless_now,
        ),
        KeyCommand(
            "U", "U", lambda lab: lab.drafts.ask_until(), "Until", "let the network write until a string comes", _why_not
        ),
        KeyCommand(
            "S", "S", lambda lab: lab.drafts.save(), "Save this draft",
            "the text with its branches, settings and seeds, in one file", _nothing_written,
        ),
        KeyCommand(
            "O", "O", lambda lab: lab.drafts.open(), "Open a draft", "go on with a draft that S saved", _why_not
        ),
    ),
)  # fmt: skip
