"""Batches of examples of similar length, in a new random order in each epoch. The order can be resumed at any batch."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.feed import Feed
from tui_rnn.data.streams import mix64
from tui_rnn.errors import InputError

# lengths are sorted within a pool of so many batches, or a quarter of the epoch: more saves work, fewer mixes better
POOL_BATCHES = 64

_EPOCH_BITS = np.uint64(32)  # an example's number takes the low bits of the counter, the epoch the others

Rows = NDArray[np.int64]
"""The numbers of a batch's examples, (B,)."""


class Batches(Feed):
    """Endless batches of examples of these lengths: each example once in an epoch, in batches whose sizes differ by at most
    one.

    The order depends only on seed and epoch.
    """

    def __init__(self, lengths: NDArray[np.int64], batch_size: int, seed: int) -> None:
        """batch_size: the most examples in a batch, at least 1. Raises InputError if there are no examples."""
        if not len(lengths):
            raise InputError("the training part has no examples, expected at least one")
        self.batch_size, self.seed = batch_size, seed
        self.batches_per_epoch = -(-len(lengths) // batch_size)
        self._lengths = lengths
        self._epoch_order = lru_cache(maxsize=1)(self._order)

    @property
    def epoch(self) -> float:
        """How many times the examples were gone through."""
        return self.step / self.batches_per_epoch

    def take(self, n: int) -> list[Rows]:
        """The next n batches. take(2) is the same as take(1) twice."""
        taken = []
        for _ in range(n):
            epoch, place = divmod(self.step, self.batches_per_epoch)
            taken.append(self._epoch_order(epoch)[place])
            self.step += 1
        return taken

    def _order(self, epoch: int) -> list[Rows]:
        """The rows of each batch of an epoch."""
        shuffled = permutation(len(self._lengths), self.seed, epoch)
        pool_batches = min(POOL_BATCHES, -(-self.batches_per_epoch // 4))
        # each pool is sorted by length, ties in shuffled order; then batches are cut from it
        pool = np.concatenate([np.full(len(b), i // pool_batches) for i, b in enumerate(self._cut(shuffled))])
        batches = self._cut(shuffled[np.lexsort((self._lengths[shuffled], pool))])
        return [batches[i] for i in permutation(len(batches), self.seed + 1, epoch)]

    def _cut(self, rows: NDArray[np.int64]) -> list[Rows]:
        return np.array_split(rows, self.batches_per_epoch)


def permutation(n: int, seed: int, epoch: int = 0) -> NDArray[np.int64]:
    """The numbers 0 … n - 1 in an order that depends only on n, seed and epoch, on every machine."""
    counter = (np.uint64(epoch) << _EPOCH_BITS) | np.arange(n, dtype=np.uint64)
    key = mix64(np.array([seed], dtype=np.uint64))
    return np.argsort(mix64(mix64(counter) ^ key), kind="stable").astype(np.int64)
