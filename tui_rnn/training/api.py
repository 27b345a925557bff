"""The Python API: train on a text or on examples, or load a saved run, and ask it things.

import tui_rnn

run = tui_rnn.train("alice.txt", cell="lstm", seconds=60)
print(run.generate("Alice", length=300, temperature=0.8))
print(run.evaluate("Down the rabbit hole").bits)
forget = run.trace("Alice said")["f"]        # (characters, layers, units)
expected = run.ask(Trace("Alice said"), at_step=200).expected  # from tui_rnn.insight.trace import Trace
run.save("alice.safetensors")

run = tui_rnn.train("names.tsv", task="classify", pool="mean", seconds=60)
print(run.predict("Okonkwo").label)
print(run.evaluate_file("more_names.tsv").metrics["accuracy"])

run = tui_rnn.train("dates", seconds=60)     # pairs: sequence to sequence
print(run.predict("3 May 2021", beam=4).outputs[0].text)
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from tui_rnn.config import GOALS, RunConfig
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError, RunError
from tui_rnn.kernels import not_kept
from tui_rnn.layers.team import cores
from tui_rnn.paths import written_path
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.networks import new_network, threads_for
from tui_rnn.training.run import Run
from tui_rnn.training.trainer import Trainer

__all__ = ["Run", "goal_config", "load", "train"]

CALL_S = 0.05


def train(
    source: str | os.PathLike[str] | Data,
    *,
    task: str | None = None,
    items: str | None = None,
    tokens: str = "char",
    target_units: str | None = None,
    validation: str | os.PathLike[str] | None = None,
    format: str | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str | None = None,
    skip_bad_lines: bool = False,
    split_seed: int = 1,
    threads: int | None = None,
    **settings: Any,
) -> Run:
    """Train a new network on a file, a folder, a built-in corpus (by name), or data that is open.

    task: lm, tag, classify or seq2seq; None: by the content. items: of lm, lines or paragraphs, each an item of its own.
    tokens: of lm, char, word or byte. target_units: of seq2seq. validation, format, columns, encoding, skip_bad_lines,
    split_seed: see SourceFiles. One goal is needed: steps, epochs or seconds. The other settings are those of RunConfig
    that this kind of data has a use for; with a goal, the learning rate falls along a cosine unless
    schedule="constant". threads: by default all cores, or one for a small network; they never change the result.
    Raises InputError for settings or data that can't be, RunError when training diverges.
    """
    _warn_of_no_cache()
    data: Data
    if isinstance(source, str | os.PathLike):
        files = SourceFiles(
            os.fspath(source),
            validation=None if validation is None else os.fspath(validation),
            format=format,
            columns=columns,
            encoding=encoding,
            skip_bad_lines=skip_bad_lines,
            split_seed=split_seed,
        )
        data = open_data(DataRequest(files, task, items, tokens, target_units))
    else:
        data = source
    config = goal_config(data.kind.name, **settings)
    trainer = Trainer(config, data, threads=threads or threads_for(data.kind, config, cores()))
    while not trainer.finished:
        trainer.advance_for(CALL_S)
        if trainer.diverged:
            raise RunError(trainer.message)
    return Run(trainer.learner.network, trainer.checkpoint(), data)


def load(path: str | os.PathLike[str]) -> Run:
    """A saved run. Its data are not needed. Raises InputError when the file is not a whole run."""
    _warn_of_no_cache()
    checkpoint = checkpoints.read(written_path(path))
    network = new_network(checkpoint.facts.config, checkpoint.symbols)
    network.load_arrays(checkpoint.network)
    return Run(network, checkpoint)


def _warn_of_no_cache() -> None:
    if trouble := not_kept():
        warnings.warn(trouble, stacklevel=3)


def goal_config(kind: str, /, **settings: Any) -> RunConfig:
    """The settings of a run that has a goal: with a cosine unless another schedule is asked for. kind: the name of a kind
    of data. Raises InputError."""
    config = RunConfig.to_goal(kind, **settings)
    if not config.goal:
        raise InputError(f"the run has no goal: give one of {', '.join(GOALS)}")
    return config
