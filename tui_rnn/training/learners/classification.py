"""Texts, each with its class."""

from __future__ import annotations

import numpy as np

from tui_rnn.data.examples.classification import LabelledTexts
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen


class ClassificationLearner(BatchedLearner):
    """The loss is a mean over texts."""

    network: Classifier

    @staticmethod
    def usable(train: LabelledTexts) -> Rows:
        return np.flatnonzero(train.label_ids >= 0)

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        train = self._train
        return self.network.train(chosen(train.inputs, rows), train.label_ids[rows], learning_rate, step, threads)
