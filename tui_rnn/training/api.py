"""The Python API: `train` a network on a text or on examples, or `load` a saved run; see tui_rnn/__init__.py for examples."""

from __future__ import annotations

import inspect
import os
import sys
import textwrap
import warnings
from collections.abc import Sequence
from typing import Any, TypedDict, Unpack, get_type_hints

from tui_rnn.config import GOALS, GROUPS, SETTINGS, RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.sources import together
from tui_rnn.errors import InputError, RunError
from tui_rnn.kernels import not_kept
from tui_rnn.layers.team import cores
from tui_rnn.paths import written_path
from tui_rnn.setting import BY_KIND, Setting
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.bar import Bar, watched_stream
from tui_rnn.training.networks import new_network, threads_for
from tui_rnn.training.resuming import checkpoint_of
from tui_rnn.training.run import Run
from tui_rnn.training.trainer import Trainer

__all__ = ["Run", "goal_config", "load", "train"]

CALL_S = 0.05


class Settings(TypedDict, total=False):
    """The settings of config.RunConfig, for type checkers and editors."""

    cell: str
    hidden_size: int
    num_layers: int
    embedding_size: int
    tie_weights: bool
    activation: str
    bias: bool
    share_gates: bool
    bidirectional: bool
    overlap: bool
    pool: str
    attention: str
    readout: str
    teacher_forcing: float
    learning_rate: float
    schedule: str
    warmup_steps: int
    moments_mb: float
    batch_size: int
    seq_len: int
    sampled_softmax: int
    dropout: float
    input_noise: float
    label_smoothing: float
    weight_decay: float
    clip_norm: float
    reset_every: int
    seed: int
    steps: int | None
    epochs: float | None
    seconds: float | None


def train(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Data,
    *,
    task: str | None = None,
    items: str | None = None,
    tokens: str | None = None,
    target_units: str | None = None,
    fold_case: bool = False,
    validation: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    format: str | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str | None = None,
    skip_bad_lines: bool = False,
    split_seed: int = 1,
    cut_long: bool = False,
    join_labels: bool = False,
    threads: int | None = None,
    progress: bool | None = None,
    **settings: Unpack[Settings],
) -> Run:
    """Train a new network on a file, several files (a list), a folder, a built-in corpus (by name), or open data.

    >>> run = tui_rnn.train("counting", hidden_size=8, steps=20)
    >>> run.generate("aaa", length=3, temperature=0)[:3]
    'aaa'

    One goal is needed: steps, epochs or seconds. With it, the learning rate falls along a cosine unless schedule="constant".

    source: a path, several in a list, a built-in's name, or what data.opening.open_data opened. task: lm, tag, classify or
    seq2seq; None: the content decides. items: for lm, "lines" or "paragraphs", each one an item. tokens: what is read, char,
    word, word+char or byte; None: a language model reads characters, and for examples the texts decide. target_units: for
    seq2seq, characters, tokens or words. fold_case: read the words of examples in lower case. validation: a file to validate
    on, in place of a tenth of the source. format, columns, encoding: how the file is read, if its content doesn't show it.
    skip_bad_lines: leave out malformed lines. split_seed: which examples validate. cut_long: cut texts that are too long.
    join_labels: treat labels as one that differ only in how they are written. threads: by default all cores, or one for a
    small network; they never change the result. progress: whether a line shows the progress; None: in a terminal or a
    notebook.

    Raises InputError for settings or data that are not possible, RunError if training diverges.
    """
    _warn_of_no_cache()
    bar = Bar(watched_stream() if progress is None else (watched_stream() or sys.stderr) if progress else None)
    if isinstance(source, Corpus | ExampleData):
        data: Data = source
    else:
        files = SourceFiles(
            _path("source", source),
            validation=None if validation is None else _path("validation", validation),
            format=format,
            columns=columns,
            encoding=encoding,
            skip_bad_lines=skip_bad_lines,
            split_seed=split_seed,
            cut_long=cut_long,
            join_labels=join_labels,
        )
        data = open_data(DataRequest(files, task, items, tokens, target_units, fold_case))
    config = goal_config(data.kind.name, **settings)
    bar.say("compiling, if this has not been done yet …")
    trainer = Trainer(config, data, threads=threads or threads_for(data.kind, config, cores()))
    try:
        while not trainer.finished:
            trainer.advance_for(CALL_S)
            if trainer.diverged:
                raise RunError(trainer.message)
            bar.show(trainer)
        bar.end(trainer)
    finally:
        bar.close()
    return Run(trainer.learner.network, checkpoint_of(trainer), data)


def load(path: str | os.PathLike[str]) -> Run:
    """A saved run. Its data are not needed. Raises InputError if the file is not a whole run.

    >>> tui_rnn.load("counting.safetensors")  # doctest: +SKIP
    <Run: LSTM 8, lm on 'counting', step 20, validation loss 1.03 nats/char>
    """
    _warn_of_no_cache()
    checkpoint = checkpoints.read(written_path(path))
    network = new_network(checkpoint.facts.config, checkpoint.symbols)
    network.load_arrays(checkpoint.network)
    return Run(network, checkpoint)


def _warn_of_no_cache() -> None:
    """Warn if compiled kernels can't be kept: each start then compiles them again."""
    if trouble := not_kept():
        warnings.warn(trouble, stacklevel=3)


def _path(name: str, value: Any) -> str:
    """One path, or several in a list as one source."""
    if isinstance(value, list | tuple) and value:
        return together([_path(name, one) for one in value])
    if not isinstance(value, str | os.PathLike):
        raise InputError(f"{name} is {value!r:.60}, expected a file, a folder or a built-in corpus by its name")
    return os.fspath(value)


def goal_config(kind: str, /, **settings: Any) -> RunConfig:
    """The settings of a run to a goal, with a cosine schedule unless another one is given. kind: the name of a kind of data.
    Raises InputError."""
    config = RunConfig.to_goal(kind, **settings)
    if not config.goal:
        raise InputError(f"the run has no goal: give one of {', '.join(GOALS)}")
    return config


def _settings_page() -> str:
    """What each setting means, for the docstring: from the table that the command line's help is made of."""
    lines = []
    for group in GROUPS:
        lines += ["", f"{group.title}:"]
        for setting in (one for one in SETTINGS.values() if one.group is group):
            choices = f" ({', '.join(setting.choices)})" if setting.choices else ""
            told = "; ".join(filter(None, (setting.help + choices, setting.defaults_in_words(to_goal=True))))
            lines += textwrap.wrap(f"{setting.name}: {told}", 110, initial_indent="    ", subsequent_indent="        ")
    return "\n".join(lines)


def _default(setting: Setting) -> Any:
    """A setting's default for a run to a goal."""
    if setting.default_to_goal is not None:
        return setting.default_to_goal
    return BY_KIND if setting.defaults else setting.default


def _with_settings() -> None:
    """Let help() and editors see each setting of `train` with its type and its default, in place of **settings."""
    signature = inspect.signature(train)
    *own, _ = signature.parameters.values()
    hints = get_type_hints(RunConfig)
    more = [
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=_default(one), annotation=hints[one.name])
        for one in SETTINGS.values()
    ]
    train.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    train.__doc__ = f"{inspect.cleandoc(train.__doc__ or '')}\n{_settings_page()}\n"


_with_settings()
