"""The playground on a recording: it plays, stands, is sought in, trains nothing, and breaks in one line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tests.lab.recorded_session import Clock, session
from tests.tui.fake_engine import FakeEngine
from tests.tui.test_coach import HIGH
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.trace import Traced
from tui_rnn.lab.messages import Answered, Coached, OpenData
from tui_rnn.lab.playback import Playback, Recording
from tui_rnn.lab.recording import Recorder, RecordingEngine
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.replaying import PLAYED, session_of


class Screen:
    def __init__(self, app: PlaygroundApp, pilot: Any, clock: Clock, playback: Playback) -> None:
        self.app, self.pilot, self.clock, self.playback = app, pilot, clock, playback

    async def look(self) -> str:
        self.app.lab.beat()
        self.app.lab.query_one("#replay").show()  # type: ignore[attr-defined]
        await self.pilot.pause()
        return self.text

    @property
    def text(self) -> str:
        from tui_rnn.tui.private_api import lines_of

        return "\n".join(line.text for line in lines_of(self.app.screen))


@asynccontextmanager
async def replayed(path: Path, clock: Clock) -> AsyncIterator[Screen]:
    playback = Playback(Recording(path), clock=clock)
    app = PlaygroundApp(playback, (), session=session_of(playback))
    async with app.run_test(size=(120, 40)) as pilot:
        yield Screen(app, pilot, clock, playback)


async def test_it_plays_stands_and_is_sought_in(tmp_path: Path) -> None:
    clock = Clock()
    session(tmp_path / "talk.rec", clock, seconds=60)
    async with replayed(tmp_path / "talk.rec", clock) as lab:
        clock.now += 20
        text = await lab.look()
        assert "LSTM 128" in text
        assert "replay" in text.splitlines()[0]
        assert "▶ 0:20 ├" in text
        assert "0:59 · 1×" in text

        await lab.pilot.press("space")
        clock.now += 20
        assert "‖ 0:20 ├" in await lab.look()
        await lab.pilot.press("right_parenthesis")
        assert "‖ 0:30 ├" in await lab.look()
        step = lab.app.lab.state.runs[1].snapshot
        await lab.pilot.press("left_parenthesis", "left_parenthesis", "plus")
        text = await lab.look()
        assert "‖ 0:10 ├" in text
        assert "2×" in text
        before = lab.app.lab.state.runs[1].snapshot
        assert step is not None
        assert before is not None
        assert before.step < step.step

        row = next(k for k, line in enumerate(text.splitlines()) if "‖ 0:10 ├" in line)
        await lab.pilot.click(offset=(text.splitlines()[row].index("┤") - 1, row))
        assert "■ 0:59" in await lab.look()


async def test_what_the_coach_said_is_said_again_at_its_time_without_a_key_that_changes_the_run(tmp_path: Path) -> None:
    clock, fake = Clock(), FakeEngine()
    recorder = Recorder(tmp_path / "talk.rec", clock)
    engine = RecordingEngine(fake, recorder)
    engine.send(OpenData(DataRequest(SourceFiles("tale.txt"))))
    for said in ((), (HIGH,), ()):
        fake.advance(1.0)
        fake.emit(Coached(1, said))
        engine.events()
        engine.latest()
        clock.now += 10
    recorder.close()
    async with replayed(tmp_path / "talk.rec", clock) as lab:
        clock.now += 5
        await lab.look()
        await lab.pilot.press("1")
        assert HIGH.told not in await lab.look()
        clock.now += 10
        assert f"{HIGH.told}: {HIGH.to_try} │ Esc hide" in await lab.look()


async def test_nothing_is_trained_and_it_is_said(tmp_path: Path) -> None:
    clock = Clock()
    session(tmp_path / "talk.rec", clock)
    async with replayed(tmp_path / "talk.rec", clock) as lab:
        clock.now += 5
        await lab.look()
        await lab.pilot.press("n")
        assert PLAYED in [one.message for one in lab.app._notifications]
        for key in ("s", "a", "o"):
            await lab.pilot.press(key)
            assert lab.app.screen is lab.app.screen_stack[0], key
        await lab.pilot.press("q")
        await lab.pilot.pause()
        await lab.app.workers.wait_for_complete()
    assert lab.app.return_value is not None
    assert lab.app.return_value.farewell() == ""


async def test_what_fits_its_types_and_can_not_be_drawn_ends_it_with_one_line(tmp_path: Path) -> None:
    clock = Clock()
    said = session(tmp_path / "talk.rec", clock)
    recorder = Recorder(tmp_path / "forged.rec", clock)
    for one in said:
        if isinstance(one, Answered) and isinstance(one.answer, Traced):
            reading = one.answer.readings[0]
            flat = {name: np.zeros(3, np.float32) for name in reading.signals}
            one = replace(one, answer=replace(one.answer, readings=(replace(reading, signals=flat),)))
        recorder.keep(one)
        clock.now += 2
    recorder.close()
    async with replayed(tmp_path / "forged.rec", clock) as lab:
        clock.now += 1000
        for _ in range(20):
            if lab.app.return_value is not None:
                break
            await lab.pilot.pause(0.05)
    assert lab.app.return_value is not None
    assert lab.app.return_value.code == 1
    assert "forged.rec holds what can't be shown" in (lab.app.return_value.error or "")
