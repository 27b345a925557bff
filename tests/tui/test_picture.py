"""The screen saved as a picture: where, that it is said, and what is said when it can't be."""

from __future__ import annotations

import secrets
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.tui.lab_driver import Driver, command, playground
from tui_rnn.tui import picture


async def take(lab: Driver) -> str:
    """What is said of a picture that is taken now."""
    lab.app.clear_notifications()
    await lab.press(command("Screenshot"))
    await lab.app.workers.wait_for_complete()
    (said,) = lab.notices
    return said


def downloads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_rnn.tui.picture.user_downloads_path", lambda: folder)


async def test_it_goes_to_the_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads(tmp_path, monkeypatch)
    async with playground() as lab:
        said = await take(lab)

    (path,) = tmp_path.iterdir()
    assert said == f"saved the screen in {path}"
    shown = "".join(ElementTree.parse(path).getroot().itertext())
    assert "gates" in shown


async def test_without_downloads_it_goes_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads(tmp_path / "none", monkeypatch)
    monkeypatch.chdir(tmp_path)
    async with playground() as lab:
        said = await take(lab)

    (path,) = tmp_path.iterdir()
    assert said == f"saved the screen in {path}"


async def test_where_it_can_not_be_written_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    downloads(tmp_path, monkeypatch)
    monkeypatch.setattr(picture, "write_new", full)
    async with playground() as lab:
        said = await take(lab)

    assert said.startswith(f"the picture was not saved in {tmp_path}: No space left on device")


async def test_it_never_goes_through_a_link_or_over_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, folder = tmp_path / "mine.txt", tmp_path / "downloads"
    mine.write_text("precious", encoding="utf-8")
    folder.mkdir()
    monkeypatch.setattr(secrets, "token_hex", lambda count: "guessed")
    monkeypatch.setattr(time, "strftime", lambda form: "tui-rnn now")
    (folder / "tui-rnn now guessed.svg").symlink_to(mine)
    downloads(folder, monkeypatch)
    async with playground() as lab:
        said = await take(lab)

    assert said.startswith(f"the picture was not saved in {folder}: File exists")
    assert mine.read_text(encoding="utf-8") == "precious"


def test_a_picture_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        picture.write_new(tmp_path / "half.svg", "no bytes")  # type: ignore[arg-type]
    (tmp_path / "there.svg").touch()
    with pytest.raises(FileExistsError):
        picture.write_new(tmp_path / "there.svg", b"new")
    assert (tmp_path / "there.svg").read_text(encoding="utf-8") == ""
    assert not (tmp_path / "half.svg").exists()
