"""Changes inside a network, several variants side by side, and its loss on each prediction then.

A `Setting` holds something at a value; a `Variant` is the settings that act together. `Effects` are a network with what it is
asked about: one class for running texts, one for examples, one for pairs; see effects.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.stepping import Change, Ids, Numbers, Place, log_softmax

CONTEXT = 24  # symbols that are shown before a place
CELLS_AT_ONCE = 1 << 22  # numbers in the largest array


class Setting(NamedTuple):
    """Sets a gate or state of some units, in a layer and direction, to a value. carried, start: see stepping.Change."""

    place: Place
    signal: str
    units: NDArray[np.int64]
    values: Numbers | float
    carried: bool = False
    start: int = 0


Variant = Sequence[Setting]
"""Settings that act together; without any, the network is unchanged."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """N predictions. truth (N,): the ids of what is true. names: from ids to their names. blocks (N,): the block of each.
    before: a short text before the n-th. first: the number of the first one among all that are read."""

    truth: NDArray[np.int64]
    names: Callable[[Sequence[int]], tuple[str, ...]]
    blocks: NDArray[np.int64]
    before: Callable[[int], str]
    first: int = 0

    def since(self, first: int) -> Predictions:
        """The predictions from a number on."""
        return Predictions(
            self.truth[first:], self.names, self.blocks[first:], lambda n: self.before(n + first), self.first + first
        )

    def __len__(self) -> int:
        return len(self.truth)


class Effects(Protocol):
    """A network with what it is asked about. places: its layers in each direction, with the name of the direction.
    predictions: what is scored."""

    places: Mapping[Place, str]
    predictions: Predictions

    @property
    def steps(self) -> int:
        """How many steps it takes to read all of it."""
        ...

    def nats(self, variants: Sequence[Variant], progress: Callable[[int], None]) -> NDArray[np.float32]:
        """−ln p of the truth of each prediction under each variant, (variants, N). progress: gets the number of new steps,
        summed over the variants."""
        ...

    def means(self) -> dict[Place, Numbers]:
        """The mean h of each unit of each place over all that is read, (H,)."""
        ...


class Readout(NamedTuple):
    """V (K, D·H) and b_out (K,)."""

    V: Numbers
    b: Numbers

    def nats(self, states: Numbers, truth: Ids) -> Numbers:
        """−ln p of truth (…), read out from states (…, D·H)."""
        log_probs = log_softmax(states @ self.V.T + self.b)
        return -np.asarray(np.take_along_axis(log_probs, truth[..., None].astype(np.int64), axis=-1)[..., 0])


def readout_of(parameters: Mapping[str, Numbers], dtype: Any = np.float32) -> Readout:
    """From the topmost states to logits; with tied weights, V = E."""
    V = np.asarray(parameters["V" if "V" in parameters else "E"], dtype)
    return Readout(V, np.asarray(parameters.get("b_out", np.zeros(len(V))), dtype))


def pooled(top: Numbers, lengths: Ids, pool: str, H: int) -> Numbers:
    """From top (T, …, B, D·H) to what a classifier reads out: the final state of each direction, or the mean over positions."""
    B = np.arange(len(lengths))
    if pool == "mean":
        inside = (np.arange(len(top))[:, None] < lengths).astype(top.dtype)
        return np.asarray(np.einsum("t...bh,tb->...bh", top, inside) / lengths[:, None].astype(top.dtype))
    final = np.moveaxis(top[lengths - 1, ..., B, :], 0, -2)
    final[..., H:] = top[0, ..., H:]
    return np.asarray(final)


def padded(sequences: Sequence[Ids]) -> tuple[Ids, Ids]:
    """ids (T, B) of sequences side by side, and their lengths (B,); the padding is id 0."""
    lengths = np.array([len(one) for one in sequences])
    ids = np.zeros((int(lengths.max()), len(sequences)), np.int64)
    for b, one in enumerate(sequences):
        ids[: len(one), b] = one
    return ids, lengths


def batches(sequences: Sequence[Ids], cells_each: int) -> Iterator[NDArray[np.int64]]:
    """The numbers of sequences, the longest first, as many at a time as fit. cells_each: the numbers that a step takes."""
    lengths = np.array([len(one) for one in sequences])
    order, start = np.argsort(-lengths, kind="stable"), 0
    while start < len(order):
        size = max(1, CELLS_AT_ONCE // (cells_each * int(lengths[order[start]])))
        yield order[start : start + size]
        start += size


def changes_of(variants: Sequence[Variant], rows_each: int = 1) -> list[Change]:
    """The changes of variants side by side: the v-th variant has the rows from v · rows_each on."""
    found: dict[tuple[Any, ...], list[tuple[Any, Any, Any]]] = {}
    for v, variant in enumerate(variants):
        rows = v * rows_each + np.arange(rows_each)
        for setting in variant:
            values = np.broadcast_to(np.asarray(setting.values), setting.units.shape)
            key = setting.place, setting.signal, setting.carried, setting.start
            found.setdefault(key, []).append(
                (np.repeat(rows, len(setting.units)), np.tile(setting.units, rows_each), np.tile(values, rows_each))
            )
    changes = []
    for (place, signal, carried, start), together in found.items():
        at, units, values = (np.concatenate(parts) for parts in zip(*together, strict=True))
        changes.append(Change(place, signal, at, units, values, carried, start))
    return changes
