"""A session of the fake engine, recorded and played."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tui.fake_engine import FakeEngine
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.trace import Trace
from tui_rnn.lab import recording as recordings
from tui_rnn.lab.messages import (
    Ask,
    HoldWeights,
    OpenData,
    Watch,
    Watched,
)
from tui_rnn.lab.playback import Playback, Recording
from tui_rnn.lab.recording import Recorder, RecordingEngine


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watch(*questions: Any) -> Watch:
    return Watch(tuple(Watched(question, (1, 2), 0.0) for question in questions))


def session(path: Path, clock: Clock, seconds: int = 8, most_bytes: int = recordings.MOST_BYTES) -> list[Any]:
    """Record a session that lasts so long; returns what was said in it."""
    fake = FakeEngine()
    recorder = Recorder(path, clock, most_bytes)
    engine, said = RecordingEngine(fake, recorder), list[Any]()
    engine.send(OpenData(DataRequest(SourceFiles("tale.txt"))))
    engine.send(watch(Trace("once"), Sample()))
    for second in range(seconds):
        fake.advance(1.0)
        if second == 3:
            engine.send(Ask(1, 7, Trace("asked")))
            engine.send(HoldWeights(1))
        said += engine.events()
        if (latest := engine.latest()) is not None:
            said.append(latest)
        clock.now += 1.0
    engine.close()
    recorder.close()
    return said


def played(path: Path, clock: Clock) -> tuple[Playback, list[Any]]:
    """All of it, at once."""
    play = Playback(Recording(path), clock=clock)
    clock.now += 1000
    return play, play.events()
