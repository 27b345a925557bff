"""Where a run goes that can't be saved in its place."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tui_rnn.errors import RunError
from tui_rnn.training import saving


def written_except(*refused: Path):
    """A way of saving that fails in the refused folders."""

    def save(path: Path) -> None:
        if path.parent in refused:
            raise RunError(f"{path} was not written")
        path.write_bytes(b"run")

    return save


def no_folder() -> Path:
    raise FileNotFoundError("there is none")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found = [tmp_path / name for name in ("first", "second")]
    monkeypatch.setattr(saving, "ELSEWHERE", (no_folder, *(lambda folder=folder: folder for folder in found)))
    return found


def test_a_run_is_saved_in_its_place(tmp_path: Path, folders: list[Path]) -> None:
    assert saving.save_or_elsewhere(written_except(), tmp_path / "run", "other") == (tmp_path / "run", "")
    assert not any(folder.exists() for folder in folders)


def test_else_in_the_first_folder_that_there_is_and_that_takes_it(tmp_path: Path, folders: list[Path]) -> None:
    path, trouble = saving.save_or_elsewhere(written_except(tmp_path, folders[0]), tmp_path / "run", "other")
    assert path == folders[1] / "other"
    assert path.read_bytes() == b"run"
    assert trouble == f"{tmp_path / 'run'} was not written; saved in {path} instead"


def test_where_none_does_the_first_error_counts(tmp_path: Path, folders: list[Path]) -> None:
    with pytest.raises(RunError, match="run was not written"):
        saving.save_or_elsewhere(written_except(tmp_path, *folders), tmp_path / "run", "other")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_where_others_can_write_it_lies_in_a_new_folder_of_ones_own(tmp_path: Path, folders: list[Path]) -> None:
    folders[0].mkdir()
    folders[0].chmod(0o1777)
    mine = tmp_path / "mine"
    mine.write_bytes(b"precious")
    (folders[0] / "other").symlink_to(mine)  # by someone who guessed the name
    path, _ = saving.save_or_elsewhere(written_except(tmp_path), tmp_path / "run", "other")

    assert path.parent.parent == folders[0]
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (path.read_bytes(), mine.read_bytes()) == (b"run", b"precious")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_a_folder_that_takes_it_no_more_than_the_others_is_not_left_behind(tmp_path: Path, folders: list[Path]) -> None:
    def full(path: Path) -> None:
        raise RunError(f"{path.name} was not written")

    folders[0].mkdir()
    folders[0].chmod(0o1777)
    with pytest.raises(RunError):
        saving.save_or_elsewhere(full, tmp_path / "run", "other")
    assert list(folders[0].iterdir()) == []
