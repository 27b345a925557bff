"""The score of a network on examples or on a text: cross-entropy in the units that people compare, and the task's metrics."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples.batches import permutation
from tui_rnn.data.examples.seq2seq import Pairs
from tui_rnn.data.opening import Data, Part
from tui_rnn.insight.answers import Confusion, MatchByLength

SCORED_CHARS = 65_536
LEAST_SCORED_CHARS = 4_096  # a short validation part is scored no more often than one of this length
SCORED_PAIRS = 512
"""So much of the validation part is scored while a network trains: writing out a target takes as long as reading many."""

_MAIN_METRICS = {"tag": "accuracy", "classify": "accuracy", "seq2seq": "exact_match"}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How well a network does.

    loss_nats: the mean over `count` predictions, each of one `unit` (char, word, byte, text, token). examples: how many
    items, sentences, texts or pairs; 0 for a running text. unknown: tokens of a text that the vocabulary lacks, read as
    its fallback. metrics: those that the task has, of accuracy, accuracy_unseen, macro_f1, exact_match,
    token_error_rate, each a share, NaN where there was nothing to count. confusion: of many labels, the most frequent.
    """

    loss_nats: float
    count: int
    unit: str = "char"
    examples: int = 0
    unknown: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    confusion: Confusion | None = None
    by_length: MatchByLength | None = None

    @property
    def bits(self) -> float:
        """The loss in bits: what an ideal compressor would need for a unit."""
        return self.loss_nats / math.log(2)

    @property
    def perplexity(self) -> float:
        """The number of equally likely choices that would be as hard to predict."""
        try:
            return math.exp(self.loss_nats)
        except OverflowError:
            return math.inf

    @property
    def nats_per_example(self) -> float:
        """The loss of a whole item or target, </s> included; NaN for a running text."""
        return self.loss_nats * self.count / self.examples if self.examples else math.nan


def main_metric(kind: str) -> str | None:
    """The key of the metric that is charted beside the loss; None for language models. kind: Data.task."""
    return _MAIN_METRICS.get(kind)


def scored_part(data: Data) -> Part:
    """What the live loss and the landmarks are scored on: of a text the start of the validation part; of examples all that
    validate or, where they have more than SCORED_CHARS characters or SCORED_PAIRS pairs, so many of them, from all over
    the part and always the same."""
    if isinstance(data, Corpus):
        return data.validation[:SCORED_CHARS]
    part = data.validation
    rows = permutation(len(part), seed=0)
    count = max(1, int(np.searchsorted(np.cumsum(part.lengths[rows]), SCORED_CHARS, side="right")))
    if isinstance(part, Pairs):
        count = min(count, SCORED_PAIRS)
    return part.select(np.sort(rows[:count]))
