"""How the playground is left: saved, with the way back named, and never hanging on an engine."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from tests.tui import idle
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import playground
from tui_rnn.lab.engine import Engine
from tui_rnn.lab.messages import Notice, Shutdown
from tui_rnn.tui import lifecycle
from tui_rnn.tui.screens.confirm import ConfirmScreen


@pytest.fixture(autouse=True)
def still_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody typed when a question came by itself."""
    monkeypatch.setattr(ConfirmScreen, "CALM_S", 0.0)


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_quitting_saves_every_run(key: str) -> None:
    async with playground() as lab:
        await lab.pilot.press(key)
        info = await lab.left()

    assert lab.engine.sent_of(Shutdown) == [Shutdown(save=True)]
    assert info.code == 0
    assert [saved.path for saved in info.saved.values()] == ["/runs/elman-128.safetensors", "/runs/lstm-128.safetensors"]
    assert info.lost == ()


async def test_ctrl_c_quits_even_while_something_is_typed() -> None:
    async with playground() as lab:
        await lab.pilot.press("p", "a", "ctrl+c")

        assert (await lab.left()).code == 0


async def test_an_engine_that_does_not_end_is_left_behind_when_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SAVING_PATIENCE_S", 3600.0)
    monkeypatch.setattr(lifecycle, "HELD_KEY_S", 0.0)
    async with playground(FakeEngine(ignore_shutdown=True)) as lab:
        with idle.left_to_wait():
            await lab.pilot.press("q", "q")
        info = await lab.left()

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
        await lab.left()


async def test_while_it_saves_the_header_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SAVING_PATIENCE_S", 3600.0)
    monkeypatch.setattr(lifecycle, "HELD_KEY_S", 0.0)
    async with playground(FakeEngine(ignore_shutdown=True)) as lab:
        with idle.left_to_wait():
            await lab.pilot.press("q")
        assert "saving … q again leaves without" in lab.top

        await lab.pilot.press("q")
        await lab.left()


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't send itself such a signal on Windows")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
async def test_a_signal_saves_and_leaves_with_130(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "terminal_is_gone", lambda: False)
    async with playground() as lab:
        with lifecycle.Signals(lab.app.on_signal):
            os.kill(os.getpid(), getattr(signal, name))
            info = await lab.left()

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
