"""What a terminal says while large data are read and scored; a pipe gets nothing of it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from tests.cli.conftest import TaskRun
from tui_rnn.cli import opening, output
from tui_rnn.cli.main import run
from tui_rnn.data.examples import documents, encoding


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are told of as large ones are: every other line, and without patience."""
    monkeypatch.setattr(opening, "PATIENCE_S", 0.0)
    monkeypatch.setattr(output, "INTERVAL_S", 0.0)
    monkeypatch.setattr(documents, "LINES_A_PROGRESS", 2)
    monkeypatch.setattr(encoding, "EXAMPLES_A_PROGRESS", 2)


def said(stream: io.StringIO, *arguments: str | Path) -> str:
    """What a command writes to this stderr."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(stream):
        assert run([str(argument) for argument in arguments]) == 0
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["tag", "classify", "seq2seq", "items"])
def test_eval_of_example_files_tells_how_far_reading_and_encoding_them_is(
    kind: str, at_once: None, task_runs: dict[str, TaskRun], task_files: dict[str, tuple[Path, Path]], tmp_path: Path
) -> None:
    other = tmp_path / f"other{task_files[kind][1].suffix}"  # not a part of the run's own data
    other.write_text(task_files[kind][1].read_text(encoding="utf-8"), encoding="utf-8")
    told = said(Terminal(), "eval", task_runs[kind].path, other)

    characters = other.read_text(encoding="utf-8")
    examples = characters.count("\n\n") or len(characters.splitlines()) - characters.startswith(("text\t", "source\t"))
    assert f"opening {other.name}: {(characters.index(chr(10)) + 1) / len(characters):.0%}" in told
    assert f"opening {other.name}: {2 / examples:.0%}" in told
    assert f"scoring {other.name} …" in told
    assert told.endswith("\r")


def test_nothing_is_told_to_a_pipe(
    at_once: None, task_runs: dict[str, TaskRun], task_files: dict[str, tuple[Path, Path]]
) -> None:
    assert said(io.StringIO(), "eval", task_runs["classify"].path, task_files["classify"][1]) == ""
