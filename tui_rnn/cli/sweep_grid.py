"""`--grid KEY=VALUE,VALUE`: settings to vary, read and checked like the options of `train`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui_rnn.cli.options import given, option_name
from tui_rnn.config import GOALS, SETTINGS
from tui_rnn.errors import InputError
from tui_rnn.sweep.space import Between, Listed, Values

RANGE = ".."
SEED = "seed"
_UNITS = {unit: setting.name for setting in SETTINGS.values() for unit in setting.units}
_NAMES = {name: name for name in (*SETTINGS, *_UNITS)} | {
    alias: setting.name for setting in SETTINGS.values() for alias in setting.aliases
}
"""A name that a person may use for a setting → the option that reads it."""


@dataclass(frozen=True)
class Grid:
    """The settings that are varied, and the seeds, if they were given as one of them."""

    space: dict[str, Values]
    seeds: tuple[int, ...] = ()


def read_grid(texts: Sequence[str]) -> Grid:
    """The values of each --grid. Raises InputError."""
    space: dict[str, Values] = {}
    for text in texts:
        called, equals, listed = text.partition("=")
        option = _NAMES.get(called.strip().lower().removeprefix("--").replace("-", "_"))
        if not equals or not listed.strip():
            raise InputError(f"--grid is {text!r:.80}, expected a setting and its values, such as hidden_size=64,128")
        if option is None:
            raise InputError(f"--grid {called!r:.60} is not a setting, expected one of {', '.join(SETTINGS)}")
        name = _UNITS.get(option, option)
        if name in space:
            raise InputError(f"--grid has {name} twice: give all its values in one")
        space[name] = _values(option, name, listed)
    if len(goals := [option_name(name) for name in space if name in GOALS]) > 1:
        raise InputError(f"a run has one goal, --grid has {' and '.join(goals)}: give only one of them")
    seeds = space.pop(SEED, None)
    if isinstance(seeds, Between):
        raise InputError(f"--grid {SEED} is {seeds}, expected a list such as 1,2,3, or say how many with --seeds")
    return Grid(space, seeds.values if seeds is not None else ())


def _values(option: str, name: str, text: str) -> Values:
    """The values of a list, or between two limits."""
    setting = SETTINGS[name]
    if RANGE in text:
        low, high = (_value(option, name, part) for part in text.split(RANGE, 1))
        if setting.is_bool or isinstance(low, (str, bool)):
            raise InputError(f"--grid {name} is {text!r:.60}, expected its values with commas between: it is not a number")
        if not low < high:
            raise InputError(f"--grid {name} is {text!r:.60}, expected the lower limit first, then a higher one")
        return Between(low, high, setting.is_int)
    values = [_value(option, name, part) for part in text.split(",")]
    if twice := [value for k, value in enumerate(values) if value in values[:k]]:
        raise InputError(f"--grid {name} has {twice[0]} twice: give each value once")
    return Listed(tuple(values))


def _value(option: str, name: str, text: str) -> Any:
    if not text.strip():
        raise InputError(f"--grid {name} has an empty value: give values with commas between, such as {name}=A,B")
    try:
        return given({option: text})[name]
    except InputError as error:
        raise InputError(str(error).replace(option_name(option), f"--grid {option}", 1)) from None
