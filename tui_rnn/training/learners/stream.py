"""The language model on parallel streams through a running text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.data.running_text import require_length
from tui_rnn.data.streams import Streams
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.learner import LEAST_SCORED_CHARS, Learner, StepsDone, Workload, scored_chars
from tui_rnn.training.memory import check_memory


class StreamLearner(Learner):
    """Truncated backpropagation through time: each step goes on where the one before ended."""

    network: LanguageModel
    feed: Streams

    def __init__(self, config: RunConfig, data: Corpus) -> None:
        self.feed = Streams(data.train, config.batch_size, config.seq_len, config.reset_every, config.seed)
        super().__init__(config, data)
        if config.sampled_softmax:
            self.network.drawn.weigh(np.bincount(data.train, minlength=data.symbols.outputs))

    @classmethod
    def scored_part(cls, data: Corpus) -> NDArray[Any]:
        """The start of the validation part."""
        return data.validation[: scored_chars(data.symbols.outputs)]

    @classmethod
    def share(cls, part: NDArray[Any], count: int) -> NDArray[Any]:
        return part[:count]

    @classmethod
    def workload(cls, config: RunConfig, data: Corpus) -> Workload:
        require_length(data, config.seq_len)
        chars = config.batch_size * config.seq_len
        check_memory(config, data.symbols, chars)
        scored = min(max(len(data.validation), LEAST_SCORED_CHARS), scored_chars(data.symbols.outputs))
        return Workload(len(data.train) / chars, scored / chars)

    @property
    def epoch(self) -> float:
        return self.feed.passes

    @property
    def chars_a_pass(self) -> int:
        return len(self.data.train)

    def train(self, learning_rates: NDArray[np.float64], first_step: int, threads: int) -> StepsDone:
        tokens, fresh = self.feed.take(len(learning_rates))
        losses, norms = self.network.train(tokens, fresh, learning_rates, first_step, threads)
        chars = np.full(len(losses), self.config.batch_size * self.config.seq_len, np.int64)
        return StepsDone(losses, norms, chars)
