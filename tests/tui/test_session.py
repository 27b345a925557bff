"""The playground on a training of another process: what is said, refused, and left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver
from tests.tui.test_coach import COPIED, HIGH, SMALL
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import AddRun, Coached, Ended, OpenData, Pause, SaveRuns, ScaleLearningRate, Shutdown, StepOnce
from tui_rnn.lab.steering import NOT_HERE, READ_ONLY, why_not
from tui_rnn.tui import lifecycle
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.screens.confirm import ConfirmScreen
from tui_rnn.tui.session import Session


@asynccontextmanager
async def watching(steers: bool = False) -> AsyncIterator[Driver]:
    engine = FakeEngine()
    engine.send(OpenData(DataRequest(SourceFiles("tale.txt"))))
    session = Session(
        chooses=False,
        tag="watches 4711",
        why_not=lambda command: why_not(command, steers),
        farewell=lambda state: state.ended.text if state.ended else "it trains on",
    )
    app = PlaygroundApp(engine, (), session=session)
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, engine, pilot)
        await driver.look()
        yield driver


async def test_nothing_is_asked_and_the_header_says_what_is_watched_and_the_key_bar_what_the_screen_may_do() -> None:
    async with watching() as lab:
        assert lab.app.screen is lab.app.lab
        assert "watches 4711" in lab.text.splitlines()[0]
        for name in ("space", "add run", "open another text", "s save"):
            assert name not in lab.text.splitlines()[-1]


async def test_a_key_that_would_steer_says_why_it_does_not() -> None:
    async with watching() as lab:
        before = lab.current.goes
        for key in ("space", "n", "s"):
            lab.forget_notices()
            await lab.press(key)

            assert not any(lab.engine.sent_of(kind) for kind in (Pause, StepOnce, SaveRuns, ScaleLearningRate))
            assert READ_ONLY in lab.notices, key
            assert lab.current.goes == before


async def test_the_coach_speaks_and_names_no_key_that_can_do_nothing() -> None:
    async with watching() as lab:
        for said in (SMALL, HIGH, COPIED):
            lab.engine.emit(Coached(lab.current.run_id, (said,)))
            await lab.look()
            assert f"{said.told}: {said.to_try} │ Esc hide" in lab.line(1)


async def test_a_screen_that_steers_may_and_its_key_bar_says_so() -> None:
    async with watching(steers=True) as lab:
        for name in ("space pause", "s save"):
            assert name in lab.text.splitlines()[-1]
        await lab.press("space")

        assert lab.engine.sent_of(Pause) == [Pause()]


async def test_no_other_run_and_no_other_text_is_begun_there() -> None:
    async with watching(steers=True) as lab:
        for key in ("a", "o"):
            lab.forget_notices()
            await lab.press(key)

            assert lab.app.screen is lab.app.lab
            assert NOT_HERE in lab.notices, key
            assert not lab.engine.sent_of(AddRun)


async def test_the_end_is_said_and_what_was_seen_can_still_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConfirmScreen, "CALM_S", 0.0)
    async with watching() as lab:
        lab.engine.emit(Ended("The training of LSTM 128 is over", "/runs/a.safetensors"))
        lab.engine.die()
        await lab.look()

        assert "The training of LSTM 128 is over." in lab.text
        assert "Leave" in lab.text
        await lab.press("escape")
        assert "Leave" not in lab.text
        assert "char/s" in lab.text


async def test_leaving_saves_nothing_and_says_what_becomes_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "SAVING_PATIENCE_S", 0.1)
    async with watching() as lab:
        await lab.pilot.press("q")
        await lab.pilot.pause()
        await lab.app.workers.wait_for_complete()
    info = lab.app.return_value
    assert info is not None
    assert info.farewell() == "it trains on"
    assert lab.engine.sent_of(SaveRuns) == []
    assert len(lab.engine.sent_of(Shutdown)) <= 1
