"""Command-line options that are made from config.SETTINGS, so that names, ranges and defaults always agree."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from cyclopts import Group, Parameter, Token, convert

from tui_rnn.config import GOAL, GOALS, GROUPS, SETTINGS
from tui_rnn.errors import InputError
from tui_rnn.kinds import ANSWERING, KINDS, TASKS
from tui_rnn.setting import Setting, kinds_in_words

DATA = Group("Data", sort_key=2)
_PLACES = {group: Group(group.title, sort_key=1 if group is GOAL else 3 + k) for k, group in enumerate(GROUPS)}
"""The place of each group of settings on the help page: the goal, then the data, then the others."""

_UNITS = {unit: (setting, size) for setting in SETTINGS.values() for unit, size in setting.units.items()}
"""Options that give a setting in another unit: minutes become seconds."""


if TYPE_CHECKING:  # the values come from the table of kinds
    Task = str
    AnsweringTask = str
else:
    Task, AnsweringTask = Literal[TASKS], Literal[ANSWERING]


def _in_lower_case(type_: Any, tokens: Sequence[Token]) -> Any:
    return convert(type_, [token.evolve(value=token.value.lower()) for token in tokens])


CHOICE = Parameter(converter=_in_lower_case, show_choices=False)
"""For an option with a few values, all in lower case, which its metavar or help lists: LM is lm."""
FLAG = Parameter(negative=(), show_default=False)
"""For an option without a value, and without a --no- form."""
SEVERAL = Parameter(negative_iterable=(), show_default=False)
"""For an argument or option that takes several values."""

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Replace the `**settings` of a command by one option for each setting of a run; each is None if not given."""
    signature = inspect.signature(command)
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [_option(setting) for setting in SETTINGS.values()]
    options += [_option_in(unit, setting) for unit, (setting, _) in _UNITS.items()]
    command.__signature__ = signature.replace(parameters=own + options)  # type: ignore[attr-defined]
    return command


def given(settings: Mapping[str, str | bool | None]) -> dict[str, Any]:
    """The settings from the command line, checked; minutes as seconds. Raises InputError, which names the option."""
    named = {name: value for name, value in settings.items() if value is not None}
    goals = [option_name(name) for name in named if (_UNITS[name][0].name if name in _UNITS else name) in GOALS]
    if len(goals) > 1:
        raise InputError(f"a run has one goal, found {' and '.join(goals)}: give only one of them")
    values: dict[str, Any] = {}
    for name, value in named.items():
        setting, size = _UNITS.get(name) or (SETTINGS[name], None)
        try:
            parsed = setting.parse(value) if isinstance(value, str) else value
            values[setting.name] = setting.checked(parsed if size is None else parsed * size)
        except InputError as error:
            raise InputError(str(error).replace(setting.name, option_name(name), 1)) from None
    return values


def check_belongs(names: Iterable[str], kinds_of: Mapping[str, tuple[str, ...]], kind: str) -> None:
    """Raise InputError for the first of these options that is not for this kind of data.

    kinds_of: the kinds that an option is for, if it is not a setting; an option that is in neither is for all.
    """
    for name in names:
        kinds = SETTINGS[name].kinds if name in SETTINGS else kinds_of.get(name, (kind,))
        if kind not in kinds:
            raise InputError(
                f"{option_name(name)} is for {kinds_in_words(kinds)}, this is {KINDS[kind].said_as}: "
                "leave it out, or give another --task"
            )


def option_name(setting: str) -> str:
    """The option of a setting: hidden_size → --hidden-size."""
    return "--" + setting.replace("_", "-")


def _option(setting: Setting) -> inspect.Parameter:
    remarks = [
        setting.bounds(),
        setting.defaults_in_words(to_goal=True),
        f"for {kinds_in_words(setting.kinds)}" if set(setting.kinds) < set(KINDS) else "",
    ]
    told = "; ".join(filter(None, remarks))
    text = f"{setting.help} ({told})" if told else setting.help
    aliases = tuple(map(option_name, setting.aliases))
    if setting.is_bool:
        annotation: Any = Annotated[
            bool | None, Parameter(help=text, group=_PLACES[setting.group], show_default=False, alias=aliases)
        ]
    else:
        metavar = "|".join(setting.choices) or ("N" if setting.is_int else "X")
        annotation = _text_option(text, setting, metavar, aliases)
    return inspect.Parameter(setting.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _option_in(unit: str, setting: Setting) -> inspect.Parameter:
    """The option that gives a setting in another unit."""
    annotation = _text_option(setting.help.replace(setting.name, unit), setting, "X", ())
    return inspect.Parameter(unit, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _text_option(help: str, setting: Setting, metavar: str, aliases: tuple[str, ...]) -> Any:
    group = _PLACES[setting.group]
    return Annotated[str | None, Parameter(help=help, group=group, show_default=False, metavar=metavar, alias=aliases)]
