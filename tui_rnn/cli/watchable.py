"""Screens that watch `train`: with --watchable they are let in, without it nobody is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.output import note, shell_line
from tui_rnn.errors import InputError, TuiRnnError

if TYPE_CHECKING:
    from tui_rnn.lab.recording_of_training import RecordedTraining
    from tui_rnn.lab.watched import WatchedTraining
    from tui_rnn.training.trainer import Trainer


class Watching:
    """The screens that watch a training, or none. A record, if given, gets the same messages as the screens."""

    def __init__(
        self, watched: WatchedTraining | None = None, recorded: RecordedTraining | None = None, record: Path | None = None
    ) -> None:
        self._watched, self._recorded, self._record = watched, recorded, record

    @property
    def wanted(self) -> bool:
        return self._watched is not None and self._watched.wanted

    def attend(self, stopped: Callable[[], bool]) -> None:
        if self._watched is not None:
            self._watched.attend(stopped)

    def note_saved(self, path: Path) -> None:
        if self._watched is not None:
            self._watched.note_saved(path)

    def end(self, told: str) -> None:
        if self._watched is not None:
            self._watched.end(told)
        if self._recorded is not None:
            note(self._recorded.wait() or f"recorded: {shell_line('tui-rnn', 'replay', str(self._record))}")


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
        return Watching()
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
    return Watching(watched, recorded, record)


def how_it_ended(trainer: Trainer, status: str, out: Path) -> str:
    """How the training ended, in one line for a screen that watched."""
    what = {"finished": "is over", "interrupted": "was interrupted", "diverged": "diverged"}[status]
    return f"The training of {trainer.config.name} {what} at step {trainer.weights_step:,}; it is saved in {out.absolute()}"
