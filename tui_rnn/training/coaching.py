"""What the coach knows of a run that trains: the facts from its trainer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tui_rnn.data.repetition import repeated_share
from tui_rnn.insight.coach import Facts, unlike
from tui_rnn.insight.health import Health
from tui_rnn.insight.registry import answer
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

READ = 2_000  # tokens that are read to see whether gates are stuck


def facts_of(trainer: Trainer, landmarks: Sequence[tuple[str, float]] = ()) -> Facts:
    """Of a run that stands between two steps. landmarks: what counting gets, name → nats."""
    history, learner = trainer.history, trainer.learner
    curves, subject = history.curves(), subject_of(trainer)
    steps_a_char = trainer.step / trainer.chars if trainer.chars else 0.0
    health = answer(subject, Health(READ)) if trainer.step and not trainer.diverged else None
    repeated, apart = _data_facts(trainer)
    return Facts(
        step=trainer.step,
        epoch=trainer.epoch,
        diverged=trainer.diverged,
        train_step=curves["train_chars"] * steps_a_char,
        train_nats=curves["train_loss_nats"],
        val_step=np.round(curves["val_chars"] * steps_a_char),
        val_elapsed_s=curves["val_elapsed_s"],
        val_nats=curves["val_loss_nats"],
        landmarks=tuple(landmarks),
        clipped=health.steps.clipped_lately if health else float("nan"),
        update=health.steps.update if health else float("nan"),
        rate=health.steps.rate if health else float("nan"),
        peak_rate=trainer.learning_rate,
        parameters=learner.network.parameter_count,
        tokens=learner.chars_a_pass,
        repeated=repeated,
        unlike_nats=apart,
        stuck=tuple((gate.name, len(gate.stuck) / len(gate.mean)) for gate in health.gates) if health else (),
    )


def _data_facts(trainer: Trainer) -> tuple[float, float]:
    """How much of what validates stands in training, and how unlike its symbols are; of running texts."""
    data: Any = trainer.data
    if not data.kind.is_stream or not len(data.validation):
        return 0.0, 0.0
    size = len(trainer.learner.symbols.vocabulary)
    return repeated_share(data.train, data.validation), unlike(data.train, data.validation, size)
