"""The language model over items."""

from __future__ import annotations

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.items import ItemsData
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, item_ids


class ItemLearner(BatchedLearner):
    """Each item from <s> to </s>, which counts as a token that is predicted."""

    network: ItemModel

    def __init__(self, config: RunConfig, data: ItemsData) -> None:
        super().__init__(config, data)
        self.unit = data.vocabulary.kind
        self._train = data.train

    @property
    def choices(self) -> int:
        return len(self.symbols.vocabulary) + 1

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        return self.network.train(item_ids(self._train, rows), learning_rate, step, threads)
