"""A small text that a small network learns within a second."""

from __future__ import annotations

import random

import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus, corpus_from_text

SMALL = RunConfig(hidden_size=16, batch_size=4, seq_len=16, reset_every=4, warmup_steps=5, seed=3)


@pytest.fixture(scope="session")
def text() -> str:
    words = random.Random(1)
    return "".join(words.choice(("the cat ", "a dog ", "sat. ", "ran away\n", "„oh“ ")) for _ in range(2000))


@pytest.fixture(scope="session")
def corpus(text: str) -> Corpus:
    return corpus_from_text(text, name="animals")


@pytest.fixture(scope="session")
def small() -> RunConfig:
    return SMALL


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody says how many: several threads wait for each other busily, and the tests share the cores."""
    monkeypatch.setattr("tui_rnn.training.api.cores", lambda: 1)
    monkeypatch.setattr("tui_rnn.training.run.cores", lambda: 1)
