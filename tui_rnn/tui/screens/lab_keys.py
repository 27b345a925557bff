"""All keys of the lab: the frame's and the panes', and those that the last line shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_rnn import formats
from tui_rnn.kinds import KINDS
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.run_actions import STILL_OPENING
from tui_rnn.tui.views import gates_keys, sample, sampling, task_keys

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

LabKey = KeyCommand["LabScreen"]

_NONE_PAUSED = "where none is paused, those that are done past their goal, and those that diverged"
_DONE = "one that is done, past its goal"
_RATE = "from the next step on; a finished run trains on at this rate"


# --------------------------------------------------------------------- what they are called now, and why they are of no use


def _pause_all_now(lab: LabScreen) -> str:
    return "Train on" if lab.state.startable or lab.state.begins_paused else "Pause"


def _pause_one_now(lab: LabScreen) -> str:
    """Told where `pause all` would not set the shown run going."""
    run = lab.state.current
    alone = run is not None and not run.goes and run.status != "failed" and run not in lab.state.startable
    return "Train this on" if alone else ""


def _metric_now(lab: LabScreen) -> str:
    metric = lab.state.corpus.main_metric if lab.state.corpus else None
    return ("Loss" if lab.panes.loss.measure is not None else formats.METRIC_WORDS[metric]) if metric else ""


def _no_data(lab: LabScreen) -> str:
    return STILL_OPENING if lab.state.corpus is None else ""


def _no_metric(lab: LabScreen) -> str:
    if lab.state.corpus is None or lab.state.corpus.main_metric:
        return _no_data(lab)
    return "a language model has no other measure than its loss: b changes the unit"


def _chart(key: str, label: str, what: str, title: str, told: str) -> LabKey:
    return KeyCommand(key, label, lambda lab: lab.change_chart(what), title, told, _no_data)


# --------------------------------------------------------------------- the keys of the panes, wherever the focus is


def _in_gates(command: KeyCommand[Any]) -> LabKey:
    def reason(lab: LabScreen) -> str:
        reasons = [command.why_not(pane) for pane in lab.panes.shown_gates]
        return reasons[0] if all(reasons) else ""

    def why_not(lab: LabScreen) -> str:
        return reason(lab) if "gates" in lab.panes.seen else ""  # they come into sight

    def act(lab: LabScreen) -> None:
        if told := reason(lab):
            lab.panes.bring("gates")
            lab.say(told, "warning")
        else:
            lab.panes.press_gates(command)

    def now(lab: LabScreen) -> str:
        return command.title_for(lab.panes.shown_gates[0])

    return replace(command, act=act, why_not=why_not, now=now)


def _beside(has_use: Callable[[Any], bool], command: KeyCommand[Any]) -> LabKey:
    """A key of the pane beside the loss, which means something for the kinds of data of which `has_use` says so."""

    def why_not(lab: LabScreen) -> str:
        if lab.state.corpus is None:
            return STILL_OPENING
        if not has_use(KINDS[lab.panes.kind]):
            return "this key is for other tasks than this one: ? tells which"
        return command.why_not(lab.panes.beside[0])

    def now(lab: LabScreen) -> str:
        return command.title_for(lab.panes.beside[0]) if has_use(KINDS[lab.panes.kind]) else ""

    return replace(command, act=lambda lab: lab.panes.press_beside(command.act), why_not=why_not, now=now)


def _all_beside(commands: Iterable[tuple[Callable[[Any], bool], KeyCommand[Any]]]) -> tuple[LabKey, ...]:
    return tuple(_beside(has_use, command) for has_use, command in commands)


def show_run(number: int) -> LabKey:
    return KeyCommand(
        str(number), str(number), lambda lab: lab.runs.show_number(number), f"Run {number}", "show this run in every pane"
    )


KEYS: dict[str, tuple[LabKey, ...]] = {
    "Training": (
        KeyCommand(
            "space",
            "space",
            lambda lab: lab.runs.pause_all(),
            "Pause",
            f"pause every run, or let the paused ones train on; {_NONE_PAUSED}",
            now=_pause_all_now,
        ),
        KeyCommand(
            "t",
            "t",
            lambda lab: lab.runs.pause_one(),
            "Pause this run",
            f"pause the shown run alone, or let it train on; {_DONE}",
            now=_pause_one_now,
        ),
        KeyCommand(
            "n",
            "n",
            lambda lab: lab.runs.step_once(),
            "One step",
            f"one training step of the shown run, which then stands paused; {_DONE}",
        ),
        KeyCommand("u", "u", lambda lab: lab.runs.scale_rate(1.25), "Learning rate up", f"a quarter more, {_RATE}"),
        KeyCommand("d", "d", lambda lab: lab.runs.scale_rate(0.8), "Learning rate down", f"a fifth less, {_RATE}"),
        KeyCommand("R", "R", lambda lab: lab.runs.reset(), "Reset", "start the shown run again from its first weights"),
    ),
    "Runs": (
        KeyCommand("c", "c", lambda lab: lab.runs.compare(), "Compare", "show two runs side by side in every pane"),
        KeyCommand("a", "a", lambda lab: lab.dialogs.add_run(), "Add run", "add a run: another cell, size, learning rate …"),
        KeyCommand(
            "X", "X", lambda lab: lab.runs.remove(), "Remove run", "take the shown run out of the lab; it is saved first"
        ),
        KeyCommand("s", "s", lambda lab: lab.runs.save(), "Save", "save every run now"),
        KeyCommand("v", "v", lambda lab: lab.dialogs.load_run(), "Load a saved run", "bring a saved run into the lab"),
        KeyCommand(
            "f", "f", lambda lab: lab.dialogs.open_text(), "Open another text", "choose a file, a folder or a built-in corpus"
        ),
    ),
    "Loss chart": (
        KeyCommand(
            "M",
            "M",
            lambda lab: lab.change_chart("metric"),
            "Loss or metric",
            "what is charted: the loss, or how much is right",
            _no_metric,
            _metric_now,
        ),
        _chart("b", "b", "unit", "Unit of loss", "bits, nats or perplexity, wherever a loss stands"),
        _chart("y", "y", "log", "Log axes", "linear, log loss, log time, both"),
        _chart("e", "e", "x", "By characters or time", "what runs along the chart's horizontal axis"),
        _chart("w", "w", "glyphs", "Braille or blocks", "how the chart's lines are drawn"),
        _chart("plus,equals_sign", "+", "in", "Zoom in", "the chart, around its middle; or the mouse wheel"),
        _chart("minus", "−", "out", "Zoom out", "the chart; the arrows move it while it has the focus"),
        _chart(
            "0",
            "0",
            "all",
            "Whole chart",
            "with the steep start, or without it, so that late differences are seen; or back from a zoom",
        ),
    ),
    "View": (
        KeyCommand(
            "tab", "tab", lambda lab: lab.panes.move(1), "Next pane", "move to the next pane; on a small screen, switch to it"
        ),
        KeyCommand("shift+tab", "shift+tab", lambda lab: lab.panes.move(-1), "Previous pane", "the other way round"),
        KeyCommand(
            "m", "m", lambda lab: lab.panes.maximise(), "Maximise", "the pane with the focus fills the screen, and back"
        ),
        KeyCommand(
            "D",
            "D",
            lambda lab: lab.app.action_toggle_dark(),
            "Dark or light",
            "switch the theme; the command palette has more",
        ),
    ),
    "Playground": (
        KeyCommand("question_mark,f1", "?", lambda lab: lab.dialogs.help(), "Help", "all keys"),
        KeyCommand("colon", ":", lambda lab: lab.app.action_command_palette(), "Commands", "search every action by name"),
        KeyCommand(
            "ctrl+z",
            "^Z",
            lambda lab: lab.app.action_suspend_job(),
            "Suspend",
            "stop the playground and its training; `fg` brings them back",
        ),
        KeyCommand("q", "q", lambda lab: lab.app.leave(), "Quit", "save, and give the terminal back"),
    ),
    "Gates": tuple(map(_in_gates, gates_keys.KEYS)),
    "Sample": _all_beside(
        [
            (lambda kind: True, sample.PROMPT),
            *((task_keys.draws, command) for command in sampling.KEYS),
            (task_keys.draws_one_text, sample.HOLD),
        ]
    ),
    "Task": _all_beside(task_keys.KEYS),
}
COMMANDS = tuple(command for group in KEYS.values() for command in group)
NUMBERS = tuple(map(show_run, range(1, 10)))
WHILE_TYPING = frozenset({"tab", "shift+tab", "f1"})
"""The keys that are keys while a text is typed."""

_SHOWN = "space t c i p g r M m a s b tab question_mark q".split()
SHOWN_KEYS = tuple(next(c for c in COMMANDS if c.key == key) for key in _SHOWN)
