"""All workspaces, in the order of their tabs, and all keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.workspaces import keymap
from tui_rnn.tui.workspaces.compare import COMPARE
from tui_rnn.tui.workspaces.grammar import GRAMMAR, NUMBERS
from tui_rnn.tui.workspaces.inspect import INSPECT
from tui_rnn.tui.workspaces.learn import LEARN
from tui_rnn.tui.workspaces.train import TRAIN
from tui_rnn.tui.workspaces.workspace import LabKey, Workspace
from tui_rnn.tui.workspaces.write import WRITE

WORKSPACES = (TRAIN, INSPECT, WRITE, COMPARE, LEARN)
MOST_OWN_KEYS = 8
_LAST = ("v", "tab", "question_mark", "q")


def _tab(workspace: Workspace) -> LabKey:
    return KeyCommand(
        workspace.key,
        workspace.key,
        lambda lab: lab.navigation.go_to(workspace),
        workspace.name,
        workspace.told,
    )


TABS = tuple(map(_tab, WORKSPACES))


def plain_keys_of(workspace: Workspace) -> Mapping[str, Sequence[LabKey]]:
    """All keys that work in a workspace, by group, without a person's own keys."""
    return {workspace.name: workspace.keys, "Workspaces": TABS, **GRAMMAR}


def use_keys(wanted: Iterable[tuple[str, str]]) -> list[str]:
    """Use these keys from now on: pairs of a command's title and its key. Returns a line for each that can't be used."""
    every = {one.name: [key for group in plain_keys_of(one).values() for key in group] for one in WORKSPACES}
    return keymap.use(wanted, every)


def keys_of(workspace: Workspace) -> Mapping[str, Sequence[LabKey]]:
    """All keys that work in a workspace, by group."""
    return {name: tuple(map(keymap.mapped, group)) for name, group in plain_keys_of(workspace).items()}


def commands_of(workspace: Workspace) -> tuple[LabKey, ...]:
    """The commands of all keys of a workspace, with the numbers of runs."""
    return (*(command for group in keys_of(workspace).values() for command in group), *NUMBERS)


def shown_keys(workspace: Workspace) -> tuple[tuple[LabKey, ...], int]:
    """The keys of the last line, and how many of them stay in any room."""
    every = {command.key: command for group in plain_keys_of(workspace).values() for command in group}
    first = [every["space"], *workspace.keys, *(every[key] for key in ("F", "m", "z", "colon"))]
    return tuple(map(keymap.mapped, (*first, *(every[key] for key in _LAST)))), len(_LAST) - 1
