"""The language model over items."""

from __future__ import annotations

from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen


class ItemLearner(BatchedLearner):
    """Each item from <s> to </s>, which counts as a token that is predicted."""

    network: ItemModel

    @property
    def choices(self) -> int:
        return super().choices + 1

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        return self.network.train(chosen(self._train.inputs, rows), learning_rate, step, threads)
