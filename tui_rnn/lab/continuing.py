"""Lets a run train on that has stopped by itself: it reached its goal, or it diverged."""

from __future__ import annotations

from collections.abc import Callable

from tui_rnn.lab.messages import Event, Notice
from tui_rnn.lab.run_file import RunFile
from tui_rnn.lab.snapshots import rate_of
from tui_rnn.training.past_goal import RATE_SHARE, goal_of, past_goal
from tui_rnn.training.resuming import checkpoint_of
from tui_rnn.training.trainer import Trainer


def set_going(trainer: Trainer, file: RunFile, emit: Callable[[Event], None]) -> Trainer:
    """The trainer to train on with; a notice says what it does. A run that diverged goes on from its last good weights; a run
    at its goal goes on without a goal, and its file is kept. Any other run goes on as it is."""
    name, rate = trainer.config.name, rate_of(trainer)
    if trainer.diverged:
        trainer.resume()
        emit(Notice(f"{name} goes on from its last good weights, step {trainer.step:,}, at a learning rate of {rate:.3g}"))
    if not trainer.finished:
        return trainer
    if trainer.step > file.saved_step:
        file.save(checkpoint_of(trainer))
    share = f" ({RATE_SHARE:.0%} of its peak), so its loss may rise at first" if trainer.schedule.cosine else ""
    emit(
        Notice(
            f"{name} is past its goal of {goal_of(trainer.config)}: it trains on without one, at a constant learning rate of "
            f"{rate:.3g}{share}. The file from its goal stays; from now on it is saved as {file.keep().name}"
        )
    )
    return past_goal(trainer)
