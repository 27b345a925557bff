"""What a person chose once and finds again: a small TOML file that can be edited by hand. Every value is checked.

`tui-rnn doctor` names the file. A file or a value that can't be used changes nothing: the default holds, and one line says
why. Writing keeps everything else in the file, comments too.
"""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from tui_rnn import leftovers
from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.errors import InputError, RunError
from tui_rnn.formats import LOSS_UNITS, LossUnit
from tui_rnn.paths import settings_path

MAX_BYTES = 100_000
MOST_RECENT = 8
MOST_LAST = 9
LONGEST_NAME = 60
Glyphs = Literal["braille", "blocks"]
_HEADER = "# What tui-rnn remembers. Lines can be changed by hand; tui-rnn doctor says whether they can be used.\n"


@dataclass(frozen=True)
class Preferences:
    """loss_unit: the unit in which the playground and the command line show a loss; JSON stays in nats. recent: files and
    folders that were opened, the latest first. welcomed: the first start was explained. theme: the playground's, "" for one
    that suits the terminal. glyphs: what curves are drawn with. last: the runs that the last session saved. keys: the table
    [keys], from a command's title to its key (tui/workspaces/keymap.py). new_runs: the table [new_runs], settings of the runs
    that the playground begins, where their kind of data uses them."""

    loss_unit: LossUnit = "bits"
    recent: tuple[str, ...] = ()
    welcomed: bool = False
    theme: str = ""
    glyphs: Glyphs = "braille"
    last: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    new_runs: tuple[tuple[str, Any], ...] = ()

    def begun(self, config: RunConfig) -> RunConfig:
        """The settings of a new run, with those that the person wants. Raises InputError where they don't fit together."""
        used = {name: value for name, value in self.new_runs if SETTINGS[name].is_for(config.kind)}
        return replace(config, **used)


@dataclass(frozen=True)
class Loaded:
    """problem: in one line, why a value of the file is not used; '' where all are."""

    preferences: Preferences
    problem: str = ""


def load(path: Path | None = None) -> Loaded:
    """What is remembered. Raises nothing."""
    path = path or settings_path()
    try:
        table = tomllib.loads(_text(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Loaded(Preferences(), f"{path} is not used: {reason}; correct or delete it")
    chosen, problems = {}, [f"{name} is no setting" for name in table if name not in _READERS]
    for name, read in _READERS.items():
        if name in table:
            try:
                chosen[name] = read(table[name])
            except ValueError as error:
                problems.append(f"{name} is {_brief(table[name])}, expected {error}")
    problem = f"{path}: {'; '.join(problems)}: correct or delete {'these lines' if problems[1:] else 'this line'}"
    return Loaded(Preferences(**chosen), problem if problems else "")


def remember(path: Path | None = None, **chosen: Any) -> None:
    """Write these values into the file, and leave the rest of it as it is. Raises RunError in one line."""
    path = path or settings_path()
    try:
        text = _text(path)
        before = tomllib.loads(text)
        for name, value in chosen.items():
            text = _with_line(text, name, value)
        if tomllib.loads(text) != before | {name: _plain(value) for name, value in chosen.items()}:
            raise ValueError("its line was not found: write it yourself")
        path.parent.mkdir(parents=True, exist_ok=True)
        leftovers.put(path, text.encode(), mode=0o600)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise RunError(f"{path}: {', '.join(chosen)} can't be remembered: {reason}") from None


def with_recent(known: tuple[str, ...], source: str) -> tuple[str, ...]:
    """The recent sources after another one was opened. Names that can't be written into the file are left out."""
    writable = source.isprintable() and not any(0xD800 <= ord(ch) < 0xE000 for ch in source)
    return tuple(dict.fromkeys((*([source] if writable else []), *known)))[:MOST_RECENT]


# ---------------------------------------------------------------------- the file


def _text(path: Path) -> str:
    """The file's text; '' where there is none."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
        return content.decode("utf-8")
    return ""


def _with_line(text: str, name: str, value: Any) -> str:
    """The text with `name = value` in place of the earlier value, or before the first table."""
    line = f"{name} = {_written(value)}\n"
    table = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    own = text[: table.start()] if table else text
    found = re.search(rf"^[ \t]*{re.escape(name)}[ \t]*=", own, re.MULTILINE)
    if found:
        return own[: found.start()] + line + text[_end_of_value(text, found.start()) :]
    before = own or _HEADER
    return before + ("" if before.endswith("\n") else "\n") + line + text[len(own) :]


def _end_of_value(text: str, start: int) -> int:
    """Where the value that begins at `start` ends, with its line: a list may go over several."""
    end = start
    while end < len(text):
        end = text.find("\n", end) + 1 or len(text)
        with contextlib.suppress(ValueError):
            tomllib.loads(text[start:end])
            break
    return end


def _written(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case tuple() | list():
            return f"[{', '.join(map(_written, value))}]"
        case _:
            raise TypeError(f"{type(value).__name__} has no form in the file yet")


def _plain(value: Any) -> Any:
    """The value as it is read back."""
    return list(value) if isinstance(value, tuple) else value


# ---------------------------------------------------------------------- its values


def _one_of(names: tuple[str, ...]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value not in names:
            raise ValueError(" or ".join(f'"{name}"' for name in names))
        return value

    return read


def _paths(most: int, expected: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise ValueError(expected)
        return tuple(value)[:most]

    return read


def _welcomed(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _theme(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_NAME:
        raise ValueError('the name of a theme, such as "tui-rnn-light"')
    return value


def _keys(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(key, str) and len(key) == 1 for key in value.values()):
        raise ValueError('a table of commands and keys of one character, such as Mark = "j"')
    return tuple(value.items())


def _new_runs(value: Any) -> tuple[tuple[str, Any], ...]:
    if not isinstance(value, dict):
        raise ValueError("a table of settings, such as hidden_size = 64")
    found = []
    for name, wanted in value.items():
        if name not in SETTINGS:
            raise ValueError(f"settings of runs, and {name!r:.40} is none")
        try:
            found.append((name, SETTINGS[name].checked(wanted)))
        except InputError as error:
            raise ValueError(f"what a run can have: {error}") from None
    return tuple(found)


def _brief(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


_READERS: dict[str, Callable[[Any], Any]] = {
    "loss_unit": _one_of(LOSS_UNITS),
    "recent": _paths(MOST_RECENT, 'a list of paths, such as ["/home/me/tale.txt"]'),
    "welcomed": _welcomed,
    "theme": _theme,
    "glyphs": _one_of(get_args(Glyphs)),
    "last": _paths(MOST_LAST, 'a list of saved runs, such as ["/home/me/tale.safetensors"]'),
    "keys": _keys,
    "new_runs": _new_runs,
}
assert _READERS.keys() == {one.name for one in fields(Preferences)}
