"""The examples that a network is asked about: some of the validation part, always the same."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.batches import permutation
from tui_rnn.data.examples.encoding import Shown
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Subject

MAX_EXAMPLES = 100
MAX_EXAMPLE_CHARS = 300
"""Longer examples are shown only if all are longer."""

_orders: WeakKeyDictionary[Any, NDArray[np.int64]] = WeakKeyDictionary()


def examples(subject: Subject, count: int) -> list[Shown]:
    """The first `count`, at most MAX_EXAMPLES, of the examples that are shown: short ones from all over the part, always in the
    same order. Raises InputError if the subject has no part."""
    part: Any = subject.part
    return [part.shown(row) for row in _order(part)[:count]]


def example_at(subject: Subject, place: int) -> Shown:
    """The example at a place among the shown ones, or the last one."""
    shown = examples(subject, min(place + 1, MAX_EXAMPLES))
    if not shown:
        raise InputError("there are no examples that validate: give a text")
    return shown[-1]


def chosen_rows(lengths: NDArray[np.int64], most: int) -> list[int]:
    """Rows from all over a part, always the same: as many as have `most` tokens in sum, but at least one. lengths: of each
    example."""
    rows = permutation(len(lengths), seed=0)
    if not len(rows):
        raise InputError("there are no examples to ask about, expected at least one: name a source")
    count = int(np.searchsorted(np.cumsum(lengths[rows]), most, side="right"))
    return [int(row) for row in rows[: max(1, count)]]


def _order(part: Any) -> NDArray[np.int64]:
    if part not in _orders:
        lengths = part.lengths
        rows = permutation(len(lengths), seed=0)
        short = rows[lengths[rows] <= MAX_EXAMPLE_CHARS]
        chosen = short if len(short) else rows[np.argsort(lengths[rows], kind="stable")]
        _orders[part] = chosen[:MAX_EXAMPLES]
    return _orders[part]
