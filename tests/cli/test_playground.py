"""Before the screen opens, the sources are looked at; without a terminal it says what to use instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tui_rnn.data.request import DataRequest, SourceFiles

Cli = Callable[..., Any]


@dataclass
class Left:
    """How the playground ended."""

    code: int = 0
    error: str | None = None

    saved: dict[str, Any] = field(default_factory=dict)

    def farewell(self) -> str:
        return "LSTM 128 at step 10: run.safetensors"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the playground was opened with; the terminal and the screen are left out."""
    calls: list[Any] = []

    def open_playground(requests: list[DataRequest], runs: list[str]) -> Left:
        calls.append((requests, runs))
        return Left()

    monkeypatch.setattr("tui_rnn.cli.playground.has_terminal", lambda: True)
    monkeypatch.setattr("tui_rnn.tui.launch.open_playground", open_playground)
    return calls


def test_without_a_terminal_it_names_the_command_to_use(tui_rnn: Cli) -> None:
    result = tui_rnn("prose")

    assert result.code == 2
    assert "tui-rnn train SOURCE" in result.err


def test_it_opens_what_was_named_and_prints_the_farewell(tui_rnn: Cli, opened: list[Any], text: Path) -> None:
    result = tui_rnn(text, "--encoding", "utf-8")

    assert opened == [([DataRequest(SourceFiles(str(text), encoding="utf-8"))], [])]
    assert (result.code, result.out, result.err) == (0, "LSTM 128 at step 10: run.safetensors\n", "")


@pytest.mark.parametrize("name", ["dates", "messages", "tagged-sentences"])
def test_a_built_in_corpus_of_any_task_opens_by_its_name(tui_rnn: Cli, opened: list[Any], name: str) -> None:
    tui_rnn(name)

    assert opened == [([DataRequest(SourceFiles(name))], [])]


def test_nothing_named_opens_nothing_and_lets_it_be_chosen(tui_rnn: Cli, opened: list[Any]) -> None:
    tui_rnn()

    assert opened == [([], [])]


def test_how_to_read_a_source_needs_one(tui_rnn: Cli, opened: list[Any]) -> None:
    result = tui_rnn("--task", "tag")

    assert opened == []
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "--task says how to read a source: also name the source" in result.err


def test_a_file_that_is_called_like_a_command_opens_by_its_path(
    tui_rnn: Cli, opened: list[Any], text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train").write_bytes(text.read_bytes())
    monkeypatch.chdir(tmp_path)
    tui_rnn("./train")

    assert opened == [([DataRequest(SourceFiles("./train"))], [])]


def test_saved_runs_open_beside_each_other(tui_rnn: Cli, opened: list[Any], saved: Path) -> None:
    tui_rnn(saved, saved)

    assert opened == [([], [str(saved), str(saved)])]


def test_the_last_session_opens_again_without_what_is_gone(
    tui_rnn: Cli, opened: list[Any], saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "no playground has saved a run yet" in tui_rnn("--last").err
    gone = str(tmp_path / "gone.safetensors")
    runs = {"one": SimpleNamespace(path=str(saved)), "two": SimpleNamespace(path=gone)}
    monkeypatch.setattr("tui_rnn.tui.launch.open_playground", lambda requests, runs_: Left(saved=runs))
    tui_rnn(saved)

    def reopened(requests: list[DataRequest], runs: list[str]) -> Left:
        opened.append(runs)
        return Left()

    monkeypatch.setattr("tui_rnn.tui.launch.open_playground", reopened)
    assert f"{gone} is gone, so it is left out" in tui_rnn("--last").err
    assert opened == [[str(saved)]]
    assert "leave out prose or --last" in tui_rnn("prose", "--last").err


def test_what_a_file_is_for_can_be_said(tui_rnn: Cli, opened: list[Any], tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("".join(f"name{k}\n" for k in range(200)), encoding="utf-8")
    tui_rnn(names, "--task", "lm", "--items", "lines")

    assert opened == [([DataRequest(SourceFiles(str(names)), "lm", "lines")], [])]


def test_how_to_read_a_source_is_no_option_for_a_saved_run(tui_rnn: Cli, opened: list[Any], saved: Path) -> None:
    result = tui_rnn(saved, "--task", "tag")

    assert opened == []
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "--task" in result.err


@pytest.mark.parametrize("name", ["missing.txt", "empty.txt", "binary.txt", "broken.safetensors"])
def test_bad_sources_are_refused_before_the_screen_opens(tui_rnn: Cli, opened: list[Any], tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(b"MZ\0\0" * 100)
    (tmp_path / "broken.safetensors").write_bytes(b"no run")
    result = tui_rnn(tmp_path / name)

    assert opened == []
    assert result.code == 2
    assert name in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(("code", "expected"), [(2, 2), (1, 1)])
def test_what_ended_the_playground_is_said_when_it_has_closed(
    tui_rnn: Cli, opened: list[Any], monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    monkeypatch.setattr("tui_rnn.tui.launch.open_playground", lambda *_: Left(code, "the folder holds no text"))
    result = tui_rnn()

    assert result.code == expected
    assert result.err == "tui-rnn: the folder holds no text\n"
