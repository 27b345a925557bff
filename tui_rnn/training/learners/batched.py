"""What the learners of examples share: batches of like length, one a step, and a validation part of examples."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.batches import Batches
from tui_rnn.data.examples.classification import ClassificationData, LabelledTexts
from tui_rnn.data.examples.items import Items, ItemsData
from tui_rnn.data.examples.seq2seq import Pairs, Seq2SeqData
from tui_rnn.data.examples.tagging import TaggedSentences, TaggingData
from tui_rnn.data.opening import symbols_of
from tui_rnn.errors import InputError
from tui_rnn.tasks.network import CHUNK_ROWS
from tui_rnn.training.evaluation import LEAST_SCORED_CHARS, scored_part
from tui_rnn.training.learner import Learner, Steps, Workload
from tui_rnn.training.memory import check_memory
from tui_rnn.training.scoring import Rows

Examples = Items | TaggedSentences | LabelledTexts | Pairs
ExampleData = ItemsData | TaggingData | ClassificationData | Seq2SeqData


class BatchedLearner(Learner):
    """A step takes batch_size whole examples; in an epoch each comes once."""

    def __init__(self, config: RunConfig, data: ExampleData) -> None:
        super().__init__(config, data)
        self._usable = self.usable(data.train)
        self._sizes = sizes(data.train)
        self._batches = Batches(data.train.lengths[self._usable], config.batch_size, config.seed)

    @staticmethod
    def usable(train: Any) -> Rows:
        """The examples that can be learnt from."""
        return np.arange(len(train))

    @classmethod
    def workload(cls, config: RunConfig, data: ExampleData) -> Workload:
        train, scored = data.train, scored_part(data)
        assert not isinstance(scored, np.ndarray)
        rows = cls.usable(train)
        if not len(rows):
            raise InputError(
                f"no training example of {data.shown} has only labels that the network knows: train a new one on it"
            )
        read = sizes(train)[rows]
        steps = -(-len(rows) // config.batch_size)
        largest = int(np.sort(read)[-config.batch_size :].sum())
        longest = int(train.lengths.max())
        check_memory(data.task, config, symbols_of(data), max(largest, CHUNK_ROWS), longest)
        # writing a target reads it once more
        chars = int(sizes(scored).sum()) * (2 if isinstance(scored, Pairs) else 1)
        return Workload(steps, max(chars, LEAST_SCORED_CHARS) * steps / int(read.sum()))

    @property
    def epoch(self) -> float:
        return self._batches.epoch

    @abstractmethod
    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        """One training step on those examples of the training part: its loss, and its gradient's norm."""

    def train(self, learning_rates: NDArray[np.float64], first_step: int, threads: int) -> Steps:
        losses, norms, chars = [], [], []
        for k, rate in enumerate(learning_rates):
            rows = self._usable[self._batches.take(1)[0]]
            loss, norm = self.step(rows, float(rate), first_step + k, threads)
            losses.append(loss)
            norms.append(norm)
            chars.append(int(self._sizes[rows].sum()))
            if not (np.isfinite(loss) and np.isfinite(norm)):
                break
        return Steps(np.array(losses), np.array(norms), np.array(chars, np.int64))

    def feed_state(self) -> dict[str, NDArray[Any]]:
        return self._batches.state()

    @staticmethod
    def feed_shapes(config: RunConfig) -> dict[str, tuple[tuple[int, ...], str]]:
        return Batches.state_shapes()

    def load_feed_state(self, state: dict[str, NDArray[Any]]) -> None:
        self._batches.load_state(state)


def sizes(part: Examples) -> NDArray[np.int64]:
    """How many characters and tokens of each example are read and written."""
    return part.lengths + part.target_ids.lengths if isinstance(part, Pairs) else part.lengths
