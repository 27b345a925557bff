"""Sweeps on a small text, by the parts that the command puts together."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.space import Listed

WORDS = "the cat sat on a mat and then it ran off".split()


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small text file of words and lines."""
    draw = random.Random(1)
    path = tmp_path_factory.mktemp("text") / "cat.txt"
    path.write_text("\n".join(" ".join(draw.choices(WORDS, k=8)) for _ in range(200)) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def data(text: Path) -> Data:
    return open_data(DataRequest(SourceFiles(str(text)), "lm"))


@pytest.fixture
def small() -> Plan:
    """Four trials that take a moment each."""
    fixed = {"steps": 6, "hidden_size": 4, "embedding_size": 0, "seq_len": 16, "batch_size": 4}
    return Plan({"cell": Listed(("elman", "lstm"))}, fixed, (1, 2))
