"""What a run goes back to: its last good state when it diverges, its best weights at the goal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.history import History

ABSURD_LOSS = 10.0  # times the loss of guessing blindly, in any step: such weights never recover
HOPELESS_LOSS = 2.0  # the same, at an evaluation


@dataclass(frozen=True)
class Good:
    """The state after an evaluation that was no worse than guessing."""

    step: int
    chars: int
    evaluation: Evaluation | None
    network: dict[str, NDArray[np.float32]]
    feed: dict[str, NDArray[Any]]
    history: History


@dataclass(frozen=True)
class Score:
    """The result of an evaluation at a step. val_metric: the task's main one, None if it has none. old_loss_nats: on the data
    of the run that it began from, None if there are none."""

    step: int
    val_loss_nats: float
    val_metric: float | None
    old_loss_nats: float | None = None

    @property
    def merit(self) -> tuple[float, float]:
        """The greater the better: first the metric, then the loss."""
        return self.val_metric or 0.0, -self.val_loss_nats

    @classmethod
    def of(cls, history: History) -> Score | None:
        """The score of the latest evaluation; None if there is none, or nothing could be scored."""
        loss, metric, old = history.val_loss_nats, history.val_metric, history.old_loss_nats
        if not math.isfinite(loss):
            return None
        known = [number if math.isfinite(number) else None for number in (metric, old)]
        return cls(history.evaluated_step, loss, *known)

    def put(self, history: History) -> None:
        """Make it the history's score of the present weights."""
        history.val_loss_nats = self.val_loss_nats
        history.val_metric = math.nan if self.val_metric is None else self.val_metric
        history.old_loss_nats = math.nan if self.old_loss_nats is None else self.old_loss_nats

    @classmethod
    def restored(cls, facts: dict[str, Any]) -> Score:
        """From JSON. Raises KeyError, or ValueError for an impossible number."""
        step, loss, *more = facts["step"], facts["val_loss_nats"], facts["val_metric"], facts.get("old_loss_nats")
        numbers = [loss, *(number for number in more if number is not None)]
        if type(step) is not int or not all(type(number) in (int, float) and np.isfinite(number) for number in numbers):
            raise ValueError(f"its metadata have {facts!r:.100} where a score was expected")
        return cls(step, float(loss), *(None if number is None else float(number) for number in more))


@dataclass(frozen=True)
class Best:
    """The state of the network with this score. evaluation: the full evaluation; None after loading."""

    score: Score
    network: dict[str, NDArray[np.float32]]
    evaluation: Evaluation | None = None


def judged(evaluation: Evaluation, trained: float, blind: float, unit: str) -> tuple[str, bool]:
    """(why these weights have diverged, or ""; whether they are good enough to go back to).

    trained: the recent training loss; blind: the loss of guessing blindly; both in nats per `unit`. A validation part unlike
    the training part is not a divergence.
    """
    loss = evaluation.loss_nats
    if trained > HOPELESS_LOSS * blind:
        return f"the loss was {trained:.4g} nats/{unit}, more than for guessing blindly", False
    if evaluation.count and not math.isfinite(loss):
        return f"the validation loss was {loss:.4g} nats/{unit}", False
    return "", not (trained > blind + 1 or loss > ABSURD_LOSS * blind)  # good for NaN: nothing was scored


def diverged_message(step: int, what: str, good_step: int, learning_rate: float) -> str:
    """The message about a run that diverged at a step and has gone back to the weights of another step."""
    return (
        f"diverged at step {step:,}: {what}. It has the weights of step {good_step:,} again; "
        f"lower the learning rate (now {learning_rate:g}), then resume"
    )
