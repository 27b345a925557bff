"""Batches for truncated backpropagation: B parallel streams that run through the training part and now and then jump.

A stream hands out consecutive chunks, so its recurrent state can be carried from step to step. Every `reset_every`
steps, at its own time, it goes on at a random place from the zero state: a network that never starts from zero while
it trains is undefined there, and that is where every sample and every evaluation starts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError

_STREAM_BITS = np.uint64(20)  # a stream's number takes the low bits of the counter, the step the others


class Streams:
    """Positions of B streams in ids (N,) of any unsigned type, which may be memory-mapped.

    Stream b starts b N/B characters into the text, plus a shift drawn from the seed; all start fresh. A stream also
    jumps when the text ends before its next chunk does. Where a jump leads depends only on seed, stream and step, so
    that `state()` (positions and step) is all there is to save.
    """

    def __init__(self, ids: NDArray[Any], batch_size: int, seq_len: int, reset_every: int, seed: int) -> None:
        """reset_every 0: only the end of the text resets. Raises InputError when N < seq_len + 2."""
        if len(ids) < seq_len + 2:
            raise InputError(f"the training part has {len(ids)} characters, seq_len {seq_len} needs at least {seq_len + 2}")
        self.batch_size, self.seq_len, self.reset_every = batch_size, seq_len, reset_every
        self._windows = np.lib.stride_tricks.sliding_window_view(ids, seq_len + 1)  # row p: the chunk that starts at p
        self._key = mix64(np.array([seed], dtype=np.uint64))
        self._stagger = np.arange(batch_size) * reset_every // batch_size
        self._step = 0
        self._positions = np.zeros(batch_size, dtype=np.int64)  # where each stream's next chunk starts

    def take(self, n: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """The next n steps: tokens (n, T + 1, B), whose targets are one further in time, and fresh (n, B).

        fresh[k, b]: stream b begins step k from the zero state. take(2) is the same as take(1) twice.
        """
        starts, fresh = self._advance(n)
        tokens = self._windows[starts].transpose(0, 2, 1).astype(np.int32, order="C")
        return tokens, fresh

    def state(self) -> dict[str, NDArray[Any]]:
        """positions (B,) int64 and step (1,) int64."""
        return {"positions": self._positions.copy(), "step": np.array([self._step], dtype=np.int64)}

    @staticmethod
    def state_shapes(batch_size: int) -> dict[str, tuple[tuple[int, ...], str]]:
        """Name → shape and dtype of a `state()`."""
        return {"positions": ((batch_size,), "int64"), "step": ((1,), "int64")}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from a `state()`. Raises InputError when it does not fit these streams and this text."""
        positions, step = state.get("positions"), state.get("step")
        if positions is None or positions.shape != (self.batch_size,) or positions.dtype != np.int64:
            raise InputError(f"the streams' positions don't fit: expected {self.batch_size} whole numbers")
        if step is None or step.shape != (1,) or step.dtype != np.int64 or not 0 <= step[0] < 2**62:
            raise InputError("the streams' step doesn't fit: expected one whole number, 0 or more")
        furthest = len(self._windows) - 1 + self.seq_len
        if positions.min() < 0 or positions.max() > furthest:
            raise InputError(f"the streams' positions don't fit this text: expected 0 to {furthest}")
        self._positions, self._step = positions.copy(), int(step[0])

    def _advance(self, n: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Where each stream's chunk starts in each of the next n steps, and whether it is fresh: (n, B) both."""
        steps = np.arange(self._step, self._step + n)
        fresh = self._due(steps)
        jumps = self._jumps(steps)
        if self._step == 0 and n > 0:
            jumps[0] = self._first_positions()
        starts = np.empty_like(jumps)
        positions, last = self._positions, len(self._windows) - 1
        for k in range(n):
            np.logical_or(fresh[k], positions > last, out=fresh[k])
            starts[k] = np.where(fresh[k], jumps[k], positions)
            positions = starts[k] + self.seq_len
        self._positions = positions
        self._step += n
        return starts, fresh

    def _due(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        due = np.zeros((len(steps), self.batch_size), dtype=np.bool_)
        if self.reset_every:
            due = (steps[:, None] + self._stagger) % self.reset_every == 0
        due[steps == 0] = True
        return due

    def _first_positions(self) -> NDArray[np.int64]:
        places = len(self._windows)
        even = np.arange(self.batch_size) * places // self.batch_size
        shift = mix64(self._key + np.uint64(1))[0] % np.uint64(places)
        return (even + np.int64(shift)) % places

    def _jumps(self, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Random places (n, B), each a pure function of seed, step and stream: a counter put through a mixer."""
        counter = (steps.astype(np.uint64)[:, None] << _STREAM_BITS) | np.arange(self.batch_size, dtype=np.uint64)
        return (mix64(mix64(counter) ^ self._key) % np.uint64(len(self._windows))).astype(np.int64)


def mix64(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele, Lea and Flood 2014): every bit of x changes about half of the bits."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
