"""What the coach knows about a run that trains: the facts from its trainer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tui_rnn.data.repetition import repeated_share
from tui_rnn.insight.coach import Facts, unlike
from tui_rnn.insight.health import Health, Healthy
from tui_rnn.insight.registry import answer
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

READ = 2_000  # tokens that are read to see whether gates are stuck


def facts_of(trainer: Trainer, landmarks: Sequence[tuple[str, float]] = ()) -> Facts:
    """All facts about a run between two steps. landmarks: what counting gets, name → nats."""
    found = answer(subject_of(trainer), Health(READ)) if trainer.step and not trainer.diverged else None
    return completed(noted(trainer, landmarks), data_facts(trainer.data), found)


def noted(trainer: Trainer, landmarks: Sequence[tuple[str, float]] = ()) -> Facts:
    """The facts that training has recorded, without any computation: copies, which don't change while it goes on."""
    curves, learner = trainer.history.curves(), trainer.learner
    steps_a_char = trainer.step / trainer.chars if trainer.chars else 0.0
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
        peak_rate=trainer.learning_rate,
        hidden_size=trainer.config.hidden_size,
        parameters=learner.network.parameter_count,
        tokens=learner.chars_a_pass,
    )


def data_facts(data: Any) -> tuple[float, float]:
    """How much of the validation part is also in training, and how different its symbols are; for running texts. A large one
    takes a second or two."""
    if not data.kind.is_stream or not len(data.validation):
        return 0.0, 0.0
    size = len(data.symbols.vocabulary)
    return repeated_share(data.train, data.validation), unlike(data.train, data.validation, size)


def completed(facts: Facts, of_data: tuple[float, float], health: Healthy | None) -> Facts:
    """The facts with what had to be computed. health: None if the run has not begun or has diverged."""
    facts = replace(facts, repeated=of_data[0], unlike_nats=of_data[1])
    if health is None:
        return facts
    return replace(
        facts,
        clipped=health.steps.clipped_lately,
        update=health.steps.update,
        rate=health.steps.rate,
        stuck=tuple((gate.name, len(gate.stuck) / len(gate.mean)) for gate in health.gates),
    )
