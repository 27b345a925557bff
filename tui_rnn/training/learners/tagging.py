"""Sentences, with a tag for each word."""

from __future__ import annotations

import numpy as np

from tui_rnn.data.examples.tagging import TaggedSentences
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen


class TaggingLearner(BatchedLearner):
    """The loss is a mean over words."""

    network: Tagger

    @staticmethod
    def usable(train: TaggedSentences) -> Rows:
        """Sentences whose tags are all known."""
        unknown = np.repeat(np.arange(len(train)), train.tag_ids.lengths)[train.tag_ids.values < 0]
        return np.setdiff1d(np.arange(len(train)), unknown)

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        train = self._train
        sentences, ends, tags = (chosen(ids, rows) for ids in (train.inputs, train.word_ends, train.tag_ids))
        return self.network.train(sentences, ends, tags, learning_rate, step, threads)
