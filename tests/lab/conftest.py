"""A small text and small networks, and a lab within the test's own process."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Bench
from tests.lab.examples import EXAMPLES
from tests.lab.watching import Training
from tui_rnn.config import RunConfig

Write = Callable[[str], str]


@pytest.fixture(scope="session")
def text() -> str:
    words = random.Random(1)
    return "".join(words.choice(("the cat ", "a dog ", "sat. ", "ran away\n", "„oh“ ")) for _ in range(2000))


@pytest.fixture
def source(tmp_path: Path, text: str) -> str:
    path = tmp_path / "animals.txt"
    path.write_text(text, encoding="utf-8", newline="\n")
    return str(path)


@pytest.fixture
def elman() -> RunConfig:
    return RunConfig(cell="elman", hidden_size=16, batch_size=4, seq_len=16, warmup_steps=5)


@pytest.fixture
def lstm() -> RunConfig:
    return RunConfig(cell="lstm", hidden_size=16, batch_size=4, seq_len=16, warmup_steps=5)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A lab on one thread a run: several wait for each other busily, and the tests share the cores."""
    monkeypatch.setattr("tui_rnn.layers.team.cores", lambda: 1)
    bench = Bench()
    yield bench
    bench.lab.shut_down(save=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the examples of a task into a file whose name is returned."""

    def write(task: str) -> str:
        path = tmp_path / f"{task}.tsv"
        path.write_text("\n".join(EXAMPLES[task]) + "\n", encoding="utf-8", newline="\n")
        return str(path)

    return write


@pytest.fixture
def training(source: str, tmp_path: Path) -> Iterator[Training]:
    one = Training(source, tmp_path / "run.safetensors")
    yield one
    one.finish()
