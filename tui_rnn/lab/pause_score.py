"""While a run is paused, its present weights are scored, only for the screen: so the validation loss is of the weights that it
shows.

Nothing of this enters the run: its history, its best weights and its time are the same as without a pause.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tui_rnn.kinds import Kind
from tui_rnn.lab.messages import RunSnapshot
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.trainer import Trainer


class PauseScore:
    """The score of a run's weights at the step where it is paused. kind: of its data."""

    def __init__(self, kind: Kind) -> None:
        self._metric = kind.main_metric.key if kind.main_metric is not None else None
        self._step = -1
        self._evaluation: Evaluation | None = None

    @property
    def step(self) -> int:
        """The step of the last score during a pause; -1 before the first."""
        return self._step

    def look(self, trainer: Trainer, cancelled: Callable[[], bool]) -> None:
        """Score the weights, if that was not done at this step."""
        if trainer.step in (0, self._step, trainer.history.evaluated_step):
            return
        evaluation = trainer.evaluate(trainer.scored, cancelled)
        if evaluation is None or not evaluation.count:
            return
        self._step, self._evaluation = trainer.step, evaluation
        trainer.latest, trainer.latest_step = evaluation, trainer.step  # for the questions that are asked about it

    def forget(self) -> None:
        """Forget the score: the weights of that step are gone."""
        self._step, self._evaluation = -1, None

    def added_to(self, snapshot: RunSnapshot) -> RunSnapshot:
        """The snapshot with this score, if it is of the same weights."""
        found = self._evaluation
        if found is None or snapshot.step != self._step or snapshot.val_step >= self._step:
            return snapshot
        curve, metric = snapshot.curve, found.metrics.get(self._metric or "", math.nan)
        curve = replace(
            curve,
            val_chars=np.append(curve.val_chars, snapshot.chars),
            val_elapsed_s=np.append(curve.val_elapsed_s, snapshot.elapsed_s),
            val_loss_nats=np.append(curve.val_loss_nats, found.loss_nats),
            val_metric=np.append(curve.val_metric, metric),
        )
        return replace(
            snapshot,
            val_loss_nats=found.loss_nats,
            val_step=self._step,
            best_val_loss_nats=min(found.loss_nats, snapshot.best_val_loss_nats),  # NaN, before any evaluation, comes second
            metrics=dict(found.metrics),
            curve=curve,
        )
