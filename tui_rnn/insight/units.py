"""Which units track something: a hypothesis about the text, and every unit and signal ranked by how well it tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.display import counted
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.hypotheses import HYPOTHESES, WHERE_HELP, Hypothesis, form, hypothesis
from tui_rnn.insight.linear_probe import Probe
from tui_rnn.insight.part_reading import MAX_HELD, Column, PartText, columns_at_a_time, columns_of, held, text_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.rank_scores import CONFIDENCE, Labels, Ranked, effect, interval, shifted, shifts
from tui_rnn.insight.task_labels import labelled_tokens

DEFAULT_LENGTH = 12_000
OF_WHOLE_TEXTS = 10  # times as much where a whole text has one label
MOST_LENGTH = 200_000
PROBE_UNITS = 1024
PROBE_SHIFTS = 100


@dataclass(frozen=True)
class Units(Question["UnitsFound"]):
    """Which units tell whether something holds at each character, or how much of it: chosen on the first half of the text,
    tested on the second, beside what the best of as many units reaches by chance and beside a linear probe on all units."""

    where: str = described("", f"what may be tracked: {WHERE_HELP}")
    signal: str = described("", "one signal alone, such as c; without, all")
    layer: int | None = described(None, "one layer alone, counted from 1; without, all", low=1, high=64)
    unit: int | None = described(None, "one unit alone, counted from 0", low=0, high=1 << 20)
    length: int | None = described(
        None, f"how many tokens are read from the start (default {DEFAULT_LENGTH:,})", low=100, high=MOST_LENGTH
    )
    listed: int = described(10, "how many of the best are listed", low=1, high=1000)


@dataclass(frozen=True)
class UnitScore:
    """How well one signal of one unit tells it. chosen: on the first half of the text, by which it was chosen. score: on the
    second, with the interval in which it lies with 95%. chance: what the best of all that were compared exceeds by chance in
    5% of texts. high: whether the signal is high where it holds. layer counts from 1, unit from 0."""

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
    """The linear probe, fitted on the first half, tested on the second. of_units: so many numbers it reads, the states of all
    layers. chance: what a fit to shifted labels exceeds in 5%."""

    of_units: int
    score: float
    interval: tuple[float, float]
    chance: float


@dataclass(frozen=True, eq=False)
class UnitsFound(Answer):
    """hypothesis: as it was written; title: in words. measure: AUC of yes or no, Spearman of amounts. positives: how many of
    the `of` places are yes, or have another amount than 0. read: how much was read, of how much. compared: so many units and
    signals. units: those that are best on the first half, the best first."""

    hypothesis: str
    title: str
    measure: str
    positives: int
    of: int
    read: str
    compared: int
    units: tuple[UnitScore, ...]
    probe: ProbeScore

    @property
    def headlines(self) -> tuple[Headline, ...]:
        best = self.units[0]
        return (
            Headline("best unit", best.name),
            Headline(self.measure, best.score),
            Headline("chance", best.chance),
            Headline(f"{self.measure} of a linear probe", self.probe.score),
        )

    def lines(self) -> Iterator[str]:
        best, probe = self.units[0], self.probe
        yield f"{self.title}: {self.positives:,} of {self.of:,} places ({self.read} read)"
        yield f"chosen on the first half, tested on the second; {CONFIDENCE:.0%} interval in brackets:"
        for one in self.units:
            yield f"{self._told(one)}  {one.name}, {'high' if one.high else 'low'} {self._where}"
        yield f"{self._told(probe)}  a linear probe on the states, {counted(probe.of_units, 'number')}"
        yield f"by chance the best of {self.compared:,} reaches {best.chance:.3f} in 5% of texts, the probe {probe.chance:.3f}"
        if not any(one.beyond_chance for one in self.units):
            known = probe.score > probe.chance
            told = "the linear probe is: many units know it together" if known else "nor is the linear probe"
            yield f"no unit that is listed is beyond chance; {told}"

    @property
    def _where(self) -> str:
        return "where it holds" if self.measure == "AUC" else "where there is much"

    def _told(self, one: UnitScore | ProbeScore) -> str:
        return f"{self.measure} {one.score:.3f} [{one.interval[0]:.3f}, {one.interval[1]:.3f}]"


class _Asked(NamedTuple):
    """The tokens that are asked about, for each direction of reading (n,), and their labels; the second half begins at cut."""

    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    labels: Labels
    cut: int

    @property
    def first(self) -> slice:
        return slice(0, self.cut)

    @property
    def second(self) -> slice:
        return slice(self.cut, None)


def answer(subject: Subject, question: Units, progress: Progress) -> UnitsFound:
    """Rank them all. Raises InputError where the text has nothing to be told apart."""
    if not question.where:
        raise InputError(f"there is no hypothesis, expected --where and one of {', '.join(map(form, HYPOTHESES.values()))}")
    asked_for = hypothesis(question.where)
    part = text_of(subject, _length(subject, question, asked_for))
    asked = _asked(subject, asked_for, part)
    chosen, states = _columns(subject, question), _states(subject)
    columns = list(dict.fromkeys([*chosen, *states]))
    ranking = _Ranking(asked, question)
    features: list[NDArray[np.float32]] = []
    total = 2 * len(columns) * len(part)
    done = 0
    for group in columns_at_a_time(subject, columns, part):
        weight = len(group)
        values = held(subject, part, group, lambda now, _, done=done, weight=weight: progress(done + weight * now, total))  # type: ignore[misc]
        done += weight * len(part)
        for column, array in zip(group, values, strict=True):
            own = array[asked.rows[column.direction]].T
            effects = ranking.add(column, own) if column in chosen else None
            if column in states:
                features.append(_most_telling(asked, own, effects, PROBE_UNITS // len(states)))
            done += len(part)
            progress(done, total)
    positives = int(np.count_nonzero(asked.labels.values))
    return UnitsFound(
        subject.step,
        *(question.where, asked_for.title, asked.labels.measure, positives, len(asked.labels), part.read),
        *(ranking.compared, ranking.found(), _probe(asked, features)),
    )


def _length(subject: Subject, question: Units, asked_for: Hypothesis) -> int:
    if question.length is not None:
        return question.length
    whole = asked_for.is_label and not subject.kind.labels_words
    return DEFAULT_LENGTH * (OF_WHOLE_TEXTS if whole else 1)


def _columns(subject: Subject, question: Units) -> list[Column]:
    """Those that are asked about."""
    config, signals = subject.config, [signal.name for signal in CELLS[subject.config.cell].signals]
    if question.signal and question.signal not in signals:
        raise InputError(f"signal is {question.signal!r:.40}, but the run's cell has {' '.join(signals)}")
    if question.layer is not None and question.layer > config.num_layers:
        raise InputError(f"layer is {question.layer}, but the run has {counted(config.num_layers, 'layer')}")
    if question.unit is not None and question.unit >= config.hidden_size:
        raise InputError(f"unit is {question.unit}, but the run's layers have units 0 to {config.hidden_size - 1}")
    return [
        column
        for column in columns_of(subject)
        if question.signal in ("", column.signal) and question.layer in (None, column.layer + 1)
    ]


def _states(subject: Subject) -> list[Column]:
    """What the network goes on from, all of it: what a probe reads."""
    return [column for column in columns_of(subject) if column.signal in CELLS[subject.config.cell].carried]


def _asked(subject: Subject, asked_for: Hypothesis, part: PartText) -> _Asked:
    if asked_for.is_label:
        rows, values = labelled_tokens(subject, part, asked_for.argument)
    else:
        of_tokens = asked_for.values(part.text)[part.ends]
        told = np.flatnonzero(~np.isnan(of_tokens))
        rows, values = (told, told), of_tokens[told]
    labels = Labels(values, asked_for.amount)
    if not labels.varies:
        found = "nowhere" if not len(values) or not values.any() else "everywhere alike"
        raise InputError(f"{asked_for.title} is {found} in {part.read}: read more with --length, or ask another")
    cut = _cut(labels)
    if not (labels.part(slice(0, cut)).varies and labels.part(slice(cut, None)).varies):
        raise InputError(f"{asked_for.title} is too seldom in {part.read}: read more with --length, or ask another")
    return _Asked(rows, labels, cut)


def _cut(labels: Labels) -> int:
    """In the middle of the text, or where one half would have nothing to tell, in the middle of what holds."""
    middle = len(labels) // 2
    if labels.part(slice(0, middle)).varies and labels.part(slice(middle, None)).varies:
        return middle
    holds = np.flatnonzero(labels.values)
    return int(holds[len(holds) // 2])


class _Ranking:
    """Compares columns one after another, and keeps the best units."""

    def __init__(self, asked: _Asked, question: Units):
        self._asked, self._question = asked, question
        self._own = asked.labels.part(asked.first)
        weights = self._own.weights
        self._first = np.concatenate([weights[None], shifted(weights, shifts(len(weights)))]).astype(np.float32)
        self._second = asked.labels.part(asked.second)
        self._best_by_chance = np.zeros(len(self._first) - 1)
        self._found: list[tuple[float, Column, int, float, tuple[float, float]]] = []
        self.compared = 0

    def add(self, column: Column, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """values (units, n). The effects (units,) on the first half."""
        asked, only = self._asked, self._question.unit
        units = np.arange(len(values)) if only is None else np.array([only])
        found = Ranked(values[units, asked.first], asked.labels.amount).effects(self._first)
        self._best_by_chance = np.maximum(self._best_by_chance, np.abs(found[1:]).max(axis=1))
        self.compared += len(units)
        effects = np.asarray(found[0])
        for place in np.argsort(-np.abs(effects), kind="stable")[: self._question.listed]:
            sign = -1.0 if effects[place] < 0 else 1.0
            own = sign * values[units[place], asked.second]
            chosen = sign * effect(sign * values[units[place], asked.first], self._own)
            tested = effect(own, self._second)
            self._found.append((chosen, column, int(units[place]), tested, interval(own, self._second)))
        self._found = sorted(self._found, key=lambda one: -abs(one[0]))[: self._question.listed]
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


def _most_telling(
    asked: _Asked, values: NDArray[np.float32], effects: NDArray[np.float64] | None, most: int
) -> NDArray[np.float32]:
    """Of values (units, n) those of at most so many units, by what they tell on the first half: (n, units)."""
    if len(values) <= most:
        return values.T
    if effects is None or len(effects) < len(values):
        weights = asked.labels.part(asked.first).weights[None]
        effects = Ranked(values[:, asked.first], asked.labels.amount).effects(weights)[0]
    return np.asarray(values[np.sort(np.argsort(-np.abs(effects), kind="stable")[:most])].T)


def _probe(asked: _Asked, features: list[NDArray[np.float32]]) -> ProbeScore:
    """On the first half, of a long text every so many-th place, on the second all."""
    x, labels = np.concatenate(features, axis=1), asked.labels
    every = -(-x.size // MAX_HELD)
    first = Labels(labels.values[asked.first][::every], labels.amount)
    second = labels.part(asked.second)
    probe = Probe(x[asked.first][::every], first)
    by = shifts(len(first), PROBE_SHIFTS)
    said = probe.says(x[asked.second], np.concatenate([first.values[None], shifted(first.values, by)]))
    tested = effect(said[:, 0], second)
    moved = shifted(second.weights, by * len(second) // len(first))
    chance = [float(Ranked(said[:, k + 1][None], labels.amount).effects(moved[k : k + 1])[0, 0]) for k in range(len(by))]
    low, high = interval(said[:, 0], second)
    score = labels.score
    return ProbeScore(x.shape[1], score(tested), (score(low), score(high)), score(float(np.quantile(chance, CONFIDENCE))))
