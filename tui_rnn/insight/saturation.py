"""The gates and states of each unit over a text: how often a gate is nearly shut or open, which units never move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.insight.part_reading import PartText, columns_of, values
from tui_rnn.insight.question import Progress, Subject

SHUT, OPEN = 0.1, 0.9
NEARLY_ALWAYS = 0.99
"""A gate that is shut, or open, so often is stuck, and so is a state that is at its limit so often."""
AT_LIMIT = 0.99
STILL = 0.01
"""A unit whose h moves less than this is dead: nothing can be read from it."""


@dataclass(frozen=True, eq=False)
class GateUse:
    """A gate of a layer (from 1 on) and direction. shut, open (H,): the share of the time that each unit's gate is below SHUT,
    above OPEN. mean (H,). keeps_for (H,): for the gate that keeps the state, the number of steps after which exp(Σ ln gate) is
    1/e on average."""

    name: str
    layer: int
    direction: str
    shut: NDArray[np.float64]
    open: NDArray[np.float64]
    mean: NDArray[np.float64]
    keeps_for: NDArray[np.float64]

    @property
    def stuck(self) -> NDArray[np.int64]:
        """Units whose gate is nearly always on the same side."""
        return np.flatnonzero((self.shut >= NEARLY_ALWAYS) | (self.open >= NEARLY_ALWAYS))


@dataclass(frozen=True, eq=False)
class StateUse:
    """h or c of a layer (from 1 on) and direction. dead: units that never move. stuck: units at −1 or 1 nearly all the time.
    largest: the largest absolute value."""

    name: str
    layer: int
    direction: str
    dead: NDArray[np.int64]
    stuck: NDArray[np.int64]
    largest: float


class _Sums:
    """Sums of a signal, unit by unit, over all pieces of a text."""

    def __init__(self, units: int) -> None:
        self.count = 0
        self.shut, self.open, self.total, self.logs, self.at_limit = np.zeros((5, units))
        self.least, self.most = np.full(units, np.inf), np.full(units, -np.inf)

    def add(self, piece: NDArray[np.float32], is_gate: bool) -> None:
        self.count += len(piece)
        self.least = np.minimum(self.least, piece.min(axis=0))
        self.most = np.maximum(self.most, piece.max(axis=0))
        if is_gate:
            self.shut += (piece < SHUT).sum(axis=0)
            self.open += (piece > OPEN).sum(axis=0)
            self.total += piece.sum(axis=0, dtype=np.float64)
            self.logs += np.log(np.maximum(piece, 1e-30)).sum(axis=0, dtype=np.float64)
        else:
            self.at_limit += (np.abs(piece) > AT_LIMIT).sum(axis=0)


def in_use(subject: Subject, part: PartText, progress: Progress) -> tuple[tuple[GateUse, ...], tuple[StateUse, ...]]:
    """Every gate and state of the network while it reads the part."""
    cell = CELLS[subject.config.cell]
    columns = [one for one in columns_of(subject) if one.signal in (*cell.gates, *cell.carried)]
    sums = [_Sums(subject.config.hidden_size) for _ in columns]
    for _, pieces in values(subject, part, columns, progress):
        for one, column, piece in zip(sums, columns, pieces, strict=True):
            one.add(piece, column.signal in cell.gates)
    gates, states = list[GateUse](), list[StateUse]()
    # an Elman network's h has no limits in the table, since those of tanh and relu differ
    bounded = cell.signal("h").bounded or (not cell.has_gates and subject.config.activation != "relu")
    for column, one in zip(columns, sums, strict=True):
        at = column.signal, column.layer + 1, column.direction_name
        if column.signal in cell.gates:
            with np.errstate(divide="ignore"):
                keeps_for = -one.count / one.logs
            keeps_for = keeps_for if column.signal == cell.keeps else np.zeros(0)
            gates.append(GateUse(*at, one.shut / one.count, one.open / one.count, one.total / one.count, keeps_for))
        else:
            dead = np.flatnonzero(one.most - one.least < STILL)
            stuck = one.at_limit / one.count >= NEARLY_ALWAYS if bounded and column.signal == "h" else np.zeros(0, bool)
            largest = float(max(one.most.max(), -one.least.min()))
            states.append(StateUse(*at, dead, np.setdiff1d(np.flatnonzero(stuck), dead), largest))
    return tuple(gates), tuple(states)
