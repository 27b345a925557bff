"""A run that trains on past its goal: without one, at a constant learning rate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui_rnn.config import GOALS, RunConfig
from tui_rnn.training.resuming import checkpoint_of, restored
from tui_rnn.training.trainer import Trainer

RATE_SHARE = 0.1  # of its peak: at the goal a falling rate is zero, and the peak would undo what it learnt while the rate fell


def rate_past_goal(trainer: Trainer) -> float:
    """The learning rate at which the run would train on past its goal: its own if that is constant, else RATE_SHARE of the
    peak."""
    return trainer.learning_rate * (RATE_SHARE if trainer.schedule.cosine else 1.0)


def past_goal(trainer: Trainer) -> Trainer:
    """The run as it is at its goal, but without a goal: as if it were restored from its file with that change. The given run
    doesn't change."""
    saved, rate = checkpoint_of(trainer), rate_past_goal(trainer)
    facts = replace(
        saved.facts,
        config=_without_goal(saved.facts.config),
        learning_rate=rate,
        learning_rate_changes=(*saved.facts.learning_rate_changes, (trainer.step, rate)),
        keep_best=False,  # there is no goal any more at which it could go back to its best weights
    )
    on = restored(replace(saved, facts=facts), trainer.data, threads=trainer.threads)
    on.latest, on.latest_step = trainer.latest, trainer.latest_step
    return on


def goal_of(config: RunConfig) -> str:
    """A run's goal in words, such as '2,000 steps'; '' if it has none."""
    told = [f"{amount:,.10g} {name if amount != 1 else name.removesuffix('s')}" for name, amount in config.goal.items()]
    return "".join(told)


def _without_goal(config: RunConfig) -> RunConfig:
    no_goal: dict[str, Any] = dict.fromkeys(GOALS)
    return replace(config, **no_goal, schedule="constant", warmup_steps=0)
