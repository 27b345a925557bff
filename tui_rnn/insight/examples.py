"""The examples that a network is asked about again and again: some of those that validate, always the same ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.batches import permutation
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Subject
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, TAGGED

MAX_EXAMPLES = 100
MAX_EXAMPLE_CHARS = 300
"""Longer examples are not shown, unless all are."""


@dataclass(frozen=True)
class Asked:
    """A text to answer. words: of a sentence, where they are known. truth: what is right, where it is known."""

    text: str
    words: tuple[str, ...] | None = None
    truth: Any = None


_AS_ASKED: dict[str, Callable[[Any], Asked]] = {
    ITEMS.name: Asked,
    TAGGED.name: lambda example: Asked(example.text, example.words, example.tags),
    LABELLED.name: lambda example: Asked(example.text, truth=example.label),
    PAIRS.name: lambda example: Asked(example.source, truth=example.target),
}
_orders: WeakKeyDictionary[Any, NDArray[np.int64]] = WeakKeyDictionary()


def examples(subject: Subject, count: int) -> list[Asked]:
    """The first `count`, at most MAX_EXAMPLES, of the examples that are shown: from all over the part, the short ones, always
    in the same order. Raises InputError where the subject has no part."""
    part: Any = subject.part
    return [_AS_ASKED[subject.kind.name](part.examples[row]) for row in _order(part)[:count]]


def example_at(subject: Subject, place: int) -> Asked:
    """The example at a place among those that are shown, or the last one."""
    shown = examples(subject, min(place + 1, MAX_EXAMPLES))
    if not shown:
        raise InputError("there are no examples that validate: give a text")
    return shown[-1]


def _order(part: Any) -> NDArray[np.int64]:
    if part not in _orders:
        lengths = part.lengths
        rows = permutation(len(lengths), seed=0)
        short = rows[lengths[rows] <= MAX_EXAMPLE_CHARS]
        chosen = short if len(short) else rows[np.argsort(lengths[rows], kind="stable")]
        _orders[part] = chosen[:MAX_EXAMPLES]
    return _orders[part]
