"""What is changed inside a network, variants side by side, and what its loss on each thing that it predicts is then.

A `Setting` says what is held at which value, a `Variant` what is changed together. `Effects` are a network and what it is asked
about: one class for running texts, one for examples, one for pairs; see effects.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.stepping import Change, Ids, Numbers, Place, log_softmax

CONTEXT = 24  # symbols that are shown before a place
CELLS_AT_ONCE = 1 << 22  # numbers of the largest array


class Setting(NamedTuple):
    """A gate or state of some units of a layer and direction is set to a value. carried, start: see stepping.Change."""

    place: Place
    signal: str
    units: NDArray[np.int64]
    values: Numbers | float
    carried: bool = False
    start: int = 0


Variant = Sequence[Setting]
"""What is changed together; without any, the network as it is."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What is predicted in all that is read, N things. truth (N,): their ids. names: of each id. blocks (N,): the block that
    each belongs to. before: what stands before the n-th, in short. first: the number of the first one of all that are read."""

    truth: NDArray[np.int64]
    names: Callable[[Sequence[int]], tuple[str, ...]]
    blocks: NDArray[np.int64]
    before: Callable[[int], str]
    first: int = 0

    def since(self, first: int) -> Predictions:
        """Those from a number on."""
        return Predictions(
            self.truth[first:], self.names, self.blocks[first:], lambda n: self.before(n + first), self.first + first
        )

    def __len__(self) -> int:
        return len(self.truth)


class Effects(Protocol):
    """A network and what it is asked about. places: its layers in each direction, and what the direction is called.
    predictions: what is scored."""

    places: Mapping[Place, str]
    predictions: Predictions

    @property
    def steps(self) -> int:
        """How many steps reading all of it takes."""
        ...

    def nats(self, variants: Sequence[Variant], progress: Callable[[int], None]) -> NDArray[np.float32]:
        """−ln p of each true thing under each variant, (variants, N). progress: is told how many steps were read since, each of
        each variant."""
        ...

    def means(self) -> dict[Place, Numbers]:
        """The mean h of each unit of each place over all that is read, (H,)."""
        ...


class Readout(NamedTuple):
    """V (K, D·H) and b_out (K,)."""

    V: Numbers
    b: Numbers

    def nats(self, states: Numbers, truth: Ids) -> Numbers:
        """−ln p of truth (…), read out of states (…, D·H)."""
        log_probs = log_softmax(states @ self.V.T + self.b)
        return -np.asarray(np.take_along_axis(log_probs, truth[..., None].astype(np.int64), axis=-1)[..., 0])


def readout_of(parameters: Mapping[str, Numbers], dtype: Any = np.float32) -> Readout:
    """What turns the topmost states into logits; tied, V = E."""
    V = np.asarray(parameters["V" if "V" in parameters else "E"], dtype)
    return Readout(V, np.asarray(parameters.get("b_out", np.zeros(len(V))), dtype))


def pooled(top: Numbers, lengths: Ids, pool: str, H: int) -> Numbers:
    """What a classifier reads out of top (T, …, B, D·H): the final state of each direction, or the mean over the positions."""
    B = np.arange(len(lengths))
    if pool == "mean":
        inside = (np.arange(len(top))[:, None] < lengths).astype(top.dtype)
        return np.asarray(np.einsum("t...bh,tb->...bh", top, inside) / lengths[:, None].astype(top.dtype))
    final = np.moveaxis(top[lengths - 1, ..., B, :], 0, -2)
    final[..., H:] = top[0, ..., H:]
    return np.asarray(final)


def changes_of(variants: Sequence[Variant], rows_each: int = 1) -> list[Change]:
    """The variants side by side: the v-th in the rows from v · rows_each on."""
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
