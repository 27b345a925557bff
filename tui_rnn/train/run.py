"""The Python API: train on a text, or load a saved run, and ask it things.

import tui_rnn

run = tui_rnn.train("alice.txt", cell="lstm", seconds=60)
print(run.generate("Alice", length=300, temperature=0.8))
print(run.evaluate("Down the rabbit hole").bits_per_char)
forget = run.trace("Alice said")["f"]        # (characters, layers, units)
run.save("alice.safetensors")
"""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.data.opening import Data, Symbols, open_data
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.request import DataRequest
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.errors import InputError, RunError
from tui_rnn.layers.team import cores
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.train import checkpoint as checkpoints
from tui_rnn.train.checkpoint import Checkpoint
from tui_rnn.train.evaluation import Evaluation
from tui_rnn.train.networks import Network, new_network
from tui_rnn.train.scoring import score
from tui_rnn.train.trainer import Trainer

CALL_S = 0.05


class Run:
    """A trained network with what it reads and writes. Characters that it doesn't know are read as its fallback."""

    def __init__(self, network: Network, checkpoint: Checkpoint, data: Data | None = None) -> None:
        self.network = network
        self._checkpoint, self._data = checkpoint, data

    @property
    def task(self) -> str:
        """lm, items, tag, classify or seq2seq."""
        return self._checkpoint.facts.kind

    @property
    def config(self) -> RunConfig:
        """The settings it was trained with."""
        return self._checkpoint.facts.config

    @property
    def symbols(self) -> Symbols:
        """What it reads and writes."""
        return self._checkpoint.symbols

    @property
    def vocabulary(self) -> TextVocabulary:
        """The characters, words or bytes that it knows."""
        return self._checkpoint.symbols.vocabulary

    @property
    def val_loss_nats(self) -> float:
        """The latest loss on the scored share of its validation part, in nats per unit; NaN if there was none."""
        return self._checkpoint.history.val_loss_nats

    def generate(
        self,
        prompt: str = "",
        *,
        length: int = 400,
        temperature: float = 0.8,
        top_k: int = 0,
        top_p: float = 1.0,
        seed: int | None = None,
    ) -> str:
        """`length` characters that go on from `prompt`. Temperature 0 always takes the likeliest; top_k 0 and top_p 1 keep
        all characters; without a seed each call differs. Raises InputError when a number is out of range."""
        check_sampling(length, temperature, top_k, top_p)
        ids, _ = self.vocabulary.encode(prompt or start_prompt(self.vocabulary))
        seed = int.from_bytes(os.urandom(4), "little") if seed is None else seed
        drawn, _, _ = self.reader().generate(ids, length, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
        return self.vocabulary.decode(drawn)

    def evaluate(self, text: str) -> Evaluation:
        """How well it predicts each character of `text` from those before. Raises InputError below two characters."""
        if len(text) < 2:
            raise InputError(f"the text has {len(text)} characters, expected at least 2: the first is only read")
        ids, unknown = self.vocabulary.encode(text)
        evaluation = score(self.network, self.symbols, ids)
        assert evaluation is not None
        return replace(evaluation, unknown=len(unknown))

    def trace(self, text: str) -> dict[str, NDArray[np.float32]]:
        """Everything inside while it reads `text` from the zero state, by name, (T, L, H) each: i f g o c h of an LSTM,
        z r n h of a GRU, h of an Elman network; and log_probs (T, V): the log-probability of each next character."""
        if not text:
            raise InputError("the text is empty, expected at least one character")
        trace = self.reader().trace(self.vocabulary.encode(text)[0])
        return {**trace.signals, "log_probs": trace.log_probs}

    def reader(self) -> LanguageModel:
        """A language model to read with and to write. Raises InputError for another task."""
        if isinstance(self.network, ItemModel):
            return self.network.reader()
        if not isinstance(self.network, LanguageModel):
            raise InputError(f"the run's task is {self.task}, but only language models do that")
        return self.network

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to one .safetensors file. Raises InputError or RunError with one line."""
        checkpoints.write(self._checkpoint, Path(path))


def train(source: str | os.PathLike[str] | Data, *, cell: str = "lstm", threads: int | None = None, **settings: Any) -> Run:
    """Train a new model on a text file, a folder of text files, a built-in corpus (by name) or an open corpus.

    One goal is needed: steps, epochs or seconds. The other settings are those of RunConfig; with a goal, the learning
    rate falls along a cosine unless schedule="constant". threads: all cores by default; they never change the result.
    Raises InputError for settings or a text that can't be, RunError when training diverges.
    """
    config = goal_config(cell=cell, **settings)
    data = open_data(DataRequest(ExampleFiles(os.fspath(source)))) if isinstance(source, str | os.PathLike) else source
    trainer = Trainer(config, data, threads=threads or cores())
    while not trainer.finished:
        trainer.advance_for(CALL_S)
        if trainer.diverged:
            raise RunError(trainer.message)
    return Run(trainer.learner.network, trainer.checkpoint(), data)


def load(path: str | os.PathLike[str]) -> Run:
    """A saved run. Its text is not needed. Raises InputError when the file is not a whole run."""
    checkpoint = checkpoints.read(Path(path))
    network = new_network(checkpoint.facts.kind, checkpoint.facts.config, checkpoint.symbols)
    network.load_arrays(checkpoint.network)
    return Run(network, checkpoint)


def goal_config(**settings: Any) -> RunConfig:
    """The settings of a run that has a goal: with a cosine unless another schedule is asked for. Raises InputError."""
    if unknown := settings.keys() - SETTINGS.keys():
        raise InputError(f"there is no setting {sorted(unknown)[0]!r}, expected one of {', '.join(SETTINGS)}")
    if all(settings.get(goal) is None for goal in ("steps", "epochs", "seconds")):
        raise InputError("the run has no goal: give steps, epochs or seconds")
    return RunConfig(**{"schedule": "cosine", **settings})


def start_prompt(vocabulary: TextVocabulary) -> str:
    """What a text begins after when nobody gave a prompt: a line end where there is one."""
    return vocabulary.fallback if vocabulary.encode("\n")[1] else "\n"


def check_sampling(length: int, temperature: float, top_k: int, top_p: float) -> None:
    """Raise InputError when text can't be drawn like this."""
    if length < 0:
        raise InputError(f"length is {length}, expected 0 or more")
    if not (temperature >= 0 and math.isfinite(temperature)):
        raise InputError(f"temperature is {temperature}, expected 0 (greedy) or more")
    if top_k < 0:
        raise InputError(f"top_k is {top_k}, expected 0 (all characters) or more")
    if not 0 < top_p <= 1:
        raise InputError(f"top_p is {top_p}, expected more than 0, at most 1 (all characters)")
