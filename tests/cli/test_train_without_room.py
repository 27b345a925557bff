"""`tui-rnn train` where a disk is full, a folder vanishes or nobody reads: the run is saved, and it is said where."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as package
from tui_rnn.cli import train_json, training_loop
from tui_rnn.errors import RunError
from tui_rnn.training import tensor_file
from tui_rnn.training import trainer as trainers
from tui_rnn.training.run_facts import read_facts

Cli = Callable[..., Any]


SMALL = ("--hidden-size", "16", "--seq-len", "32")


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that can't be written to any more once training has begun."""
    folder, put = tmp_path / "full", tensor_file.put
    folder.mkdir()

    def refusing(path: Path, *contents: Any) -> None:
        if path.parent == folder:
            raise RunError(f"{path} was not written: No space left on device")
        put(path, *contents)

    monkeypatch.setattr(tensor_file, "put", refusing)
    return folder


def test_where_the_disk_is_full_at_the_end_the_run_is_saved_elsewhere(
    tui_rnn: Cli, text: Path, home: Path, full_disk: Path
) -> None:
    result = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", full_disk / "cat.safetensors", "--json")
    done = result.records[-1]
    saved = Path(done["out"])

    assert (result.code, done["event"], saved.parent) == (1, "done", home / "runs")
    assert package.load(saved).config.steps == 5
    assert "No space left on device" in result.err
    assert f"saved in {saved} instead" in result.err


def test_where_no_disk_has_room_it_says_why_and_ends_with_1(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *contents: Any) -> None:
        raise RunError(f"{path} was not written: No space left on device")

    monkeypatch.setattr(tensor_file, "put", refuse)
    result = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", tmp_path / "cat.safetensors", "--json")

    assert (result.code, result.err.count("\n")) == (1, 1)
    assert f"{tmp_path / 'cat.safetensors'} was not written" in result.err
    assert list(tmp_path.glob("*.safetensors")) == []


@pytest.mark.parametrize("error", [RunError("it was not written: no room"), MemoryError()], ids=["disk full", "out of memory"])
def test_a_save_on_the_way_that_fails_leaves_no_file_and_ends_nothing(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: Any) -> None:
        raise error

    put, there = tensor_file.put, list[list[Path]]()

    def progress(report: Any) -> None:
        there.append(list(tmp_path.glob("*.safetensors")))
        monkeypatch.setattr(tensor_file, "put", put if report.trainer.step >= 4 else refuse)

    monkeypatch.setattr(training_loop, "SAVE_INTERVAL_S", 0.0)
    monkeypatch.setattr(trainers.Trainer, "advance_for", lambda trainer, *_: trainer.advance(1))
    monkeypatch.setattr(train_json.JsonReport, "progress", progress)
    result = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", tmp_path / "cat.safetensors", "--json")

    assert result.code == 0
    assert result.err.count("training goes on") == 1
    assert there[:3] == [[], [], []]
    assert read_facts(tmp_path / "cat.safetensors").step == 5


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EPIPE], ids=["hung up", "disk full", "reader left"])
def test_output_that_can_not_be_written_ends_training_and_the_run_is_saved(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(report: Any) -> None:
        if report.trainer.step:
            raise OSError(error, os.strerror(error))  # of EPIPE Python makes a BrokenPipeError

    monkeypatch.setattr(train_json.JsonReport, "progress", refuse)
    out = tmp_path / "cat.safetensors"
    result = tui_rnn("train", text, *SMALL, "--steps", 1_000_000, "--out", out, "--json")

    assert result.code == 130
    assert read_facts(out).step > 0
    assert ("output can't be written" in result.err) == (error != errno.EPIPE)


def test_a_folder_that_vanishes_while_training_costs_nothing(
    tui_rnn: Cli, text: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.setattr(training_loop, "SAVE_INTERVAL_S", 0.0)
    monkeypatch.setattr(train_json.JsonReport, "progress", lambda report: shutil.rmtree(folder, ignore_errors=True))
    result = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", folder / "cat.safetensors", "--json")

    assert result.err.count("training goes on") == 1
    assert read_facts(Path(result.records[-1]["out"])).step == 5
