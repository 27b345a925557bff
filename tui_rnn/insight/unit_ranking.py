"""Units ranked by how well they tell labels: chosen on the first half of a text, tested on the second, with the chance
level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.linear_probe import Probe
from tui_rnn.insight.part_reading import MAX_HELD, Column
from tui_rnn.insight.question import Progress
from tui_rnn.insight.rank_scores import CONFIDENCE, Labels, Ranked, effect, interval, shifted, shifts

PROBE_SHIFTS = 100


@dataclass(frozen=True)
class UnitScore:
    """How well one signal of one unit tells the labels. chosen: on the first half of the text, by which it was chosen. score:
    on the second half, with its 95% interval. chance: in 5% of texts, the best of all that were compared exceeds this by
    chance. high: whether the signal is high where the labels are. layer counts from 1, unit from 0."""

    layer: int
    direction: str
    signal: str
    unit: int
    chosen: float
    score: float
    interval: tuple[float, float]
    chance: float
    high: bool

    @property
    def beyond_chance(self) -> bool:
        return self.score > self.chance

    @property
    def name(self) -> str:
        return f"{self.signal} of unit {self.unit} in layer {self.layer}{' read backward' * (self.direction == 'backward')}"


@dataclass(frozen=True)
class ProbeScore:
    """The linear probe, fitted on the first half, tested on the second. of_units: how many numbers it reads, the states of all
    layers. chance: a fit to shifted labels exceeds this in 5% of cases."""

    of_units: int
    score: float
    interval: tuple[float, float]
    chance: float


class Asked(NamedTuple):
    """The tokens that are asked about, for each direction of reading (n,), and their labels. cut: where the second half
    begins."""

    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    labels: Labels
    cut: int

    @property
    def first(self) -> slice:
        return slice(0, self.cut)

    @property
    def second(self) -> slice:
        return slice(self.cut, None)


class Thirds:
    """The progress of work that has three parts of the same size."""

    def __init__(self, progress: Progress, size: int):
        self._progress, self._total, self.done = progress, 3 * size, 0

    def within(self, times: int) -> Progress:
        """The progress for a part of the work; each of its steps counts `times` times."""
        start = self.done
        return lambda done, _: self._progress(start + times * done, self._total)

    def tell(self, share: float = 0.0) -> None:
        """share: how much of what is left is done."""
        self._progress(self.done + int(share * (self._total - self.done)), self._total)


class Ranking:
    """Compares columns one after another, and keeps the best units."""

    def __init__(self, asked: Asked, only: int | None, listed: int):
        """only: compare only this unit. listed: how many of the best are kept."""
        self._asked, self._only, self._listed = asked, only, listed
        self._own = asked.labels.part(asked.first)
        weights = self._own.weights
        self._first = np.concatenate([weights[None], shifted(weights, shifts(len(weights)))]).astype(np.float32)
        self._second = asked.labels.part(asked.second)
        self._best_by_chance = np.zeros(len(self._first) - 1)
        self._found: list[tuple[float, Column, int, float, tuple[float, float]]] = []
        self.compared = 0

    def add(self, column: Column, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Compare values (units, n). Returns the effects (units,) on the first half."""
        asked, only = self._asked, self._only
        units = np.arange(len(values)) if only is None else np.array([only])
        found = Ranked(values[units, asked.first], asked.labels.amount).effects(self._first)
        self._best_by_chance = np.maximum(self._best_by_chance, np.abs(found[1:]).max(axis=1))
        self.compared += len(units)
        effects = np.asarray(found[0])
        for place in np.argsort(-np.abs(effects), kind="stable")[: self._listed]:
            sign = -1.0 if effects[place] < 0 else 1.0
            own = sign * values[units[place], asked.second]
            chosen = sign * effect(sign * values[units[place], asked.first], self._own)
            tested = effect(own, self._second)
            self._found.append((chosen, column, int(units[place]), tested, interval(own, self._second)))
        self._found = sorted(self._found, key=lambda one: -abs(one[0]))[: self._listed]
        return effects

    def found(self) -> tuple[UnitScore, ...]:
        score = self._asked.labels.score
        chance = score(float(np.quantile(self._best_by_chance, CONFIDENCE)))
        return tuple(
            UnitScore(
                *(column.layer + 1, column.direction_name, column.signal, unit, score(abs(chosen)), score(tested)),
                *((score(low), score(high)), chance, chosen > 0),
            )
            for chosen, column, unit, tested, (low, high) in self._found
        )


def most_telling(
    asked: Asked, values: NDArray[np.float32], effects: NDArray[np.float64] | None, most: int
) -> NDArray[np.float32]:
    """The values (units, n) of at most so many units, those that tell most on the first half: (n, units)."""
    if len(values) <= most:
        return values.T
    if effects is None or len(effects) < len(values):
        weights = asked.labels.part(asked.first).weights[None]
        effects = Ranked(values[:, asked.first], asked.labels.amount).effects(weights)[0]
    return np.asarray(values[np.sort(np.argsort(-np.abs(effects), kind="stable")[:most])].T)


def probe_score(asked: Asked, features: list[NDArray[np.float32]], progress: Thirds) -> ProbeScore:
    """Fit on the first half (only every k-th place of a long text), test on all of the second."""
    x, labels = np.concatenate(features, axis=1), asked.labels
    every = -(-x.size // MAX_HELD)
    first = Labels(labels.values[asked.first][::every], labels.amount)
    second = labels.part(asked.second)
    probe = Probe(x[asked.first][::every], first)
    progress.tell(0.3)
    by = shifts(len(first), PROBE_SHIFTS)
    said = probe.says(x[asked.second], np.concatenate([first.values[None], shifted(first.values, by)]))
    progress.tell(0.6)
    moved = shifted(second.weights, by * len(second) // len(first))
    chance: list[float] = []
    for k, weights in enumerate(moved):
        chance.append(float(Ranked(said[:, k + 1][None], labels.amount).effects(weights[None])[0, 0]))
        progress.tell(0.6 + 0.4 * (k + 1) / len(moved))
    tested, (low, high) = effect(said[:, 0], second), interval(said[:, 0], second)
    score = labels.score
    return ProbeScore(x.shape[1], score(tested), (score(low), score(high)), score(float(np.quantile(chance, CONFIDENCE))))
