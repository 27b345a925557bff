"""Choosing a text or a saved run: lists what is there, shows foreign names safely, and blocks nothing."""

from __future__ import annotations

import math
import os
import re
import sys
import time
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.tui.lab_driver import LOAD, Act, Driver, playground
from tui_rnn.config import RunConfig
from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.glossary import BY_HEADING
from tui_rnn.lab.messages import LoadRun, OpenData
from tui_rnn.paths import runs_dir
from tui_rnn.training.resuming import save_run
from tui_rnn.training.tensor_file import TensorFile
from tui_rnn.training.trainer import Trainer
from tui_rnn.tui.listings import SavedRuns, TextListing
from tui_rnn.tui.screens import file_picker
from tui_rnn.tui.screens.file_picker import FilePicker
from tui_rnn.tui.widgets.headings import Headings


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


async def picker_of(lab: Driver, key: str | Act) -> FilePicker:
    """Open the picker, whose folder is read then."""
    await lab.press(key)
    picker = lab.app.screen
    assert isinstance(picker, FilePicker)
    return picker


def opened(lab: Driver) -> list[str]:
    return [command.request.files.source for command in lab.engine.sent_of(OpenData)][1:]


def test_a_folder_lists_its_folders_then_its_files_and_nothing_hidden(shelf: Path) -> None:
    found = TextListing().read(shelf, wide=True)

    assert [entry.text for entry in found.entries] == [
        "..",
        "more" + os.sep,
        "song.txt  3.0 kB",
        "tale.txt  16 bytes",
    ]
    assert found.remark == ""


def test_a_folder_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    found = TextListing().read(tmp_path / "gone", wide=True)

    assert "gone" in found.remark
    assert [entry.text for entry in found.entries] == [".."]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_hostile_name_is_shown_as_visible_glyphs(tmp_path: Path) -> None:
    (tmp_path / "[red]\x1b]0;x\u202e.txt").write_text("a", encoding="utf-8")

    assert TextListing().read(tmp_path, wide=True).entries[-1].text.startswith("[red]␛]0;x�.txt")


async def test_texts_and_built_in_corpora_are_offered_and_opened_by_name_or_not_at_all(shelf: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, "o")

        assert "tale.txt" in lab.text
        assert all(name in lab.text for name in (*BUILTINS, *TASK_BUILTINS))
        await lab.press("escape")
        assert opened(lab) == []

        await picker_of(lab, "o")
        await lab.press(*"brackets", "enter")
        assert opened(lab) == ["brackets"]


async def test_a_chosen_text_is_opened_with_the_same_runs_and_a_folder_is_gone_into(shelf: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, "o")
        await lab.press(*"tale", "enter")

        command = lab.engine.sent_of(OpenData)[-1]
        assert Path(command.request.files.source) == shelf / "tale.txt"
        assert command.configs == lab.engine.sent_of(OpenData)[0].configs

        await picker_of(lab, "o")
        await lab.pilot.press(*"more", "enter")
        await lab.calm()
        assert "inner.txt" in lab.text

        await lab.press(*"inner", "enter")
        assert Path(opened(lab)[-1]) == shelf / "more" / "inner.txt"


async def typed(lab: Driver, picker: FilePicker, text: str, *keys: str) -> None:
    """Type a text, let the folder that it names be read, and press keys."""
    lab.app.screen.query_one("#path", Input).value = text
    await lab.pilot.pause()
    await lab.calm()
    await lab.pilot.press(*keys)
    await lab.pilot.pause()
    await lab.calm()


def line_of(lab: Driver) -> str:
    return lab.app.screen.query_one("#path", Input).value


async def test_enter_on_the_beginning_of_a_path_completes_it_and_keeps_the_dialogue(shelf: Path) -> None:
    async with playground() as lab:
        picker = await picker_of(lab, "o")
        await typed(lab, picker, "./mo", "enter")
        assert line_of(lab) == "./more" + os.sep
        assert "inner.txt" in lab.text, "the path of a folder lists what is there"
        assert "tale.txt  16" not in lab.text

        await typed(lab, picker, line_of(lab) + "in", "enter")
        assert line_of(lab) == f"./more{os.sep}inner.txt"
        assert opened(lab) == []

        await lab.pilot.press("enter")
        await lab.calm()
        assert [Path(source) for source in opened(lab)] == [shelf / "more" / "inner.txt"]


async def test_what_several_names_begin_with_is_completed_as_far_as_it_is_clear(shelf: Path) -> None:
    (shelf / "tale-two.txt").write_text("x", encoding="utf-8")
    async with playground() as lab:
        picker = await picker_of(lab, "o")
        await typed(lab, picker, "./t", "enter")

        assert line_of(lab) == "./tale"
        assert "2 names match" in lab.text
        assert "song.txt" not in lab.text

        await typed(lab, picker, "./", "down", "down", "down", "enter")  # the arrows choose among the paths
        assert [Path(source).parent for source in opened(lab)] == [shelf]


async def test_where_nothing_is_the_dialogue_stays_and_says_so(shelf: Path) -> None:
    async with playground() as lab:
        picker = await picker_of(lab, "o")
        for path in ("./nowhere.txt", "~nobody-of-this-name/x", "x" + os.sep + "y" * 300):
            picker.query_one("#remark", Static).update("")
            await typed(lab, picker, path, "enter")

            assert opened(lab) == []
            assert lab.app.screen is picker
            assert str(picker.query_one("#remark", Static).render()), path


async def test_the_other_separator_of_a_system_makes_a_path_too(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_picker, "_SEPARATORS", ("/", "|"))
    (shelf / "other|tale.txt").write_text("x", encoding="utf-8")
    async with playground() as lab:
        picker = await picker_of(lab, "o")
        await typed(lab, picker, "other|tale.txt", "enter")

        assert opened(lab) == [str(shelf / "other|tale.txt")]


# ---------------------------------------------------------------------- saved runs


@pytest.fixture
def saved_runs(home: Path) -> Path:
    """Three runs and a file that is none; the newest is "late"."""
    folder = runs_dir()
    folder.mkdir(parents=True)
    data = open_data(DataRequest(SourceFiles("verse")))
    for k, name in enumerate(("early", "late")):
        trainer = Trainer(RunConfig(hidden_size=8, batch_size=4, seq_len=8), data)
        trainer.step, trainer.history.evaluated_step, trainer.history.val_loss_nats = 1234, 1200, math.log(4) + k
        save_run(trainer, folder / f"{name}.safetensors")
        os.utime(folder / f"{name}.safetensors", (time.time() - 7200 + 3600 * k,) * 2)
    (folder / "broken.safetensors").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"")
    return folder


async def test_saved_runs_are_a_table_of_what_they_learnt_the_newest_first(saved_runs: Path) -> None:
    async with playground() as lab:
        await picker_of(lab, LOAD)
        inside = lab.app.screen.query_one("#file-picker").region
        lines = [line[inside.x + 2 : inside.right - 2] for line in lab.text.splitlines()]
        heads = next(k for k, line in enumerate(lines) if line.startswith("run "))
        rows = [" ".join(line.split()) for line in lines[heads + 1 : heads + 4]]
        when = time.strftime("%Y-%m-%d", time.localtime(time.time() - 3600))

        assert lines[heads].split() == ["run", "data", "step", "validation", "measured", "saved"]
        assert rows[0].startswith("broken.safetensors can't be read")
        assert rows[1].startswith(f"LSTM 8 verse 1,234 3.44 bits/char 34 steps ago {when}")
        assert rows[1].endswith("60 min ago")
        assert rows[2].startswith("LSTM 8 verse 1,234 2.00 bits/char 34 steps ago")
        assert "notes.txt" not in lab.text

        line = lab.app.screen.query_one(Headings)
        named = line.render().plain  # type: ignore[union-attr]
        for head in ("validation", "measured", "saved"):  # the mouse over a heading says what its column means
            await lab.pilot.hover(Headings, offset=(named.index(head) + line.gutter.left, 0))
            assert line.tooltip == BY_HEADING[head].short

        await lab.press(*"2.00", "enter")  # a run is chosen by a part of its line
        assert lab.engine.sent_of(LoadRun) == [LoadRun(str(saved_runs / "early.safetensors"))]


async def test_in_80_cells_the_table_keeps_the_loss_and_the_age(saved_runs: Path) -> None:
    async with playground(size=(80, 24)) as lab:
        await picker_of(lab, LOAD)

        assert re.search(r"LSTM 8 +verse +1,234 +3\.44 bits/char +60 min ago", lab.text)


def test_a_table_of_runs_reads_no_arrays(saved_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TensorFile, "read", lambda *_: pytest.fail("an array was read"))

    assert len(SavedRuns("bits").read(saved_runs, wide=True).entries) >= 3
