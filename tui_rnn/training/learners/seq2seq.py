"""Pairs of a source and a target."""

from __future__ import annotations

from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.training.learners.batched import BatchedLearner
from tui_rnn.training.scoring import Rows, chosen, target_ids


class Seq2SeqLearner(BatchedLearner):
    """The loss is a mean over the tokens of the targets, </s> included."""

    network: Seq2Seq
    most_scored = 512  # writing out a target takes as long as reading many
    reads_to_score = 2  # with the truth, and to write

    def step(self, rows: Rows, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        targets = self.symbols.targets
        assert targets is not None
        gold = target_ids(self._train, rows, targets)
        return self.network.train(chosen(self._train.inputs, rows), gold, learning_rate, step, threads)
