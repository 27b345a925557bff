"""The keys that mean the same in every workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_rnn.lab.messages import AddRun, Pause
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

_NONE_PAUSED = "if none is paused, the finished ones past their goal, and diverged ones"
WHILE_TYPING = frozenset({"tab", "shift+tab", "f1"})
"""The keys that work while a person types, besides Enter and Escape."""


def _pause_now(lab: LabScreen) -> str:
    if lab.app.session.why_not(Pause):
        return ""
    return "Train on" if lab.state.startable or lab.state.begins_paused else "Pause"


def _no_pages(lab: LabScreen) -> str:
    return lab.panes.acts.why_no_page


def _no_settings(lab: LabScreen) -> str:
    return "" if lab.panes.acts.to_set.settings else "this view has nothing to set"


def _nothing_to_copy(lab: LabScreen) -> str:
    return "" if lab.panes.acts.current.to_copy else "there is nothing to copy yet"


def nothing_read(lab: LabScreen) -> str:
    return "" if lab.panes.views.focus_on.trace is not None else "no text has been read yet"


def _frozen_now(lab: LabScreen) -> str:
    return "" if lab.panes.workspace.live else "Newest weights"


def _live_here(lab: LabScreen) -> str:
    return "Train always shows the live weights: I inspects a frozen copy" if lab.panes.workspace.live else nothing_read(lab)


def _no_moment(lab: LabScreen, by: int) -> str:
    return _live_here(lab) or lab.navigation.why_no_moment(by)


def _pane_now(lab: LabScreen) -> str:
    return f"{'next view' if lab.panes.layout_now == 'full' else 'views'} {lab.panes.place}"


def _nothing_changed(lab: LabScreen) -> str:
    return "" if lab.undo.next else "nothing was changed yet"


GRAMMAR: dict[str, tuple[LabKey, ...]] = {
    "Training": (
        KeyCommand(
            "space", "space", lambda lab: lab.runs.pause_all(), "Pause",
            f"pause every run, or let the paused ones train on; {_NONE_PAUSED}", now=_pause_now,
        ),
        KeyCommand(
            "n", "n", lambda lab: lab.runs.step_once(), "One step",
            "one training step of the shown run, which is then paused; a finished one goes past its goal",
        ),
    ),
    "Selection": (
        KeyCommand("comma", ",", lambda lab: lab.panes.acts.turn(-1), "Previous page", "layer, direction or view", _no_pages),
        KeyCommand("full_stop", ".", lambda lab: lab.panes.acts.turn(1), "Next page", "layer, direction or view", _no_pages),
        KeyCommand(
            "F", "F", lambda lab: lab.frozen.go_to(None), "Newest weights",
            "freeze the weights of now: all answers are about their step while training goes on", _live_here, _frozen_now,
        ),
        KeyCommand(
            "less_than_sign", "<", lambda lab: lab.navigation.moment(-1), "Earlier weights", "the kept moment before",
            lambda lab: _no_moment(lab, -1),
        ),
        KeyCommand(
            "greater_than_sign", ">", lambda lab: lab.navigation.moment(1), "Later weights",
            "the kept moment after; after the last one, the weights of now", lambda lab: _no_moment(lab, 1),
        ),
        KeyCommand(
            "slash", "/", lambda lab: lab.dialogs.find(), "Find in the text", "the next place that begins with what you type",
            nothing_read,
        ),
        KeyCommand(
            "left_square_bracket", "[", lambda lab: lab.panes.acts.next_example(-1), "Previous text", "the example before",
            lambda lab: lab.navigation.why_no_example(),
        ),
        KeyCommand(
            "right_square_bracket", "]", lambda lab: lab.panes.acts.next_example(1), "Next text", "the next validation example",
            lambda lab: lab.navigation.why_no_example(),
        ),
    ),
    "View": (
        KeyCommand(
            "tab", "tab", lambda lab: lab.panes.move(1), "Next view", "on a small screen, switch to it", now=_pane_now
        ),
        KeyCommand("shift+tab", "shift+tab", lambda lab: lab.panes.move(-1), "Previous view", "the other way round"),
        KeyCommand(
            "m", "m", lambda lab: lab.panes.maximise(), "Maximise", "the view with the focus fills the screen, and back"
        ),
        KeyCommand(
            "v", "v", lambda lab: lab.dialogs.view_settings(), "View settings", "a menu of the settings of this view",
            _no_settings,
        ),
        KeyCommand(
            "escape", "Esc", lambda lab: lab.panes.acts.out(), "Out", "of a maximised view; or hide the hint or the remark"
        ),
        KeyCommand("backspace", "⌫", lambda lab: lab.navigation.go_back(), "Back", "to the workspace before this one"),
    ),
    "Playground": (
        KeyCommand(
            "z", "z", lambda lab: lab.navigation.take_back(), "Undo", "the last setting, rate or text; a removed run",
            _nothing_changed,
        ),
        KeyCommand(
            "y", "y", lambda lab: lab.navigation.copy(), "Copy", "what this view shows", _nothing_to_copy
        ),
        KeyCommand(
            "E", "E", lambda lab: lab.dialogs.export(), "Export",
            "what this view shows, to a file: a picture (.svg), a page (.html), or its numbers (.json, .npz)",
        ),
        KeyCommand("colon", ":", lambda lab: lab.dialogs.palette(), "Commands", "search every command by name"),
        KeyCommand("question_mark,f1", "?", lambda lab: lab.dialogs.help(), "Help", "on this view; pressed again: all keys"),
        KeyCommand(
            "ctrl+z", "^Z", lambda lab: lab.app.action_suspend_job(), "Suspend",
            "stop the playground and its training; `fg` brings them back",
        ),
        KeyCommand("q", "q", lambda lab: lab.app.leave(), "Quit", "save, and give the terminal back"),
    ),
}  # fmt: skip


def _numbered(number: int) -> LabKey:
    return KeyCommand(
        str(number), str(number), lambda lab: lab.runs.show_number(number), f"Run {number}", "show this run in every view"
    )


NUMBERS = tuple(map(_numbered, range(1, 10)))


def allowed(command: type, title: str) -> Callable[[LabScreen], str]:
    """The title; "" if the playground refuses the command: for another process's run, or a recording."""
    return lambda lab: "" if lab.app.session.why_not(command) else title


def _two_runs(lab: LabScreen) -> str:
    return "Two runs" if len(lab.state.runs) > 1 else allowed(AddRun, "Two runs")(lab)


NEXT_UNIT: LabKey = KeyCommand(
    "u", "u", lambda lab: lab.navigation.next_unit(1), "Next unit", "the unit of the row below", nothing_read
)
TWO_RUNS: LabKey = KeyCommand(
    "c", "c", lambda lab: lab.runs.compare(), "Two runs", "show two runs side by side in every view", now=_two_runs
)
