"""A run's present losses, each with what it is a mean over and how old it is: the same for tables, charts, logs and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rnn.training.learner import Learner
    from tui_rnn.training.trainer import Trainer

TRAIN_MEAN_CHARS = 65_536
"""The training loss is a mean over so many characters, about as many as the validation loss beside it: one step of training
would say more about its batch than about the network."""


@dataclass(frozen=True)
class Losses:
    """In nats per unit, NaN if there is none yet.

    train_nats: the mean over the latest train_chars characters up to now, each before the network learnt from it.
    val_nats: on the scored share of the validation part, with the weights of step val_step; -1 before the first.
    """

    train_nats: float
    train_chars: int
    val_nats: float
    val_step: int

    @classmethod
    def of(cls, trainer: Trainer) -> Losses:
        history = trainer.history
        train_nats, train_chars = history.train_mean(trainer.chars, mean_chars(trainer.learner))
        scored = history.evaluated_step if trainer.kept_step is None else trainer.kept_step
        return cls(train_nats, train_chars, history.val_loss_nats, scored)


def mean_chars(learner: Learner) -> int:
    """How many characters the training loss is a mean over: no more than a pass has."""
    return min(TRAIN_MEAN_CHARS, learner.chars_a_pass)
