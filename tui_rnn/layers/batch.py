"""Sequences of unequal lengths side by side, without padding: see kernels.equations.order for where their rows lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.kernels.equations.order import Order, arrange

Ids = NDArray[np.int32]
Integers = NDArray[np.integer]


LONGEST = 20_000
"""Longest sequence that is read: each position holds every gate of every unit."""


@dataclass(frozen=True)
class Batch:
    """Where the rows of B sequences lie. Numbers count them as the caller gave them; places, from the longest on.

    sorted (B,): the number of the sequence at each place; place (B,): the place of each sequence; lengths (B,) by number;
    all: the rows of all characters, sequence after sequence.
    """

    sorted: NDArray[np.int64]
    place: NDArray[np.int64]
    lengths: NDArray[np.int64]
    order: Order
    all: Ids

    @property
    def rows(self) -> int:
        """Characters in all sequences."""
        return len(self.all)

    def at(self, number: Integers, position: Integers) -> Ids:
        """The rows of these positions in the sequences with these numbers."""
        return (self.order.starts[position] + self.place[number]).astype(np.int32)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where each sequence begins in `all`, by number."""
        return np.cumsum(self.lengths) - self.lengths

    def first_and_last(self) -> tuple[Ids, Ids]:
        """Rows of each sequence's first and last character, by number."""
        return self.all[self.first], self.all[self.first + self.lengths - 1]

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sums of values by row (rows,) over each sequence, by number (B,)."""
        return np.add.reduceat(values[self.all], self.first)

    def pack(self, sequences: Sequence[Integers]) -> Ids:
        """The sequences' ids, row by row. Only their concatenation matters, so a sequence may come in several arrays."""
        ids = np.empty(self.rows, np.int32)
        ids[self.all] = np.concatenate(sequences)
        return ids


def batch_of(lengths: Sequence[int] | Integers) -> Batch:
    """The batch of sequences of these lengths. Raises InputError when one is empty, or there is none."""
    given = np.ascontiguousarray(lengths, np.int64)
    if len(given) and given.max() > LONGEST:
        raise InputError(f"a sequence has length {given.max():,}, expected at most {LONGEST:,}: split it or leave it out")
    if not len(given) or given.min() < 1:
        raise InputError(f"sequences have lengths {list(given[:8])}, expected at least one, each of at least 1")
    B, T, rows = len(given), int(given.max()), int(given.sum())
    sorted, place = np.empty((2, B), np.int64)
    starts, running = np.empty(T + 1, np.int64), np.zeros(T + 2, np.int64)
    reading, before, positions = np.empty((2, rows), np.int32), np.empty(rows, np.int32), np.empty(rows, np.int32)
    arrange(given, running, sorted, place, starts, reading, before, positions)
    return Batch(sorted, place, given, Order(starts, reading, before), positions)


def stream_batch(T: int, B: int) -> Batch:
    """The batch of B streams of T characters each: row t·B + b is character t of stream b."""
    rows, numbers = np.arange(T * B, dtype=np.int32), np.arange(B)
    order = Order(np.arange(T + 1) * B, np.tile(rows, (2, 1)), rows)
    return Batch(numbers, numbers, np.full(B, T), order, np.ascontiguousarray(rows.reshape(T, B).T).ravel())
