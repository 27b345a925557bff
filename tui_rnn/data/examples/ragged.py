"""Sequences of unequal length in one flat array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Ragged:
    """N sequences end to end: sequence i is values[offsets[i] : offsets[i + 1]]. offsets (N + 1,) starts at 0."""

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @classmethod
    def from_lengths(cls, values: NDArray[np.int32], lengths: Sequence[int] | NDArray[Any]) -> Ragged:
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        return cls(values, offsets)

    @classmethod
    def from_sequences(cls, sequences: Sequence[NDArray[Any]]) -> Ragged:
        values = np.concatenate(sequences).astype(np.int32) if sequences else np.zeros(0, dtype=np.int32)
        return cls.from_lengths(values, [len(sequence) for sequence in sequences])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> NDArray[np.int32]:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        i %= len(self)
        return self.values[self.offsets[i] : self.offsets[i + 1]]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.offsets)

    def concatenated(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """The values of the given sequences, end to end."""
        lengths = self.lengths[rows]
        starts = np.cumsum(lengths) - lengths  # where each sequence starts in the result
        flat: NDArray[np.int32] = self.values[np.arange(lengths.sum()) + np.repeat(self.offsets[rows] - starts, lengths)]
        return flat

    def views(self, rows: NDArray[np.int64]) -> list[NDArray[np.int32]]:
        """The given sequences as views of `values`."""
        return [self[row] for row in rows]

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """The given sequences as a Ragged of their own."""
        return Ragged.from_lengths(self.concatenated(rows), self.lengths[rows])
