"""Without a source the playground asks what to open: what there is, its task, and what will be seen of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver
from tui_rnn.config import RunConfig
from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import LoadRun, Notice, OpenData, Shutdown
from tui_rnn.paths import runs_dir
from tui_rnn.preferences import remember
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer
from tui_rnn.tui import lifecycle
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.screens.file_picker import FilePicker
from tui_rnn.tui.screens.start import StartScreen
from tui_rnn.tui.starts import built_in


@asynccontextmanager
async def start(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """The playground with nothing named, when all there is to choose from is listed."""
    engine = FakeEngine()
    app = PlaygroundApp(engine, ())
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, engine, pilot)
        await app.workers.wait_for_complete()
        screen = app.screen
        assert isinstance(screen, StartScreen)
        await pilot.pause()
        yield driver


def test_every_built_in_is_offered_with_its_task_and_what_will_be_seen() -> None:
    starts = built_in()

    assert {start.name for start in starts} == {*BUILTINS, *TASK_BUILTINS}
    assert {start.task for start in starts} == {kind.in_brief for kind in KINDS.values()}
    assert all(start.about and start.summary for start in starts)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_nothing_is_opened_before_it_is_chosen(size: tuple[int, int]) -> None:
    async with start(size) as lab:
        assert lab.engine.sent_of(OpenData) == []
        assert re.search(r"prose +running text +The Short Pound", lab.text)
        assert f"Look for: {BUILTINS['prose'].what_to_look_for[:40]}" in " ".join(lab.text.replace("│", " ").split())


async def test_enter_opens_the_first_and_the_arrows_go_on() -> None:
    async with start() as lab:
        await lab.press("down", "enter")

        assert [command.request.files.source for command in lab.engine.sent_of(OpenData)] == ["verse"]
        assert lab.engine.sent_of(OpenData)[0].configs is None
        assert lab.app.screen is lab.app.lab
        assert "LSTM 128" in lab.text


async def test_the_mouse_opens_too() -> None:
    async with start() as lab:
        row = next(k for k, line in enumerate(lab.text.splitlines()) if " dates " in line)
        await lab.pilot.click(offset=(10, row))
        await lab.pilot.pause()

        assert [command.request.files.source for command in lab.engine.sent_of(OpenData)] == ["dates"]


async def test_what_was_opened_and_saved_before_stands_first(tmp_path: Path) -> None:
    (tmp_path / "tale.txt").write_text("once", encoding="utf-8")
    remember(recent=(str(tmp_path / "gone.txt"), str(tmp_path / "tale.txt")))
    runs_dir().mkdir(parents=True)
    save_run(
        Trainer(RunConfig(hidden_size=8, batch_size=4, seq_len=8), open_data(DataRequest(SourceFiles("verse")))),
        runs_dir() / "a.safetensors",
    )
    async with start() as lab:
        lines = [line.strip("│ ") for line in lab.text.splitlines()[1:6]]
        assert lines[0] == "saved runs"
        assert re.match(r"LSTM 8 +running text +verse, — bits/char, just now", lines[1])
        assert lines[2] == "opened before"
        assert lines[3].startswith("tale.txt")
        assert "gone.txt" not in lab.text

        await lab.press("enter")
        assert lab.engine.sent_of(LoadRun) == [LoadRun(str(runs_dir() / "a.safetensors"))]


async def test_who_has_moved_stays_where_the_cursor_is_when_more_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StartScreen, "_look", lambda *_: None)
    async with start() as lab:
        await lab.press("down", "down")
        screen = lab.app.screen
        assert isinstance(screen, StartScreen)
        before = screen._highlighted
        screen._groups = [("opened before", built_in()[5:7]), *screen._groups]
        screen._list()

        assert screen._highlighted == before
        assert screen.query_one("#starts", OptionList).highlighted == 6


async def test_the_start_comes_back_when_a_dialogue_for_the_rest_is_left() -> None:
    async with start() as lab:
        for key in ("f", "v"):
            await lab.press(key)
            assert isinstance(lab.app.screen, FilePicker), key

            await lab.press("escape")
            assert isinstance(lab.app.screen, StartScreen), key


async def test_what_can_not_be_opened_is_chosen_anew_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    async with start() as lab:
        engine = lab.engine
        monkeypatch.setattr(engine, "_obey", lambda command: engine.emit(Notice("tale.txt holds no text", "error")))
        await lab.press("enter")
        await lab.look()

        assert isinstance(lab.app.screen, StartScreen)
        assert "tale.txt holds no text" in lab.text


@pytest.mark.parametrize("key", ["q", "escape"])
async def test_it_can_be_left_at_once(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "PATIENCE_S", 0.1)
    async with start() as lab:
        await lab.pilot.press(key)
        info = await lab.end()

        assert info is not None
        assert info.code == 0
        assert lab.engine.sent_of(Shutdown)
