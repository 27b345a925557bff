"""Learn: a lesson's text, and beside it the view that its page is about, with frozen weights that are renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.workspaces.grammar import NEXT_UNIT, nothing_read
from tui_rnn.tui.workspaces.workspace import BESIDE, Workspace

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


def _no_lesson(lab: LabScreen) -> str:
    return lab.teacher.why_no_page


def _no_gates(lab: LabScreen) -> str:
    only_state = "this network has no gates, only its state"
    return nothing_read(lab) or (only_state if len(lab.panes.views.focus_on.signals) == 1 else "")


def _nothing_to_type(lab: LabScreen) -> str:
    slot = lab.panes.beside
    if slot == "page":
        return lab.panes.views.pages[0].why_no_typing
    if slot == "desk":
        return lab.panes.views.desk.why_not_write
    return "this view asks for no text" if slot == "loss" else lab.navigation.why_no_data()


def _type(lab: LabScreen) -> None:
    slot = lab.panes.beside
    if slot == "page":
        lab.panes.acts.type_for_page()
    elif slot == "desk":
        lab.panes.views.desk.type()
    elif slot == "map":
        lab.panes.acts.type_to_read()
    else:
        look = None if lab.teacher.lesson is None else lab.teacher.page.look
        line = lab.panes.views.line_to_type_in
        if look is not None and line is not None and line.text == look.text:
            line.take("")  # the person's text replaces the page's own
        lab.panes.acts.type()


LEARN = Workspace(
    "Learn",
    "the chapter in lessons, each beside a network that shows what it says",
    slots=("lesson", BESIDE),
    first="lesson",
    live=False,
    keys=(
        KeyCommand("a", "a", lambda lab: lab.teacher.close(), "Lessons", "the list of lessons", _no_lesson),
        KeyCommand("t,p", "t", _type, "Type", "a text for the view beside the lesson", _nothing_to_type),
        NEXT_UNIT,
        KeyCommand(
            "g", "g", lambda lab: lab.navigation.change("signal"), "Next gate", "the next signal: i f g o c h", _no_gates
        ),
        KeyCommand(
            "o", "o", lambda lab: lab.openings.open_text(), "Open another text", "a file, a folder or a built-in corpus"
        ),
    ),
)  # fmt: skip
