"""What trained networks answer: plain facts that the commands, the lab and the screen share.

Texts and labels are as found or as the model wrote them: show them through display.visible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.short import short_repr

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TaggedText:
    """A sentence with the likeliest tag of each word.

    probs (words,): the probability of that tag. truth: the right tags, where they are known. unseen: which words training
    lacked.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]
    probs: Floats
    unseen: tuple[bool, ...]
    truth: tuple[str, ...] | None = None

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class ClassifiedText:
    """A text with the probability of each class.

    symbols (T,): the tokens that are read, as they stand in the text. probs (classes,). after_each (T, classes): the
    probabilities if the text ended after each token; without rows unless asked for. contributions (T, classes): with mean
    pooling, what each token's state adds to the logits.
    """

    text: str
    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    probs: Floats
    after_each: Floats
    contributions: Floats | None = None
    truth: str | None = None

    __repr__ = short_repr

    @property
    def label(self) -> str:
        """The likeliest class."""
        return self.labels[int(self.probs.argmax())]


@dataclass(frozen=True, eq=False)
class Written:
    """One output: its tokens without </s>, ln p of the whole in nats, and attention (steps, source length), whose last row is
    the step that wrote </s>; without attention, it has no rows. ended: whether </s> was written; if not, the output was cut
    off at its limit, twice the source's length plus 20."""

    tokens: tuple[str, ...]
    text: str
    log_prob: float
    attention: Floats
    ended: bool = True

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class WrittenText:
    """A source and its outputs, the likeliest first: one if greedy, several from a beam. symbols: the tokens that are read, as
    they stand in the source."""

    source: str
    symbols: tuple[str, ...]
    outputs: tuple[Written, ...]
    truth: str | None = None

    __repr__ = short_repr


@dataclass(frozen=True)
class DrawnItem:
    """An item drawn from <s> on. ended: whether </s> came before the limit. found_in: the part of the data that has the same
    item (training, validation, test), None if it is new, "unknown" if the data can't be opened. loss_nats: of the whole item,
    </s> included."""

    text: str
    ended: bool
    loss_nats: float
    found_in: str | None = None


TextAnswer = TaggedText | ClassifiedText | WrittenText
"""What a network says to a text."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """counts (classes, classes): rows are the truth, columns what was said. f1 (classes,): NaN for a class that never came."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    f1: NDArray[np.float64]

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class MatchByLength:
    """For each length of a source: how many sources have it, and the share of exact matches."""

    lengths: NDArray[np.int64]
    counts: NDArray[np.int64]
    shares: NDArray[np.float64]

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class Reading:
    """The signals of one direction of one part of a network while it reads or writes `text`.

    name: forward, backward, encoder forward, encoder backward or decoder. symbols: one for each row, such as a character
    or a target token. signals: name → (T, layers, units), by the names and in the order of the table of cells.
    """

    name: str
    symbols: tuple[str, ...]
    signals: dict[str, Floats]

    __repr__ = short_repr
