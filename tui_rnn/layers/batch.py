"""Sequences of unequal lengths side by side, without padding: see kernels.sequences for where their rows lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.kernels.sequences import Order

Ids = NDArray[np.int32]
Integers = NDArray[np.integer]


LONGEST = 20_000
"""Longest sequence that is read: each position holds every gate of every unit."""


@dataclass(frozen=True)
class Batch:
    """Where the rows of B sequences lie. They are numbered as the caller gave them; inside, the longest comes first.

    sorted (B,): the number of the sequence at each place; place (B,): the place of each sequence; lengths (B,) by number.
    """

    sorted: NDArray[np.int64]
    place: NDArray[np.int64]
    lengths: NDArray[np.int64]
    order: Order

    @staticmethod
    def of(lengths: Sequence[int] | Integers) -> Batch:
        """The batch of sequences of these lengths. Raises InputError when one is empty, or there is none."""
        given = np.asarray(lengths, np.int64)
        if len(given) and given.max() > LONGEST:
            raise InputError(f"a sequence has length {given.max():,}, expected at most {LONGEST:,}: split it or leave it out")
        if not len(given) or given.min() < 1:
            raise InputError(f"sequences have lengths {list(given[:8])}, expected at least one, each of at least 1")
        arranged = np.argsort(-given, kind="stable")
        place = np.empty_like(arranged)
        place[arranged] = np.arange(len(given))
        longest_first = given[arranged]
        B, T = len(given), int(longest_first[0])
        running = np.searchsorted(-longest_first, -np.arange(T), side="left")  # how many are longer than t
        starts = np.concatenate([[0], np.cumsum(running)]).astype(np.int64)
        t = np.repeat(np.arange(T), running)
        b = np.arange(starts[-1]) - starts[t]
        reading = np.stack([np.arange(starts[-1]), starts[longest_first[b] - 1 - t] + b]).astype(np.int32)
        before = np.where(t == 0, b, B + starts[t - 1] + b).astype(np.int32)
        return Batch(arranged, place, given, Order(starts, reading, before))

    @property
    def rows(self) -> int:
        """Characters in all sequences."""
        return int(self.order.starts[-1])

    def at(self, number: Integers, position: Integers) -> Ids:
        """Rows of the characters at these positions of the sequences of these numbers."""
        return (self.order.starts[position] + self.place[number]).astype(np.int32)

    @cached_property
    def all(self) -> Ids:
        """Rows of all characters, sequence after sequence."""
        number = np.repeat(np.arange(len(self.lengths)), self.lengths)
        return self.at(number, np.arange(self.rows) - self.first[number])

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where each sequence begins in `all`, by number."""
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]])

    def first_and_last(self) -> tuple[Ids, Ids]:
        """Rows of each sequence's first and last character, by number."""
        numbers = np.arange(len(self.lengths))
        return self.at(numbers, np.zeros_like(numbers)), self.at(numbers, self.lengths - 1)

    def pack(self, sequences: Sequence[Integers]) -> Ids:
        """The sequences' ids, row by row. What is concatenated counts, not where one array ends."""
        ids = np.empty(self.rows, np.int32)
        ids[self.all] = np.concatenate(sequences)
        return ids
