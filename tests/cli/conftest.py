"""The command line, called in this process: what it prints, and the exit code."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App, ArgumentCollection

from tests.cli.task_files import write_files
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


@dataclass(frozen=True)
class TaskRun:
    """A saved run, and what `train` said."""

    path: Path
    result: Result

    @property
    def done(self) -> dict[str, Any]:
        return self.result.records[-1]


@pytest.fixture(scope="session", autouse=True)
def signatures_are_read_once() -> Iterator[None]:
    """What a command's options are is read from its function: that takes longer than many commands, and is always the same."""
    read, known = App.assemble_argument_collection, dict[Any, ArgumentCollection]()

    def assemble(app: App, **options: Any) -> ArgumentCollection:
        if options:  # for a page of help
            return read(app, **options)
        if app.default_command not in known:
            known[app.default_command] = read(app)
        return untouched(known[app.default_command])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "assemble_argument_collection", assemble)
        yield


def untouched(options: ArgumentCollection) -> ArgumentCollection:
    """A copy that no words of a command line belong to yet."""
    copies = {id(one): copy.copy(one) for one in options}
    for one in copies.values():
        one.tokens = []
        one.children = ArgumentCollection(copies[id(child)] for child in one.children)
    return ArgumentCollection(copies.values())


@pytest.fixture
def tui_rnn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call the command line with these arguments, on one thread: several wait for each other busily, and the tests share the
    cores."""
    monkeypatch.setattr("tui_rnn.layers.team.cores", lambda: 1)

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


@pytest.fixture(scope="session")
def task_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Kind of data → a small training file and its validation file."""
    return write_files(tmp_path_factory.mktemp("tasks"))


@pytest.fixture(scope="session")
def task_runs(task_files: dict[str, tuple[Path, Path]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, TaskRun]:
    """Kind of data → a small network that the command line trained a little on it, with what it said."""
    folder, runs = tmp_path_factory.mktemp("task-runs"), {}
    for kind, (train, valid) in task_files.items():
        out, told, spoken = folder / f"{kind}.safetensors", io.StringIO(), io.StringIO()
        items = ["--items", "lines"] if kind == "items" else []
        options = ["--valid", str(valid), "--test", str(valid), "--hidden-size", "16", "--steps", "60", "--threads", "1"]
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(spoken):
            code = run(["train", str(train), *items, *options, "--out", str(out), "--json"])
        runs[kind] = TaskRun(out, Result(code, told.getvalue(), spoken.getvalue()))
    return runs
