"""Sentences, with a tag for each word."""

from __future__ import annotations

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.tagging import TaggedSentences, TaggingData
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen


class TaggingLearner(BatchedLearner):
    """The loss is a mean over words."""

    network: Tagger
    unit = "word"

    def __init__(self, config: RunConfig, data: TaggingData) -> None:
        super().__init__(config, data)
        self._tags, self._train = data.tags, data.train

    @staticmethod
    def usable(train: TaggedSentences) -> Rows:
        """Sentences whose tags are all known."""
        unknown = np.repeat(np.arange(len(train)), train.tag_ids.lengths)[train.tag_ids.values < 0]
        return np.setdiff1d(np.arange(len(train)), unknown)

    @property
    def choices(self) -> int:
        return len(self._tags)

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        sentences, ends, tags = (
            chosen(part, rows) for part in (self._train.characters, self._train.word_ends, self._train.tag_ids)
        )
        return self.network.train(sentences, ends, tags, learning_rate, step, threads)
