"""How the playground is left: saved, with the way back named, and never hanging on an engine."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.tui import idle
from tests.tui.fake_engine import CRASH, FakeEngine
from tests.tui.lab_driver import Driver, playground
from tui_rnn.config import default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import RunError
from tui_rnn.lab.engine import Engine
from tui_rnn.lab.messages import LoadRun, Notice, OpenData, Saved, Shutdown
from tui_rnn.tui import lifecycle
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.lifecycle import ExitInfo
from tui_rnn.tui.running import run_app
from tui_rnn.tui.screens.confirm import ConfirmScreen
from tui_rnn.tui.widgets.entry import Entry


@pytest.fixture(autouse=True)
def still_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody typed when a question came by itself."""
    monkeypatch.setattr(ConfirmScreen, "CALM_S", 0.0)


async def left(lab: Driver) -> ExitInfo:
    """Wait for the app to end and return what it leaves with."""
    info = await lab.end()
    assert info is not None
    return info


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_quitting_saves_every_run(key: str) -> None:
    async with playground() as lab:
        await lab.pilot.press(key)
        info = await left(lab)

    assert lab.engine.sent_of(Shutdown) == [Shutdown(save=True)]
    assert info.code == 0
    assert [saved.path for saved in info.saved.values()] == ["/runs/elman-128.safetensors", "/runs/lstm-128.safetensors"]
    assert info.lost == ()


async def test_ctrl_c_quits_even_while_something_is_typed() -> None:
    async with playground() as lab:
        await lab.pilot.press("p", "a", "ctrl+c")

        assert (await left(lab)).code == 0


async def test_an_engine_that_does_not_end_is_left_behind_when_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SAVING_PATIENCE_S", 3600.0)
    monkeypatch.setattr(lifecycle, "HELD_KEY_S", 0.0)
    async with playground(FakeEngine(ignore_shutdown=True)) as lab:
        with idle.left_to_wait():
            await lab.pilot.press("q", "q")
        info = await left(lab)

    assert lab.engine.closed
    assert info.lost == ("Elman 128", "LSTM 128")


async def test_a_key_that_is_held_down_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SAVING_PATIENCE_S", 3600.0)
    monkeypatch.setattr(lifecycle, "HELD_KEY_S", 3600.0)
    async with playground(FakeEngine(ignore_shutdown=True)) as lab:
        with idle.left_to_wait():
            await lab.pilot.press(*"qqqqq")
            assert not lab.engine.closed

        monkeypatch.setattr(lifecycle, "HELD_KEY_S", 0.0)
        await lab.pilot.press("q")
        await left(lab)


async def test_while_it_saves_the_header_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SAVING_PATIENCE_S", 3600.0)
    monkeypatch.setattr(lifecycle, "HELD_KEY_S", 0.0)
    async with playground(FakeEngine(ignore_shutdown=True)) as lab:
        with idle.left_to_wait():
            await lab.pilot.press("q")
        assert "saving … q again leaves without" in lab.top

        await lab.pilot.press("q")
        await left(lab)


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't send itself such a signal on Windows")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
async def test_a_signal_saves_and_leaves_with_130(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "terminal_is_gone", lambda: False)
    async with playground() as lab:
        with lifecycle.Signals(lab.app.on_signal):
            os.kill(os.getpid(), getattr(signal, name))
            info = await left(lab)

    assert info.code == 130
    assert len(info.saved) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't send itself such a signal on Windows")
async def test_when_the_terminal_is_gone_nothing_is_drawn_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    engines: list[Engine] = []
    monkeypatch.setattr(lifecycle, "terminal_is_gone", lambda: True)
    monkeypatch.setattr(lifecycle, "leave_without_terminal", engines.append)
    async with playground() as lab:
        with lifecycle.Signals(lab.app.on_signal):
            os.kill(os.getpid(), signal.SIGHUP)
            await lab.pilot.pause()

        assert engines == [lab.engine]


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with lifecycle.Signals(lambda number: None):
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before


def test_the_last_words_of_an_engine_are_heard() -> None:
    engine = FakeEngine()
    engine.emit(Notice("the disk is full", "error"))

    assert lifecycle.shut_down(engine, 10.0, threading.Event()) == [Notice("the disk is full", "error")]


def test_patience_has_an_end() -> None:
    engine = FakeEngine(ignore_shutdown=True)
    lifecycle.shut_down(engine, 0.0, threading.Event())

    assert engine.closed


# ---------------------------------------------------------------------- the farewell


@pytest.mark.skipif(sys.platform == "win32", reason="quoted for another shell")
def test_the_farewell_names_the_files_and_the_command_that_opens_them_again() -> None:
    paths = ["/my runs/lstm.safetensors", "/runs/elman's.safetensors"]
    info = ExitInfo(saved={"LSTM 128": Saved(1, paths[0], 4000), "Elman 64": Saved(2, paths[1], 7)})
    lines = info.farewell().splitlines()

    assert lines[:2] == ["saved in /my runs: LSTM 128 at step 4,000", "saved in /runs: Elman 64 at step 7"]
    assert shlex.split(lines[-1].removeprefix("go on with: ")) == ["tui-rnn", *paths]


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="asks bash")
@pytest.mark.parametrize(
    ("stem", "shell", "written"),
    [
        ("prose", "/bin/bash", "~/'my runs'/*-{3f9c,07aa}.safetensors"),
        ("prose", "/bin/sh", "~/'my runs/prose-0-"),  # it completes no {a,b}: each path is written out
        ("a b's", "/bin/bash", "~/'my runs/a b"),
    ],
)
def test_the_farewell_of_runs_in_the_home_folder_is_two_short_lines_that_a_shell_understands(
    stem: str, shell: str, written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my runs"
    folder.mkdir()
    ends = ("3f9c", "07aa") if stem == "prose" else ("", "")
    paths = [str(folder / f"{stem}-{k}-20260131-154210{end and '-'}{end}.safetensors") for k, end in enumerate(ends)]
    for path in (*paths, str(folder / "prose-9-20260131-154210-ffff.safetensors")):
        Path(path).touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", shell)
    saved, command = ExitInfo(saved={"A": Saved(1, paths[0], 4), "B": Saved(2, paths[1], 7)}).farewell().splitlines()

    assert saved == "saved in ~/my runs: A at step 4, B at step 7"
    assert command.startswith(f"go on with: tui-rnn {written}")
    words = command.removeprefix("go on with: tui-rnn ")
    asked = subprocess.run(["bash", "-c", f"printf '%s\\n' {words}"], capture_output=True, text=True, check=True)
    assert asked.stdout.splitlines() == paths


def test_the_farewell_says_what_is_lost() -> None:
    assert ExitInfo(lost=("LSTM 128",)).farewell() == "LSTM 128: the steps since the last save are lost"


def test_nothing_to_say_is_nothing_said() -> None:
    assert ExitInfo().farewell() == ""


# ------------------------------------------------------------------- what goes wrong


async def test_a_text_that_cannot_be_opened_at_the_start_ends_with_exit_code_2() -> None:
    engine = FakeEngine(compile_s=3600)
    async with playground(engine) as lab:
        engine.emit(Notice("tale.txt holds no text", "error"))
        lab.app.lab.beat()
        info = await left(lab)

    assert (info.code, info.error) == (2, "tale.txt holds no text")


async def test_a_text_that_cannot_be_opened_later_is_only_reported() -> None:
    async with playground() as lab:
        lab.engine.emit(Notice("other.txt holds no text", "error"))
        await lab.look()

        assert lab.notices[-1] == "other.txt holds no text"
        assert lab.app.is_running


async def test_a_dead_engine_is_reported_with_what_remains() -> None:
    async with playground() as lab:
        lab.engine.emit(CRASH)
        lab.engine.die()
        await lab.look()

        assert "the engine ended with signal 11" in lab.text
        assert "/runs/lstm-128.safetensors" in lab.text


async def test_a_dead_engine_can_be_started_again_and_the_saved_runs_go_on() -> None:
    async with playground(restart=FakeEngine) as lab:
        await lab.press("s")
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("y")
        await lab.pilot.pause()

        second = lab.app.engine
        assert second is not lab.engine
        assert isinstance(second, FakeEngine)
        assert second.sent_of(LoadRun) == [LoadRun("/runs/elman-128.safetensors"), LoadRun("/runs/lstm-128.safetensors")]


async def test_without_a_save_the_text_is_opened_again() -> None:
    async with playground(restart=FakeEngine) as lab:
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("y")
        await lab.pilot.pause()

        second = lab.app.engine
        assert isinstance(second, FakeEngine)
        assert second.sent_of(OpenData) == lab.engine.sent_of(OpenData)


async def test_an_engine_that_cannot_be_started_again_ends_the_playground_with_the_reason() -> None:
    def refuse() -> FakeEngine:
        raise RunError("the engine process could not be started: out of memory")

    async with playground(restart=refuse) as lab:
        await lab.press("s")
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("y")
        info = await left(lab)

    assert (info.code, info.error) == (1, "the engine process could not be started: out of memory")
    assert len(info.saved) == 2


@pytest.mark.parametrize("keys", ["pyes, no", "nnn"])
async def test_what_is_typed_while_the_engine_dies_is_no_answer_and_stays_in_its_line(
    keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConfirmScreen, "CALM_S", 3600.0)
    names = {" ": "space", ",": "comma"}
    async with playground(restart=FakeEngine) as lab:
        await lab.press(*keys[:2])
        lab.engine.die()
        await lab.look()
        await lab.pilot.press(*[names.get(key, key) for key in keys[2:]], "escape", "enter")
        await lab.pilot.pause()

        assert isinstance(lab.app.screen, ConfirmScreen)
        assert lab.app.engine is lab.engine
        if keys.startswith("p"):
            assert lab.app.lab.query("SamplePane Entry").first(Entry).value == "yes, no"


async def test_after_a_dead_engine_one_can_leave() -> None:
    async with playground() as lab:
        lab.engine.die()
        await lab.look()
        await lab.pilot.press("n")

        assert (await left(lab)).lost == ("Elman 128", "LSTM 128")


def test_a_screen_that_breaks_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    opening = OpenData(DataRequest(SourceFiles("mill.txt")), default_configs("lm"))
    engine.send(opening)
    engine.advance(5)
    monkeypatch.setattr(PlaygroundApp, "run", lambda app: None)  # how Textual returns after an error
    info = run_app(engine, [opening])

    assert engine.sent_of(Shutdown) == [Shutdown(save=True)]
    assert engine.closed
    assert info.code == 1
    assert sorted(saved.path for saved in info.saved.values()) == ["/runs/elman-128.safetensors", "/runs/lstm-128.safetensors"]


async def test_a_file_that_is_refused_before_the_screen_is_whole_ends_the_playground_with_the_reason() -> None:
    engine = FakeEngine()
    engine.emit(Notice("tale.gz holds no text", "error"))
    app = PlaygroundApp(engine, (OpenData(DataRequest(SourceFiles("tale.gz")), None),))
    async with app.run_test() as pilot:
        await pilot.pause()

    assert app.return_value == ExitInfo(code=2, error="tale.gz holds no text")


async def test_panes_that_load_while_the_playground_ends_leave_it_at_that() -> None:
    async with playground() as lab:
        panes = lab.app.lab.panes
        await panes.remove()
        before = len(list(panes.query("*")))
        await panes.load()

    assert len(list(panes.query("*"))) == before
