"""A small text that a small network learns within a second."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import safetensors
import safetensors.numpy

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus, corpus_from_text
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

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


def train(trainer: Trainer, steps: int) -> Trainer:
    while trainer.step < steps:
        trainer.advance(min(30, steps - trainer.step))
    return trainer


@pytest.fixture(scope="module")
def saved(corpus: Corpus, small: RunConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "run.safetensors"
    save_run(train(Trainer(small, corpus), 20), path)
    return path


@pytest.fixture
def altered(saved: Path, tmp_path: Path) -> Any:
    """Writes the saved run with other arrays or facts; the file itself is well formed."""

    def write(arrays: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, metadata: Any = None) -> Path:
        tensors = safetensors.numpy.load_file(saved)
        with safetensors.safe_open(saved, "numpy") as file:
            own = json.loads(file.metadata()["tui_rnn"]) | (facts or {})
        tensors = {name: array for name, array in (tensors | (arrays or {})).items() if array is not None}
        path = tmp_path / "altered.safetensors"
        safetensors.numpy.save_file(tensors, path, metadata if metadata is not None else {"tui_rnn": json.dumps(own)})
        return path

    return write
