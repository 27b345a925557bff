"""Command-line options made from config.SETTINGS, so that names, ranges and defaults can't drift apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from cyclopts import Group, Parameter

from tui_rnn.config import SETTINGS, bounds_text, check_setting, parse_setting
from tui_rnn.errors import InputError

GROUPS = {
    "Network": ["cell", "hidden_size", "num_layers", "embedding_size", "tie_weights", "activation", "bias"],
    "Training": ["seq_len", "batch_size", "learning_rate", "schedule", "warmup_steps"],
    "Regularisation": ["dropout", "weight_decay", "clip_norm", "reset_every"],
    "Goal (one of them)": ["steps", "epochs", "seconds"],
    "Randomness": ["seed"],
}

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Replace the `**settings` of a command by one option for each setting of a run, all None unless given."""
    signature = inspect.signature(command)
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [
        _option(name, Group(title, sort_key=position))
        for position, (title, names) in enumerate(GROUPS.items())
        for name in names
    ]
    command.__signature__ = signature.replace(parameters=own + options)  # type: ignore[attr-defined]
    return command


def given(settings: dict[str, str | bool | None]) -> dict[str, Any]:
    """The settings that were given on the command line, checked. Raises InputError, naming the option."""
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if value is None:
            continue
        try:
            if isinstance(value, str):
                values[name] = parse_setting(name, value)
            else:
                check_setting(name, value)
                values[name] = value
        except InputError as error:
            raise InputError(str(error).replace(name, option_name(name), 1)) from None
    return values


def option_name(setting: str) -> str:
    """The option of a setting: hidden_size → --hidden-size."""
    return "--" + setting.replace("_", "-")


def _option(name: str, group: Group) -> inspect.Parameter:
    spec = SETTINGS[name]
    kind = str(spec.type)
    remarks = []
    if "choices" not in spec.metadata and kind != "bool":
        remarks.append(bounds_text(name))
    if spec.default is not None:
        remarks.append(f"default {_default_text(spec.default)}")
    text = f"{spec.metadata['help']} ({'; '.join(remarks)})"
    metavar = "|".join(spec.metadata["choices"]) if "choices" in spec.metadata else "N" if kind.startswith("int") else "X"
    annotation: Any = (
        Annotated[bool | None, Parameter(help=text, group=group, show_default=False)]
        if kind == "bool"
        else Annotated[str | None, Parameter(help=text, group=group, show_default=False, metavar=metavar)]
    )
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _default_text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
