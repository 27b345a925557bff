"""Texts, each with its class."""

from __future__ import annotations

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.classification import ClassificationData, LabelledTexts
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen


class ClassificationLearner(BatchedLearner):
    """The loss is a mean over texts."""

    network: Classifier
    unit = "text"

    def __init__(self, config: RunConfig, data: ClassificationData) -> None:
        super().__init__(config, data)
        self._labels, self._train = data.labels, data.train

    @staticmethod
    def usable(train: LabelledTexts) -> Rows:
        return np.flatnonzero(train.label_ids >= 0)

    @property
    def choices(self) -> int:
        return len(self._labels)

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        train = self._train
        return self.network.train(chosen(train.characters, rows), train.label_ids[rows], learning_rate, step, threads)
