"""From the command line into the playground: the engine starts first, and works while Python imports the screen."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui_rnn.data.request import DataRequest
from tui_rnn.lab.client import EngineClient
from tui_rnn.lab.messages import Command, LoadRun, OpenData
from tui_rnn.tui.session import OWN, Session

if TYPE_CHECKING:
    from tui_rnn.lab.engine import Engine
    from tui_rnn.lab.recording import Recorder
    from tui_rnn.lessons.lesson import Lesson
    from tui_rnn.tui.lifecycle import ExitInfo


def opening_commands(requests: Sequence[DataRequest], runs: Sequence[str] = ()) -> tuple[Command, ...]:
    """The commands that open data with the default runs of their task, and saved runs as they were left."""
    opening: list[Command] = [OpenData(request, () if runs else None) for request in requests]
    return (*opening, *(LoadRun(path) for path in runs))


def start_engine() -> EngineClient:
    """A new engine process. Raises RunError when the system refuses to start one."""
    engine = EngineClient()
    engine.start()
    return engine


def open_playground(
    requests: Sequence[DataRequest] = (),
    runs: Sequence[str] = (),
    lesson: Lesson | None = None,
    recorder: Recorder | None = None,
) -> ExitInfo:
    """Start an engine, open the data and the saved runs in it, and show it until the person leaves. Without any, the person
    chooses what to open. lesson: opens its own data. recorder: keeps the engine's messages."""
    opening = opening_commands(requests, runs)

    def start() -> Engine:
        if recorder is None:
            return start_engine()
        from tui_rnn.lab.recording import RecordingEngine

        return RecordingEngine(start_engine(), recorder)

    engine = start()
    for command in opening:
        engine.send(command)
    return open_session(engine, OWN if lesson is None else Session(chooses=False, lesson=lesson), opening, start)


def open_session(
    engine: Engine, session: Session, opening: Sequence[Command] = (), restart: Callable[[], Engine] | None = None
) -> ExitInfo:
    """Show a started engine until the person leaves; for the rest see running.run_app."""
    gc.disable()  # objects of an import stay: a search for garbage among them only delays the first paint
    from tui_rnn.tui.running import run_app

    gc.freeze()
    gc.enable()
    _write_utf8()
    return run_app(engine, opening, restart, session)


def _write_utf8() -> None:
    """Write UTF-8 in any locale: other encodings lack the screen's frames and glyphs. Keys are read in it, too."""
    if isinstance(sys.__stderr__, io.TextIOWrapper):  # where Textual writes
        sys.__stderr__.reconfigure(encoding="utf-8", errors="backslashreplace")
