"""Where files go: the platform's folders, unless an environment variable says otherwise."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tui_rnn import paths


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUI_RNN_HOME", raising=False)
    monkeypatch.delenv("TUI_RNN_KERNEL_CACHE", raising=False)


def test_home_holds_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUI_RNN_HOME", str(tmp_path))

    assert paths.data_dir() == tmp_path
    assert paths.runs_dir() == tmp_path / "runs"
    assert paths.kernels_dir() == tmp_path / "kernels"
    assert paths.log_dir() == tmp_path / "log"


def test_the_compiled_kernels_can_lie_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUI_RNN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TUI_RNN_KERNEL_CACHE", str(tmp_path / "cache"))

    assert paths.kernels_dir() == tmp_path / "cache"
    assert paths.runs_dir() == tmp_path / "home" / "runs"


def test_relative_home_does_not_move_with_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUI_RNN_HOME", "here")

    assert paths.runs_dir() == tmp_path / "here" / "runs"


def test_a_home_of_a_user_who_is_not_there_is_a_folder_of_that_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUI_RNN_HOME", "~nobody-of-this-name/runs")

    assert paths.data_dir() == tmp_path / "~nobody-of-this-name" / "runs"


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG variables rule on Linux")
def test_without_variables_the_platforms_folders_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    assert paths.runs_dir() == tmp_path / "data" / "tui-rnn" / "runs"
    assert paths.kernels_dir() == tmp_path / "cache" / "tui-rnn" / "kernels"
    assert paths.log_dir() == tmp_path / "state" / "tui-rnn" / "log"


def test_naming_a_folder_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUI_RNN_HOME", str(tmp_path / "home"))

    for folder in (paths.data_dir(), paths.runs_dir(), paths.kernels_dir(), paths.log_dir()):
        assert not folder.exists()


@pytest.mark.parametrize("corpus", ["alice.txt", "Зима.txt", "a/../b", "con:*?|<>", "", "x" * 500, "\x1b[31mred"])
def test_a_new_run_gets_a_plain_file_name_in_the_runs_folder(corpus: str) -> None:
    path = paths.new_run_path(corpus, "LSTM 128×2")

    assert path.parent == paths.runs_dir()
    assert re.fullmatch(r"[a-z0-9-]{1,120}\.safetensors", path.name)


def test_two_new_runs_get_two_files() -> None:
    assert paths.new_run_path("alice.txt", "LSTM 128") != paths.new_run_path("alice.txt", "LSTM 128")
