"""What a run goes back to: its last good state when it diverges, the best that it met at the goal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.history import History

ABSURD_LOSS = 10.0  # times the loss of guessing blindly, in any step: such weights never come back
HOPELESS_LOSS = 2.0  # the same, where the run is evaluated


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
    """What an evaluation at a step said. val_metric: the task's main one, None where it has none. old_loss_nats: on the data of
    the run that it began from, None where there are none."""

    step: int
    val_loss_nats: float
    val_metric: float | None
    old_loss_nats: float | None = None

    @property
    def merit(self) -> tuple[float, float]:
        """The more the better: by the metric, then by the loss."""
        return self.val_metric or 0.0, -self.val_loss_nats

    @classmethod
    def of(cls, history: History) -> Score | None:
        """Of the latest evaluation; None where there is none, or nothing could be scored."""
        loss, metric, old = history.val_loss_nats, history.val_metric, history.old_loss_nats
        if not math.isfinite(loss):
            return None
        known = [number if math.isfinite(number) else None for number in (metric, old)]
        return cls(history.evaluated_step, loss, *known)

    def put(self, history: History) -> None:
        """Make it what the history says of the weights as they are now."""
        history.val_loss_nats = self.val_loss_nats
        history.val_metric = math.nan if self.val_metric is None else self.val_metric
        history.old_loss_nats = math.nan if self.old_loss_nats is None else self.old_loss_nats

    @classmethod
    def restored(cls, facts: dict[str, Any]) -> Score:
        """From JSON. Raises KeyError, or ValueError where a number can't be."""
        step, loss, *more = facts["step"], facts["val_loss_nats"], facts["val_metric"], facts.get("old_loss_nats")
        numbers = [loss, *(number for number in more if number is not None)]
        if type(step) is not int or not all(type(number) in (int, float) and np.isfinite(number) for number in numbers):
            raise ValueError(f"its metadata have {facts!r:.100} where a score was expected")
        return cls(step, float(loss), *(None if number is None else float(number) for number in more))


@dataclass(frozen=True)
class Best:
    """The state of a network that scored so. evaluation: all of the score; None after loading."""

    score: Score
    network: dict[str, NDArray[np.float32]]
    evaluation: Evaluation | None = None


def judged(evaluation: Evaluation, trained: float, blind: float, unit: str) -> tuple[str, bool]:
    """(why these weights have diverged, or ""; whether they are good enough to go back to).

    trained: the recent training loss; blind: that of guessing blindly; both in nats per `unit`. A validation part unlike the
    training part is no divergence.
    """
    loss = evaluation.loss_nats
    if trained > HOPELESS_LOSS * blind:
        return f"the loss was {trained:.4g} nats/{unit}, more than guessing blindly costs", False
    if evaluation.count and not math.isfinite(loss):
        return f"the validation loss was {loss:.4g} nats/{unit}", False
    return "", not (trained > blind + 1 or loss > ABSURD_LOSS * blind)  # good for NaN: nothing was scored


def diverged_message(step: int, what: str, good_step: int, learning_rate: float) -> str:
    """What is said of a run that diverged at a step and is back at the weights of another."""
    return (
        f"diverged at step {step:,}: {what}. The weights of step {good_step:,} are back; "
        f"lower the learning rate (now {learning_rate:g}), then resume"
    )
