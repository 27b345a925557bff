"""Screens that watch `train`: let in with --watchable, and nobody without."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui_rnn.cli.output import note, shell_line

if TYPE_CHECKING:
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


def check_watchable(watchable: bool) -> None:
    """Raise InputError where a training can't be watched on this system."""
    if watchable:
        from tui_rnn.lab.meeting import check_sockets

        check_sockets()


def watching(watchable: bool, trainer: Trainer, out: Path, resumed: bool, save: Callable[[], Path]) -> Watching:
    """Let screens in, and say how. resumed: `out` holds the run as it is now. save: saves the run, and returns where."""
    if not watchable:
        return Nobody()
    from threadpoolctl import threadpool_limits

    from tui_rnn.lab.watched import WatchedTraining

    threadpool_limits(1, "blas")  # for good: questions are answered on several threads beside the training
    watched = WatchedTraining(trainer, out, trainer.step if resumed else 0, save)
    note(f"watch it from any terminal of this user: {shell_line('tui-rnn', 'attach', str(os.getpid()))}")
    return watched


def how_it_ended(trainer: Trainer, status: str, out: Path) -> str:
    """For a screen that watched, in one line."""
    what = {"finished": "is over", "interrupted": "was interrupted", "diverged": "diverged"}[status]
    return f"The training of {trainer.config.name} {what} at step {trainer.weights_step:,}; it is saved in {out.absolute()}"
