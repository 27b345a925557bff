"""A run's state as the screen gets it."""

from __future__ import annotations

from tui_rnn.lab.messages import Curve, RunSnapshot, Status
from tui_rnn.training.losses import Losses
from tui_rnn.training.past_goal import rate_past_goal
from tui_rnn.training.trainer import Trainer


def snapshot_of(trainer: Trainer, run_id: int, status: Status, saved_step: int, path: str | None, message: str) -> RunSnapshot:
    """The state of a run between two steps; the curves are copies."""
    history, losses = trainer.history, Losses.of(trainer)
    return RunSnapshot(
        run_id=run_id,
        status=status,
        step=trainer.step,
        chars=trainer.chars,
        epoch=trainer.epoch,
        elapsed_s=trainer.elapsed_s,
        chars_per_s=trainer.chars_per_s if status == "training" else 0.0,
        train_loss_nats=losses.train_nats,
        train_loss_chars=losses.train_chars,
        val_loss_nats=losses.val_nats,
        best_val_loss_nats=history.best_val_loss_nats,
        grad_norm=history.grad_norm,
        learning_rate=rate_of(trainer),
        saved_step=saved_step,
        path=path,
        curve=Curve(steps_per_point=history.steps_per_point, **history.curves()),
        message=message,
        metrics=dict(trainer.latest.metrics) if trainer.latest is not None else {},
        val_step=losses.val_step,
        moments=trainer.moments.steps,
        kept_step=trainer.kept_step,
        old_name=trainer.old.name if trainer.old is not None else "",
        old_loss_nats=history.old_loss_nats,
    )


def rate_of(trainer: Trainer) -> float:
    """The learning rate of the next step; at the goal, the rate at which the run would train on past it."""
    if trainer.finished:
        return rate_past_goal(trainer)
    rates = trainer.schedule.learning_rates(trainer.step, 1, trainer.learning_rate, trainer.used_s, seconds_per_step=0.0)
    return float(rates[0])
