"""Small networks of every kind, trained for a moment, and what is asked of them."""

from __future__ import annotations

import random

import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.running_text import in_tokens
from tui_rnn.insight.question import Subject
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer


@pytest.fixture(scope="session")
def trainers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trainer]:
    """A run of each kind of examples."""
    found = {}
    for task, problem in PROBLEMS.items():
        found[task] = Trainer(problem.config, problem.open(tmp_path_factory.mktemp(task)))
        while found[task].step < 150:
            found[task].advance(50)
    return found


@pytest.fixture(scope="session")
def subjects(trainers: dict[str, Trainer]) -> dict[str, Subject]:
    """The same, to be asked."""
    return {task: subject_of(trainer) for task, trainer in trainers.items()}


@pytest.fixture(scope="session")
def animals() -> str:
    words = random.Random(1)
    return "".join(words.choice(("the cat ", "a dog ", "sat. ", "ran away\n", "„oh“ ")) for _ in range(2000))


def reader_of(text: str, tokens: str = "char", layers: int = 1, units: int = 8, cell: str = "lstm") -> Subject:
    """A language model that read a little of a running text."""
    config = RunConfig(cell=cell, hidden_size=units, num_layers=layers, batch_size=4, seq_len=16, warmup_steps=5)
    trainer = Trainer(config, in_tokens(corpus_from_text(text), tokens))
    while trainer.step < 60:
        trainer.advance(20)
    return subject_of(trainer)


@pytest.fixture(scope="session")
def reader(animals: str) -> Subject:
    """Of two layers, over characters."""
    return reader_of(animals, layers=2, units=16)


@pytest.fixture(scope="session")
def words(animals: str) -> Subject:
    return reader_of(animals, "word")


@pytest.fixture(scope="session")
def octets(animals: str) -> Subject:
    return reader_of(animals, "byte")
