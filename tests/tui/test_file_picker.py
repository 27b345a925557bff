"""Choosing a text or a saved run: lists what is there, shows foreign names safely, and blocks nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.lab_driver import Driver, playground
from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
from tui_rnn.lab.messages import LoadRun, OpenData
from tui_rnn.paths import runs_dir
from tui_rnn.tui.screens.file_picker import FilePicker, read_folder


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two texts, a folder and a hidden file; the working folder."""
    (tmp_path / "tale.txt").write_text("Once upon a time", encoding="utf-8")
    (tmp_path / "song.txt").write_text("la " * 1000, encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "inner.txt").write_text("deep", encoding="utf-8")
    (tmp_path / ".hidden").write_text("secret", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def picker_of(lab: Driver, key: str) -> FilePicker:
    """Open the picker and wait until its folder was read."""
    await lab.pilot.press(key)
    picker = lab.app.screen
    assert isinstance(picker, FilePicker)
    await arrived(lab, picker)
    return picker


async def arrived(lab: Driver, picker: FilePicker) -> None:
    """Wait for the thread that reads a folder."""
    while picker.reading:
        await lab.pilot.pause(0.01)
    await lab.pilot.pause()


def opened(lab: Driver) -> list[str]:
    return [command.request.files.source for command in lab.engine.sent_of(OpenData)][1:]


def test_a_folder_lists_its_folders_then_its_files_and_nothing_hidden(shelf: Path) -> None:
    entries, remark = read_folder(shelf, None)

    assert [entry.label.plain for entry in entries] == [
        "..",
        "more" + os.sep,
        "song.txt  3.0 kB",
        "tale.txt  16 bytes",
    ]
    assert remark == ""


def test_the_newest_saved_run_comes_first(tmp_path: Path) -> None:
    for name, age_s in (("old", 200), ("new", 0), ("middle", 100)):
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(b"")
        os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    entries, _ = read_folder(tmp_path, ".safetensors")

    assert [Path(entry.source).stem for entry in entries[:3]] == ["new", "middle", "old"]


def test_a_folder_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    entries, remark = read_folder(tmp_path / "gone", None)

    assert "gone" in remark
    assert [entry.label.plain for entry in entries] == [".."]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_hostile_name_is_shown_as_visible_glyphs(tmp_path: Path) -> None:
    (tmp_path / "[red]\x1b]0;x\u202e.txt").write_text("a", encoding="utf-8")
    entries, _ = read_folder(tmp_path, None)

    assert entries[-1].label.plain.startswith("[red]␛]0;x�.txt")


async def test_texts_and_built_in_corpora_are_offered(shelf: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, "f")

        assert "tale.txt" in lab.text
        assert all(name in lab.text for name in (*BUILTINS, *TASK_BUILTINS))


async def test_a_chosen_text_is_opened_with_the_same_runs(shelf: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, "f")
        await lab.press(*"tale", "enter")

        command = lab.engine.sent_of(OpenData)[-1]
        assert Path(command.request.files.source) == shelf / "tale.txt"
        assert command.configs == lab.engine.sent_of(OpenData)[0].configs


async def test_a_built_in_corpus_is_opened_by_its_name(shelf: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, "f")
        await lab.press(*"brackets", "enter")

        assert opened(lab) == ["brackets"]


async def test_a_folder_is_gone_into(shelf: Path) -> None:
    async with playground() as lab:
        picker = await picker_of(lab, "f")
        await lab.pilot.press(*"more", "enter")
        await arrived(lab, picker)
        assert "inner.txt" in lab.text

        await lab.press(*"inner", "enter")
        assert [Path(source) for source in opened(lab)] == [shelf / "more" / "inner.txt"]


async def test_a_typed_path_is_opened_even_if_it_is_not_there(shelf: Path) -> None:
    async with playground() as lab:
        picker = await picker_of(lab, "f")
        await lab.pilot.press(*"./nowhere.txt", "enter")
        await arrived(lab, picker)

        assert [Path(source) for source in opened(lab)] == [shelf / "nowhere.txt"]


async def test_escape_opens_nothing(shelf: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, "f")
        await lab.press("escape")

        assert opened(lab) == []


async def test_only_saved_runs_are_offered_for_loading(home: Path) -> None:
    runs_dir().mkdir(parents=True)
    (runs_dir() / "lstm.safetensors").write_bytes(b"")
    (runs_dir() / "notes.txt").write_bytes(b"")
    async with playground() as lab:
        await picker_of(lab, "v")
        assert "notes.txt" not in lab.text

        await lab.press(*"lstm", "enter")
        assert lab.engine.sent_of(LoadRun) == [LoadRun(str(runs_dir() / "lstm.safetensors"))]


@pytest.mark.parametrize("typed", ["~nobody-of-this-name/x", "x" + os.sep + "y" * 300])
async def test_a_path_that_can_not_be_looked_at_is_for_the_engine_to_refuse(shelf: Path, typed: str) -> None:
    async with playground() as lab:
        await picker_of(lab, "f")
        lab.app.screen.query_one("#path", Input).value = typed
        await lab.press("enter")

        assert opened(lab) == [str(shelf / typed)]


async def test_the_other_separator_of_a_system_makes_a_path_too(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "altsep", "|")
    async with playground() as lab:
        await picker_of(lab, "f")
        lab.app.screen.query_one("#path", Input).value = "other|tale.txt"
        await lab.press("enter")

        assert opened(lab) == [str(shelf / "other|tale.txt")]
