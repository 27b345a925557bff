"""Batches for truncated backpropagation: B parallel streams that go round and round through the training part.

A stream gives consecutive chunks, so its recurrent state can be carried from step to step. Every `reset_every` steps, each at
its own time, a stream goes on from the zero state: every sample and every evaluation starts there, and a network must be
trained from it.

The text is a ring: its first character follows its last. The streams begin evenly spaced on it and move at the same speed, so
each character is a target once before any is one twice. The chunks of the next pass begin at other places, unless the text's
length is a multiple of theirs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.feed import Feed
from tui_rnn.errors import InputError


class Streams(Feed):
    """Positions of B streams in ids (N,) of any unsigned type, which may be memory-mapped.

    Stream b starts b N/B characters into the text, plus a shift drawn from the seed; all start fresh. The places after s steps
    depend only on s.
    """

    def __init__(self, ids: NDArray[Any], batch_size: int, seq_len: int, reset_every: int, seed: int) -> None:
        """reset_every 0: no resets after the start. Raises InputError if N < seq_len + 2."""
        if len(ids) < seq_len + 2:
            raise InputError(f"the training part has {len(ids)} characters, seq_len {seq_len} needs at least {seq_len + 2}")
        self.batch_size, self.seq_len, self.reset_every = batch_size, seq_len, reset_every
        self._length = len(ids)
        self._windows = np.lib.stride_tricks.sliding_window_view(ids, seq_len + 1)  # row p: the chunk that starts at p
        over_the_end = np.concatenate((ids[-seq_len:], ids[:seq_len]))
        self._over_the_end = np.lib.stride_tricks.sliding_window_view(over_the_end, seq_len + 1)
        shift = int(mix64(np.array([seed], dtype=np.uint64))[0] % np.uint64(len(ids)))
        self._first = np.arange(batch_size) * len(ids) // batch_size + shift
        self._stagger = np.arange(batch_size) * reset_every // batch_size

    @property
    def passes(self) -> float:
        """How often each character has been a target; if this is not a whole number, some were once more than others."""
        return self.step * self.batch_size * self.seq_len / self._length

    def take(self, n: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """The next n steps: tokens (n, T + 1, B), where each target is one place later, and fresh (n, B).

        fresh[k, b]: stream b begins step k from the zero state. take(2) is the same as take(1) twice.
        """
        steps = np.arange(self.step, self.step + n)
        starts = (self._first + steps[:, None] * self.seq_len) % self._length
        over = starts - len(self._windows)  # 0 or more if a chunk runs over the end
        tokens = self._windows[np.where(over < 0, starts, 0)]
        tokens[over >= 0] = self._over_the_end[over[over >= 0]]
        self.step += n
        return tokens.transpose(0, 2, 1).astype(np.int32, order="C"), self._fresh(steps)

    def _fresh(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        fresh = np.zeros((len(steps), self.batch_size), dtype=np.bool_)
        if self.reset_every:
            fresh = (steps[:, None] + self._stagger) % self.reset_every == 0
        fresh[steps == 0] = True
        return fresh


def mix64(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele, Lea and Flood 2014): every bit of x changes about half of the bits."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
