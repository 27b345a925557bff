"""Two networks on the same predictions: how far apart they are, with the standard error of the difference, and where.

Both read the same, so what is hard for one is mostly hard for the other, and the standard error is that of paired differences.
Neighbouring tokens of a text are alike, so they count in blocks; each example is a block.
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
"""From so many standard errors on, a difference is called more than chance: that is wrong in 5 of 100 comparisons of equals."""


@dataclass(frozen=True)
class Difference(Mean):
    """The mean difference, the other minus the first, with its paired standard error."""

    @property
    def beyond_chance(self) -> bool:
        return abs(self.mean) > SURE * self.standard_error


@dataclass(frozen=True)
class Where(Mean):
    """The difference at places of one kind. Many kinds are compared, so the bar for each is higher."""

    name: str

    @property
    def beyond_chance(self) -> bool:
        return abs(self.mean) > BEYOND_CHANCE * self.standard_error


@dataclass(frozen=True)
class Place:
    """Where one of the two is ahead: the place, the text before it and there, and by how many nats (for an example, in sum)."""

    place: int
    before: str
    text: str
    nats: float


@dataclass(frozen=True)
class Paired:
    """loss: in nats per unit. metric: the task's main one, None if it has none. where: by the kind of place, for running text
    only. first_ahead, other_ahead: the places where one is ahead by most."""

    loss: Difference
    metric: Difference | None
    where: tuple[Where, ...]
    first_ahead: tuple[Place, ...]
    other_ahead: tuple[Place, ...]


def difference(sums: NDArray[np.floating], counts: NDArray[np.int64], blocks: NDArray[np.int64]) -> Difference:
    """The mean of differences that come in blocks: see insight/blocks.py."""
    return Difference(**vars(mean_over_blocks(sums, counts, blocks)))


def blocks_of(costs: CostsFound) -> NDArray[np.int64]:
    """The block of each place: BLOCK neighbouring tokens of a running text, or one example."""
    places = np.arange(len(costs.nats))
    return places // BLOCK if KINDS[costs.kind].is_stream else places


def paired(first: CostsFound, other: CostsFound) -> Paired:
    """The other minus the first. Raises InputError if they have not predicted the same."""
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
