"""A run between two steps as a checkpoint, and the run that goes on from one as if it had never stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tui_rnn.data.opening import Data
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training import same_data
from tui_rnn.training.averaging import Averaging
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.history import Pace
from tui_rnn.training.moments import Moments
from tui_rnn.training.old_data import OldData
from tui_rnn.training.restore_points import Best
from tui_rnn.training.run_facts import DataRecord, RunFacts
from tui_rnn.training.schedule import with_goal
from tui_rnn.training.trainer import Trainer


def checkpoint_of(trainer: Trainer) -> Checkpoint:
    """A copy of the whole run as it is now, for `checkpoint.write`, also in another thread."""
    best = None if trainer.finished else trainer.best  # at the goal, they are the run's own
    facts = RunFacts(
        kind=trainer.data.kind,
        config=trainer.config,
        data=DataRecord.of(trainer.data),
        step=trainer.step,
        chars=trainer.chars,
        elapsed_s=trainer.elapsed_s,
        learning_rate=trainer.learning_rate,
        learning_rate_changes=tuple(trainer.learning_rate_changes),
        history=trainer.history.numbers(),
        keep_best=trainer.keep_best,
        best=best.score if best else None,
        kept_step=trainer.kept_step,
        parent=trainer.parent,
        remark=trainer.remark,
        averaged=0 if trainer.finished else trainer.averaging.count,
    )
    learner, arrays = trainer.learner, best.network if best else {}
    return Checkpoint(
        facts, learner.symbols, learner.network.arrays(), learner.feed.state(), trainer.history.copy(), arrays,
        trainer.moments.arrays(), {} if trainer.finished else trainer.averaging.arrays(),
    )  # fmt: skip


def save_run(trainer: Trainer, path: Path) -> None:
    """Write the run to `path`. Raises RunError or InputError; the file is then as it was before."""
    checkpoints.write(checkpoint_of(trainer), path)


def load_run(path: Path, data: Data | None = None, **options: Any) -> Trainer:
    """Go on with a saved run; see `restored` for the options. Without `data`, the run's own is opened."""
    checkpoint = checkpoints.read(path)
    return restored(checkpoint, data or same_data.reopen(checkpoint), **options)


def restored(
    checkpoint: Checkpoint,
    data: Data,
    *,
    goal: dict[str, float] | None = None,
    new_data: bool = False,
    threads: int = 1,
    old: OldData | None = None,
) -> Trainer:
    """The run as it was saved; it goes on as if it had never stopped.

    goal: a new goal in place of the run's own, such as {"steps": 2000}. new_data: `data` may be other data with the same
    characters and labels; its batches or streams then start from the beginning. Raises InputError if the data don't fit.
    """
    facts = checkpoint.facts
    same_data.check_same_data(checkpoint, data, new_data)
    same, config = same_data.same_data(data, facts), with_goal(facts.config, goal) if goal else facts.config
    trainer = Trainer(config, data, threads=threads, keep_best=facts.keep_best, old=old)
    trainer.learner.network.load_arrays(checkpoint.network)
    if same:
        trainer.learner.feed.load_state(checkpoint.feed)
    trainer.parent, trainer.remark = facts.parent, facts.remark
    trainer.history = checkpoint.history.copy()
    trainer.step, trainer.chars, trainer.elapsed_s = facts.step, facts.chars, facts.elapsed_s
    trainer.learning_rate = facts.learning_rate
    trainer.learning_rate_changes = list(facts.learning_rate_changes)
    trainer.kept_step, trainer.pace = facts.kept_step, Pace(trainer.elapsed_s, trainer.chars)
    trainer.keep_good()
    if config.goal == facts.config.goal:  # else the mean is over another part of the way
        trainer.averaging = Averaging(trainer.schedule, facts.averaged, checkpoint.average)
    trainer.moments = Moments.restored(config.moments_mb, checkpoint.moments)
    if facts.keep_best and same:  # on other data, it may not be the best
        trainer.best = Best(facts.best, checkpoint.best) if facts.best else trainer.own_best()
    return trainer
