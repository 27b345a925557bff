"""Pairs of a source and a target."""

from __future__ import annotations

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.seq2seq import Seq2SeqData
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen, target_ids


class Seq2SeqLearner(BatchedLearner):
    """The loss is a mean over the tokens of the targets, </s> included."""

    network: Seq2Seq

    def __init__(self, config: RunConfig, data: Seq2SeqData) -> None:
        super().__init__(config, data)
        self.unit = "token" if data.targets.separator else "char"
        self._train, self._targets = data.train, data.targets

    @property
    def choices(self) -> int:
        return len(self._targets.names) + 1

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        sources = chosen(self._train.characters, rows)
        return self.network.train(sources, target_ids(self._train, rows, self._targets), learning_rate, step, threads)
