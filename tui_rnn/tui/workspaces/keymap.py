"""Keys that a person chose in place of others: the table [keys] of the settings file, with a command's title and its key.

A key of another command in the same workspace, or one that is not a single letter or sign, is refused with a line, and the
command keeps its own key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from textual.keys import KEY_NAME_REPLACEMENTS

from tui_rnn.display import visible
from tui_rnn.tui.workspaces.workspace import LabKey

_chosen: dict[str, str] = {}
"""Title → character."""


def use(wanted: Iterable[tuple[str, str]], workspaces: Mapping[str, Sequence[LabKey]]) -> list[str]:
    """Use these keys from now on. Returns a line for each that can't be used. workspaces: the commands of each, with their own
    keys."""
    _chosen.clear()
    problems = []
    for title, key in wanted:
        if reason := _why_not(title, key, workspaces):
            problems.append(f'keys: {visible(title)} = "{visible(key)}" {reason}')
        else:
            _chosen[title] = key
    return problems


def _why_not(title: str, key: str, workspaces: Mapping[str, Sequence[LabKey]]) -> str:
    if not any(command.title == title and command.keys for commands in workspaces.values() for command in commands):
        return "names no command with a key: ? lists them"
    if not key.isascii() or not key.isprintable() or key.isdigit() or key == " ":
        return "is not a letter or sign: digits show runs, and space pauses"
    for name, commands in workspaces.items():
        if not any(command.title == title for command in commands):
            continue
        for other in commands:
            if other.title != title and name_of(key) in mapped(other).keys.split(","):
                return f"is the key of {other.title} in {name}: choose another"
    return ""


def mapped(command: LabKey) -> LabKey:
    """The command with the person's key, if there is one."""
    key = _chosen.get(command.title)
    return command if key is None or not command.keys else replace(command, keys=name_of(key), label=key)


def name_of(character: str) -> str:
    """Textual's name of the key of a character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)
