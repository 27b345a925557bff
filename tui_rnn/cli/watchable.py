"""Screens that watch `train`: with --watchable they are let in, without it nobody is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui_rnn.cli.output import note, shell_line
from tui_rnn.errors import InputError, TuiRnnError

if TYPE_CHECKING:
    from tui_rnn.lab.recording_of_training import RecordedTraining
    from tui_rnn.lab.watched import WatchedTraining
    from tui_rnn.training.trainer import Trainer


class Watching(Protocol):
    """Who watches a training: lab.watched.WatchedTraining, or nobody."""

    @property
    def wanted(self) -> bool: ...

    def attend(self, stopped: Callable[[], bool]) -> None: ...

    def note_saved(self, path: Path) -> None: ...

    def end(self, told: str) -> None: ...


class Nobody:
    """Nobody watches."""

    wanted = False

    def attend(self, stopped: Callable[[], bool]) -> None: ...

    def note_saved(self, path: Path) -> None: ...

    def end(self, told: str) -> None: ...


class Kept:
    """Screens watch, and what they are told is recorded."""

    def __init__(self, watched: WatchedTraining, recorded: RecordedTraining, record: Path) -> None:
        self._watched, self._recorded, self._record = watched, recorded, record

    @property
    def wanted(self) -> bool:
        return self._watched.wanted

    def attend(self, stopped: Callable[[], bool]) -> None:
        self._watched.attend(stopped)

    def note_saved(self, path: Path) -> None:
        self._watched.note_saved(path)

    def end(self, told: str) -> None:
        self._watched.end(told)
        trouble = self._recorded.wait()
        note(trouble or f"recorded: {shell_line('tui-rnn', 'replay', str(self._record))}")


def check_watchable(watchable: bool, record: Path | None) -> None:
    """Raise InputError if a training can't be recorded as asked."""
    if record is not None and not watchable:
        raise InputError("--record records what a screen would show, so it needs --watchable: add it")
    if record is not None:
        from tui_rnn.lab.recording import check_record

        check_record(record)


def watching(
    watchable: bool, record: Path | None, trainer: Trainer, out: Path, resumed: bool, save: Callable[[], Path]
) -> Watching:
    """Let screens in, and say how they come. record: the file of a recording. resumed: `out` holds the run as it is now. save:
    saves the run, and returns where."""
    if not watchable:
        return Nobody()
    from threadpoolctl import threadpool_limits

    from tui_rnn.lab.recording import Recorder
    from tui_rnn.lab.recording_of_training import RecordedTraining
    from tui_rnn.lab.watched import WatchedTraining

    recorder = None if record is None else Recorder(record)
    threadpool_limits(1, "blas")  # for good: questions are answered on several threads beside the training
    watched = None
    try:
        watched = WatchedTraining(trainer, out, trainer.step if resumed else 0, save)
        recorded = None if recorder is None else RecordedTraining(watched.card, trainer.data.kind, recorder)
    except TuiRnnError:
        if watched is not None:
            watched.end("The training could not be recorded, so it did not begin")
        if recorder is not None:
            recorder.drop()
        raise
    note(f"watch it from any terminal of this user: {shell_line('tui-rnn', 'attach', str(os.getpid()))}")
    return watched if recorder is None or recorded is None else Kept(watched, recorded, recorder.path)


def how_it_ended(trainer: Trainer, status: str, out: Path) -> str:
    """How the training ended, in one line for a screen that watched."""
    what = {"finished": "is over", "interrupted": "was interrupted", "diverged": "diverged"}[status]
    return f"The training of {trainer.config.name} {what} at step {trainer.weights_step:,}; it is saved in {out.absolute()}"
