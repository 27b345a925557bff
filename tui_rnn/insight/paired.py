"""Two networks on the same predictions: how far apart they are, with the standard error of the difference, and where.

Both have read the same, so what is hard for one is mostly hard for the other: the error is that of the paired differences.
Neighbouring tokens of a text are alike, so they are taken in blocks; an example is a block of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.insight.blocks import BLOCK, Mean, mean_over_blocks
from tui_rnn.insight.costs import CostsFound
from tui_rnn.insight.surprise import CONTEXT
from tui_rnn.insight.surprise_compared import BEYOND_CHANCE, FEWEST, kinds_of_places
from tui_rnn.kinds import KINDS

PLACES = 10
SURE = 2.0
"""Standard errors beyond which a single difference is told to be more than chance: in 5 of 100 comparisons of equals it is so
by chance."""


@dataclass(frozen=True)
class Difference(Mean):
    """The mean difference, the other minus the first, with its paired standard error."""

    @property
    def beyond_chance(self) -> bool:
        return abs(self.mean) > SURE * self.standard_error


@dataclass(frozen=True)
class Where(Mean):
    """The difference at places of one kind. Many kinds are looked at, so more is asked of each."""

    name: str

    @property
    def beyond_chance(self) -> bool:
        return abs(self.mean) > BEYOND_CHANCE * self.standard_error


@dataclass(frozen=True)
class Place:
    """Where one of the two is ahead: the place, what stands before it and there, and by how many nats; in all, of examples."""

    place: int
    before: str
    text: str
    nats: float


@dataclass(frozen=True)
class Paired:
    """loss: in nats per unit. metric: of the task's main one, None where there is none. where: by the kind of place, only of
    running text. first_ahead, other_ahead: the places where one is ahead by most."""

    loss: Difference
    metric: Difference | None
    where: tuple[Where, ...]
    first_ahead: tuple[Place, ...]
    other_ahead: tuple[Place, ...]


def difference(sums: NDArray[np.floating], counts: NDArray[np.int64], blocks: NDArray[np.int64]) -> Difference:
    """Of values that come in blocks: see insight/blocks.py."""
    return Difference(**vars(mean_over_blocks(sums, counts, blocks)))


def blocks_of(costs: CostsFound) -> NDArray[np.int64]:
    """Which block each place is in: BLOCK neighbouring tokens of a running text, each example by itself."""
    places = np.arange(len(costs.nats))
    return places // BLOCK if KINDS[costs.kind].is_stream else places


def paired(first: CostsFound, other: CostsFound) -> Paired:
    """The other minus the first. Raises InputError where they have not predicted the same."""
    if first.kind != other.kind or first.texts != other.texts or (first.counts != other.counts).any():
        raise InputError("the two networks have not predicted the same: compare two that read the same text in the same tokens")
    blocks = blocks_of(first)
    nats = other.nats.astype(np.float64) - first.nats
    metric = difference((other.right - first.right).astype(np.float64), first.asked, blocks) if len(first.asked) else None
    stream = KINDS[first.kind].is_stream
    found = []
    for name, mask in kinds_of_places(first.texts) if stream else ():
        here = mask & (first.counts > 0)
        if FEWEST <= here.sum() < first.counts.sum():
            one = mean_over_blocks(nats, np.where(here, first.counts, 0), blocks)
            found.append(Where(**vars(one), name=name))
    found.sort(key=lambda one: -abs(one.mean))
    order = np.argsort(np.where(first.counts > 0, nats, 0.0), kind="stable")
    ahead = [_place(first, k, nats) for k in order[::-1][:PLACES].tolist() if nats[k] > 0 and first.counts[k]]
    behind = [_place(first, k, nats) for k in order[:PLACES].tolist() if nats[k] < 0 and first.counts[k]]
    return Paired(difference(nats, first.counts, blocks), metric, tuple(found), tuple(ahead), tuple(behind))


def _place(costs: CostsFound, place: int, nats: NDArray[np.float64]) -> Place:
    before = "".join(costs.texts[max(0, place - CONTEXT) : place]) if KINDS[costs.kind].is_stream else ""
    return Place(place, before, costs.texts[place], abs(float(nats[place])))
