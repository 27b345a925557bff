"""The score of a network on examples or on a text: cross-entropy in the units that people compare, and the task's metrics."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tui_rnn.insight.answers import Confusion, MatchByLength
from tui_rnn.insight.short import short_repr


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How well a network does.

    loss_nats: the mean over `count` predictions, each of one `unit` (char, word, byte, text, token). examples: how many
    items, sentences, texts or pairs; 0 for a running text. unknown: how many tokens of a text the vocabulary lacks; they are
    read as its fallback. metrics: those of kinds.Kind.metrics, by their keys, NaN if there was nothing to count. confusion: if
    there are many labels, of the most frequent ones. cut_from: how many examples (or tokens of a running text) the part has, if
    only some were scored since the time was up; 0 if all were.
    """

    loss_nats: float
    count: int
    unit: str = "char"
    examples: int = 0
    unknown: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    confusion: Confusion | None = None
    by_length: MatchByLength | None = None
    unended: int = 0
    cut_from: int = 0

    __repr__ = short_repr

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
