"""Command-line options made from config.SEQUENCE_SETTINGS, so that names, ranges and defaults can't drift apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from cyclopts import Group, Parameter

from tui_rnn.config import SEQUENCE_SETTINGS, SETTINGS, bounds_text, check_setting, parse_setting
from tui_rnn.errors import InputError

MINUTES = "minutes"  # an option only: kept as seconds
GOALS = ("steps", "epochs", "seconds")

GROUPS = {
    "Goal (one of them)": (1, ["steps", "epochs", "seconds", MINUTES]),
    "Network": (3, ["cell", "hidden_size", "num_layers", "embedding_size", "tie_weights", "activation", "bias"]),
    "Network for tag, classify and seq2seq": (4, ["bidirectional", "pool", "attention", "readout", "teacher_forcing"]),
    "Training": (5, ["seq_len", "batch_size", "learning_rate", "schedule", "warmup_steps"]),
    "Regularisation": (6, ["dropout", "weight_decay", "clip_norm", "reset_every", "input_noise", "label_smoothing"]),
    "Randomness": (7, ["seed"]),
}
"""Each group of the help page: its place there, and the options in it."""

EXAMPLES = ("tag", "classify", "seq2seq")
BELONGS_TO = {
    "seq_len": ("lm",),
    "reset_every": ("lm",),
    "tie_weights": ("lm", "items", "seq2seq"),
    "bidirectional": EXAMPLES,
    "pool": ("classify",),
    "attention": ("seq2seq",),
    "readout": ("seq2seq",),
    "teacher_forcing": ("seq2seq",),
    "input_noise": EXAMPLES,
    "label_smoothing": EXAMPLES,
    "items": ("items",),
    "tokens": ("lm", "items"),
    "split_seed": ("items", *EXAMPLES),
    "skip_bad_lines": ("items", *EXAMPLES),
    "columns": EXAMPLES,
    "format": EXAMPLES,
    "target_units": ("seq2seq",),
}
"""The kinds of data (data.opening.KINDS) that an option is for, where it isn't for all."""

IN_WORDS = {"lm": "lm on a running text", "items": "lm with --items"}

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Replace the `**settings` of a command by one option for each setting of a run, all None unless given."""
    signature = inspect.signature(command)
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [_option(name, Group(title, sort_key=place)) for title, (place, names) in GROUPS.items() for name in names]
    command.__signature__ = signature.replace(parameters=own + options)  # type: ignore[attr-defined]
    return command


def given(settings: dict[str, str | bool | None]) -> dict[str, Any]:
    """The settings that were given on the command line, checked; minutes as seconds. Raises InputError, naming the option."""
    goals = [option_name(name) for name in (*GOALS, MINUTES) if settings.get(name) is not None]
    if len(goals) > 1:
        raise InputError(f"a run has one goal, found {' and '.join(goals)}: give only one of them")
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if value is None:
            continue
        setting = "seconds" if name == MINUTES else name
        try:
            if isinstance(value, str):
                values[setting] = parse_setting(setting, value) * (60 if name == MINUTES else 1)
            else:
                values[setting] = value
            check_setting(setting, values[setting])
        except InputError as error:
            raise InputError(str(error).replace(setting, option_name(name), 1)) from None
    return values


def check_belongs(names: Iterable[str], kind: str) -> None:
    """Raise InputError for the first of these options that data of a kind (data.opening.KINDS) has no use for."""
    for name in names:
        kinds = BELONGS_TO.get(name, (kind,))
        if kind not in kinds:
            tasks = [IN_WORDS.get(one, one) for one in kinds]
            listed = " and ".join([", ".join(tasks[:-1]), tasks[-1]] if len(tasks) > 1 else tasks)
            raise InputError(
                f"{option_name(name)} is for {listed}, this is {IN_WORDS.get(kind, kind)}: leave it out, or say another --task"
            )


def option_name(setting: str) -> str:
    """The option of a setting: hidden_size → --hidden-size."""
    return "--" + setting.replace("_", "-")


def _option(name: str, group: Group) -> inspect.Parameter:
    if name == MINUTES:
        help = Parameter(help="goal: minutes of training", group=group, show_default=False, metavar="X")
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, help])
    spec = SEQUENCE_SETTINGS[name]
    kind = str(spec.type)
    remarks = []
    if "choices" not in spec.metadata and kind != "bool":
        remarks.append(bounds_text(name))
    if spec.default is not None:
        of_text = SETTINGS.get(name, spec).default
        differs = f", of running text {_default_text(of_text)}" if of_text != spec.default else ""
        remarks.append(f"default {_default_text(spec.default)}{differs}")
    if len(BELONGS_TO.get(name, EXAMPLES)) < len(EXAMPLES):
        remarks.append(f"for {', '.join(IN_WORDS.get(one, one) for one in BELONGS_TO[name])}")
    text = f"{spec.metadata['help']} ({'; '.join(remarks)})"
    metavar = "|".join(spec.metadata["choices"]) if "choices" in spec.metadata else "N" if kind.startswith("int") else "X"
    annotation: Any = (
        Annotated[bool | None, Parameter(help=text, group=group, show_default=False)]
        if kind == "bool"
        else Annotated[str | None, Parameter(help=text, group=group, show_default=False, metavar=metavar)]
    )
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _default_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
