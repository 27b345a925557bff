"""Batches of sequences of like length, in an order that is shuffled anew in each epoch and can be taken up anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.streams import mix64
from tui_rnn.errors import InputError

# Lengths are sorted within a pool of this many batches, or a quarter of the epoch: more saves padding, fewer mixes better.
POOL_BATCHES = 64
_EPOCH_BITS = np.uint64(32)  # an example's number takes the low bits of the counter, the epoch the others


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples `rows` (B,) of a part: ids (T, B) time-major, -1 after the end of a sequence, and lengths (B,), int32.

    targets, int32, -1 where there is none: tagging (T, B), a tag at each word's last character; classification (B,);
    items (T, B), the character after each, </s> at the end; sequence to sequence (U, B), the tokens and </s>.
    """

    rows: NDArray[np.int64]
    ids: NDArray[np.int32]
    lengths: NDArray[np.int32]
    targets: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PairBatch(Batch):
    """target_lengths (B,) count the </s>. The decoder reads <s> and then all targets but the last."""

    target_lengths: NDArray[np.int32]


B = TypeVar("B", covariant=True)


class Part(Protocol[B]):
    """Encoded examples: what the batches are cut from."""

    @property
    def lengths(self) -> NDArray[np.int64]: ...

    def batch(self, rows: NDArray[np.int64]) -> B: ...


class Batches(Generic[B]):
    """Endless batches of a part: each example once an epoch, in batches whose sizes differ by at most one.

    The order depends only on seed and epoch, so that the number of batches taken is all there is to save.
    """

    def __init__(self, part: Part[B], batch_size: int, seed: int) -> None:
        """batch_size: the most examples in a batch, at least 1. Raises InputError when the part is empty."""
        lengths = part.lengths
        if not len(lengths):
            raise InputError("the training part has no examples, expected at least one")
        self.batch_size, self.seed = batch_size, seed
        self.batches_per_epoch = -(-len(lengths) // batch_size)
        self._part, self._lengths = part, lengths
        self._step = 0
        self._epoch_order = lru_cache(maxsize=1)(self._order)

    @property
    def step(self) -> int:
        """How many batches were taken."""
        return self._step

    @property
    def epoch(self) -> float:
        """How many times the examples were gone through."""
        return self._step / self.batches_per_epoch

    def take(self, n: int) -> list[B]:
        """The next n batches. take(2) is the same as take(1) twice."""
        taken = []
        for _ in range(n):
            epoch, place = divmod(self._step, self.batches_per_epoch)
            taken.append(self._part.batch(self._epoch_order(epoch)[place]))
            self._step += 1
        return taken

    def state(self) -> dict[str, NDArray[Any]]:
        """step (1,) int64."""
        return {"step": np.array([self._step], dtype=np.int64)}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from a `state()`. Raises InputError when it is none."""
        step = state.get("step")
        if step is None or step.shape != (1,) or step.dtype != np.int64 or step[0] < 0:
            raise InputError("the batches' step doesn't fit: expected one whole number, 0 or more")
        self._step = int(step[0])

    def _order(self, epoch: int) -> list[NDArray[np.int64]]:
        """The rows of each batch of an epoch."""
        shuffled = permutation(len(self._lengths), self.seed, epoch)
        pool_batches = min(POOL_BATCHES, -(-self.batches_per_epoch // 4))
        # Every pool sorted by length, ties as they were shuffled; batches are then cut from it.
        pool = np.concatenate([np.full(len(b), i // pool_batches) for i, b in enumerate(self._cut(shuffled))])
        batches = self._cut(shuffled[np.lexsort((self._lengths[shuffled], pool))])
        return [batches[i] for i in permutation(len(batches), self.seed + 1, epoch)]

    def _cut(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        return np.array_split(rows, self.batches_per_epoch)


def in_order(part: Part[B], batch_size: int) -> Iterator[B]:
    """All examples once, shortest first: for evaluation. `rows` says which they are."""
    rows = np.argsort(part.lengths, kind="stable")
    for start in range(0, len(rows), batch_size):
        yield part.batch(rows[start : start + batch_size])


def permutation(n: int, seed: int, epoch: int = 0) -> NDArray[np.int64]:
    """The numbers 0 … n - 1 in an order that depends only on n, seed and epoch, on every machine."""
    counter = (np.uint64(epoch) << _EPOCH_BITS) | np.arange(n, dtype=np.uint64)
    key = mix64(np.array([seed], dtype=np.uint64))
    return np.argsort(mix64(mix64(counter) ^ key), kind="stable").astype(np.int64)
