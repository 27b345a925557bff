"""The loop of `train`: it trains, reports, saves now and then, and serves the screens that watch."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.interrupt import Interruption
from tui_rnn.cli.output import note
from tui_rnn.cli.streams import drop_dead_streams
from tui_rnn.cli.train_json import JsonReport
from tui_rnn.cli.train_text import TextReport
from tui_rnn.cli.watchable import Watching
from tui_rnn.errors import TuiRnnError
from tui_rnn.training.own_files import OwnFiles, beside
from tui_rnn.training.stopwatch import Stopwatch

if TYPE_CHECKING:
    from tui_rnn.training.trainer import Trainer

Report = JsonReport | TextReport

CALL_S = 0.05
SAVE_INTERVAL_S = 30.0


def status_of(trainer: Trainer, interruption: Interruption) -> str:
    return "diverged" if trainer.diverged else "interrupted" if interruption.requested else "finished"


def save_now(trainer: Trainer, files: OwnFiles, out: Path, report: Report) -> Path:
    """Save the run while it trains, and return where."""
    from tui_rnn.training.resuming import save_run

    place, changed = files.place(out, lambda: beside(out))
    if changed:
        note(changed)
    try:
        save_run(trainer, place)
    finally:
        files.let_go(place)
    files.left(place)
    report.out = place
    return place


def train(trainer: Trainer, report: Report, interruption: Interruption, save: Callable[[], Path], screens: Watching) -> None:
    """Train to the goal, until divergence or until interrupted. Saves now and then, in case of a power cut."""
    saved_at, troubled = time.monotonic(), False
    while not (trainer.finished or trainer.diverged or interruption.requested):
        trainer.advance_for(CALL_S, lambda: interruption.requested or screens.wanted)
        screens.attend(lambda: interruption.requested)
        tell(report.progress, interruption)
        if time.monotonic() - saved_at >= SAVE_INTERVAL_S:
            saved_at, watch = time.monotonic(), Stopwatch()
            try:
                screens.note_saved(save())
                troubled = False
            except (TuiRnnError, MemoryError) as error:
                if not troubled:
                    note(f"{str(error) or 'the run was not saved: out of memory'}; training goes on")
                troubled = True
            trainer.spend(watch.passed())


def tell(say: Callable[[], None], interruption: Interruption) -> None:
    """Say it. If the reader has left, the terminal hung up or the disk is full, the run ends as after Ctrl-C, without further
    output."""
    if interruption.requested:
        return
    try:
        say()
    except OSError as error:
        if not (interruption.requested or isinstance(error, BrokenPipeError)):
            note(f"training stops, since its output can't be written: {error.strerror}")
        drop_dead_streams()
        interruption.requested = True
