"""The latest state of everything in the engine process that changes all the time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

OLD_SHARE = 0.25  # so many of a run's steps may follow a validation loss that is not old yet, as a share of those before it
Status = Literal["waiting", "training", "paused", "finished", "diverged", "failed"]


@dataclass(frozen=True, eq=False)
class Curve:
    """A bounded loss history. Each training point is the mean of `steps_per_point` steps (nothing else is smoothed).

    clipped: the share of a point's steps whose gradient was clipped, NaN where nobody counted. val_metric: the data's main
    metric at each evaluation, NaN where it is not known. old_loss_nats: at each evaluation, on the data of the run that it
    began from; NaN where there are none.
    """

    steps_per_point: int
    train_chars: NDArray[np.float64]
    train_elapsed_s: NDArray[np.float64]
    train_loss_nats: NDArray[np.float64]
    val_chars: NDArray[np.float64]
    val_elapsed_s: NDArray[np.float64]
    val_loss_nats: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    grad_norm: NDArray[np.float64]
    clipped: NDArray[np.float64]
    val_metric: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    old_loss_nats: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class RunSnapshot:
    """The state of a run. chars: characters (or other tokens) trained on. metrics: those of the latest evaluation. What the
    losses are of: training/losses.py.

    val_step: after which step the validation loss and the metrics were measured, -1 before the first time. learning_rate: of
    the next step; at the goal, that at which the run would train on past it. saved_step, path: of the file
    that was written last. moments: the steps of its past that can be asked, too. kept_step: of the best weights, where the run
    has gone back to them. old_name: of the data of the run that it began from, old_loss_nats: the latest loss on them; ""
    and NaN where there are none.
    """

    run_id: int
    status: Status
    step: int
    chars: int
    epoch: float
    elapsed_s: float
    chars_per_s: float
    train_loss_nats: float
    train_loss_chars: int
    val_loss_nats: float
    best_val_loss_nats: float
    grad_norm: float
    learning_rate: float
    saved_step: int
    path: str | None
    curve: Curve
    message: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    val_step: int = -1
    moments: tuple[int, ...] = ()
    kept_step: int | None = None
    old_name: str = ""
    old_loss_nats: float = math.nan

    @property
    def weights_step(self) -> int:
        """After which step the weights were as they are."""
        return self.step if self.kept_step is None else self.kept_step

    @property
    def val_age(self) -> float:
        """How many steps its weights are past those whose validation loss was measured; NaN before the first time."""
        return self.weights_step - self.val_step if self.val_step >= 0 else math.nan

    @property
    def val_is_old(self) -> bool:
        """Whether its validation loss must not be compared with its training loss, which has become another since."""
        return self.val_age > OLD_SHARE * self.val_step


@dataclass(frozen=True)
class Snapshot:
    runs: tuple[RunSnapshot, ...] = ()
