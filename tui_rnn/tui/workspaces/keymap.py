"""Keys that a person chose in place of others: the table [keys] of the settings file, a command's title and its key.

A key that another command of the same workspace has, or that is no single letter or sign, is refused with a line, and the
command keeps its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from textual.keys import KEY_NAME_REPLACEMENTS

from tui_rnn.display import visible
from tui_rnn.tui.workspaces.workspace import LabKey

_chosen: dict[str, str] = {}
"""Title → character, of all that are in use."""


def use(wanted: Iterable[tuple[str, str]], workspaces: Mapping[str, Sequence[LabKey]]) -> list[str]:
    """From now on these keys hold; what can't be is named, a line each. workspaces: the commands of each, as they are without
    this."""
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
        return "is for no command that has a key: ? names them"
    if not key.isascii() or not key.isprintable() or key.isdigit() or key == " ":
        return "is no letter or sign: digits show runs, and space pauses"
    for name, commands in workspaces.items():
        if not any(command.title == title for command in commands):
            continue
        for other in commands:
            if other.title != title and name_of(key) in mapped(other).keys.split(","):
                return f"is the key of {other.title} in {name}: choose another"
    return ""


def mapped(command: LabKey) -> LabKey:
    """The command with the key that the person chose, if there is one."""
    key = _chosen.get(command.title)
    return command if key is None or not command.keys else replace(command, keys=name_of(key), label=key)


def name_of(character: str) -> str:
    """What Textual calls the key of a character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)
