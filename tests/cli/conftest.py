"""The command line, called in this process: what it prints, and the exit code."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.cli.main import run


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """stdout as JSON lines; every line must be an object in strict JSON."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        return [json.loads(line, parse_constant=refuse) for line in self.out.splitlines()]


@pytest.fixture
def tui_rnn(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Call the command line with these arguments."""

    def call(*arguments: str | Path) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "then", "it", "ran", "off"]


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small text file of words and lines."""
    draw = random.Random(1)
    lines = [" ".join(draw.choices(WORDS, k=8)) for _ in range(300)]
    path = tmp_path_factory.mktemp("text") / "cat.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def saved(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small LSTM of two layers that was trained a little on `text`."""
    import tui_rnn

    path = tmp_path_factory.mktemp("saved") / "cat.safetensors"
    tui_rnn.train(text, hidden_size=16, num_layers=2, steps=60, seq_len=32, threads=1).save(path)
    return path
