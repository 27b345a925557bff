"""The latest state of everything in the engine process that changes all the time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

OLD_SHARE = 0.25  # a validation loss is old once the steps after it are more than this share of the steps before it
Status = Literal["waiting", "training", "paused", "finished", "diverged", "failed"]


@dataclass(frozen=True, eq=False)
class Curve:
    """A bounded loss history. Each training point is the mean of `steps_per_point` steps (nothing else is smoothed).

    clipped: the share of a point's steps whose gradient was clipped, NaN if that was not counted. val_metric: the data's main
    metric at each evaluation, NaN if it is not known. old_loss_nats: at each evaluation, on the data of the run that it began
    from; NaN if there are none.
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
    """The state of a run. chars: characters (or other tokens) trained on. metrics: of the latest evaluation. training/losses.py
    says what the losses are means over.

    val_step: the step at which the validation loss and the metrics were measured, -1 before the first time. learning_rate: of
    the next step; at the goal, the rate at which the run would train on past it. saved_step, path: of the file that was written
    last. moments: the steps of its past that can be asked about. kept_step: of the best weights, if the run has gone back to
    them. old_name: of the data of the run that it began from; old_loss_nats: the latest loss on them; "" and NaN if there are
    none.
    """

    run_id: int
    status: Status
    step: int
    chars: int = 0
    epoch: float = 0.0
    elapsed_s: float = 0.0
    chars_per_s: float = 0.0
    train_loss_nats: float = math.nan
    train_loss_chars: int = 0
    val_loss_nats: float = math.nan
    best_val_loss_nats: float = math.nan
    grad_norm: float = math.nan
    learning_rate: float = 0.0
    saved_step: int = 0
    path: str | None = None
    curve: Curve = field(default_factory=lambda: Curve(1, *[np.zeros(0)] * 10))
    message: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    val_step: int = -1
    moments: tuple[int, ...] = ()
    kept_step: int | None = None
    old_name: str = ""
    old_loss_nats: float = math.nan

    @property
    def weights_step(self) -> int:
        """The step of the weights."""
        return self.step if self.kept_step is None else self.kept_step

    @property
    def val_age(self) -> float:
        """How many steps the weights are past the ones whose validation loss was measured; NaN before the first time."""
        return self.weights_step - self.val_step if self.val_step >= 0 else math.nan

    @property
    def val_is_old(self) -> bool:
        """Whether its validation loss is too old to be compared with its training loss."""
        return self.val_age > OLD_SHARE * self.val_step


@dataclass(frozen=True)
class Snapshot:
    runs: tuple[RunSnapshot, ...] = ()
