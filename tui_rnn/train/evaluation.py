"""The score of a text: cross-entropy in the units that people compare."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from tui_rnn.data.corpus import Corpus

SCORED_CHARS = 65_536


@dataclass(frozen=True)
class Evaluation:
    """How well a model predicts a text. characters: how many predictions were scored. unknown: characters of the text
    that the vocabulary lacks, read as its fallback."""

    loss_nats: float
    characters: int
    unknown: int = 0

    @property
    def bits_per_char(self) -> float:
        """The loss in bits: what an ideal compressor would need for a character."""
        return self.loss_nats / math.log(2)

    @property
    def perplexity(self) -> float:
        """The number of equally likely characters that would be as hard to predict."""
        try:
            return math.exp(self.loss_nats)
        except OverflowError:
            return math.inf


def scored_part(corpus: Corpus) -> NDArray[Any]:
    """The start of the validation part that the live loss and the landmarks are scored on."""
    return corpus.validation[:SCORED_CHARS]
