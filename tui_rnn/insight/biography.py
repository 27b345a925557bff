"""How a unit became what it is: over the kept moments of a run, what its gates did, how well it tracked something, the whole
network's loss, and what the network wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.hypotheses import hypothesis
from tui_rnn.insight.part_reading import Column, PartText, held, text_of
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Answer, Progress, Question, Subject
from tui_rnn.insight.rank_scores import Labels, effect, shifted, shifts
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.sample import answer as write
from tui_rnn.insight.surprise import BITS, Surprise
from tui_rnn.insight.surprise import answer as surprise_of
from tui_rnn.insight.trace import DIRECTIONS

SAMPLE_LENGTH, SAMPLE_SEED = 48, 1
CHANCE = 0.95


@dataclass(frozen=True)
class Biography(Question["BiographyFound"]):
    """One unit over the kept moments of a run: the mean of each of its signals, and how well one of them tracks a hypothesis,
    with the chance level of shifted labels; for the whole network, the loss and a text written with the same seed."""

    unit: int = described(0, "which unit, from 0 on", low=0, high=1 << 31)
    layer: int = described(1, "which layer, from 1 on", low=1, high=1 << 31)
    direction: str = described("forward", "its direction of reading", choices=DIRECTIONS)
    signal: str = described("", "which signal may track something; without, h")
    where: str = described("", "what it may track, as for ask units: quotes, vowel, regex:PATTERN …; without, nothing")
    length: int = described(4000, "how many tokens of what is asked about are read", low=200, high=200_000)
    most: int = described(24, "the most moments, evenly spread over the kept ones", low=2, high=1000)


@dataclass(frozen=True, eq=False)
class BiographyFound(Answer):
    """at (n,): the steps. means: for each signal (n,), the unit's mean over the text. bits (n,): the network's loss per token,
    NaN if it is no language model. score (n,): how well `signal` tells `title`, by `measure`; a unit that is low where it holds
    is as good as one that is high. chance: 95% of shifted labels score lower at the last moment. samples (n,): what it wrote,
    "" if it writes nothing. not_read: why there is no text, "" if there is one."""

    unit: int
    at: NDArray[np.int64]
    means: dict[str, NDArray[np.float64]]
    bits: NDArray[np.float64]
    score: NDArray[np.float64]
    measure: str
    signal: str
    title: str
    chance: float
    samples: tuple[str, ...]
    not_read: str

    @property
    def since(self) -> int | None:
        """The first moment from which on the score stays beyond chance; None if it isn't beyond chance at the end."""
        beyond = self.score > self.chance
        if not len(beyond) or not beyond[-1]:
            return None
        below = np.flatnonzero(~beyond)
        return int(self.at[below[-1] + 1 if len(below) else 0])

    @property
    def in_words(self) -> str:
        """Since when it tracks what was asked about."""
        if not self.title or not len(self.score):
            return ""
        what = (
            f"{self.signal} of unit {self.unit} and {self.title}: {self.measure} {self.score[-1]:.2f}, chance {self.chance:.2f}"
        )
        return what + (": not beyond chance now" if self.since is None else f": beyond chance since step {self.since:,}")

    def lines(self) -> Iterator[str]:
        if self.in_words:
            yield self.in_words
        if self.not_read:
            yield f"signals and losses are not known: {self.not_read}"
        score = [self.measure] if self.title else []
        has_bits, has_texts = np.isfinite(self.bits).any(), any(self.samples)
        bits, text = [f"{'bits':>6}"] if has_bits else [], ["text"] if has_texts else []
        yield "  ".join([f"{'step':>9}", *bits, *(f"{name:>6}" for name in self.means), *score, *text])
        for k, step in enumerate(self.at.tolist()):
            bits = [f"{self.bits[k]:6.3f}"] if has_bits else []
            numbers = [*bits, *(f"{mean[k]:6.3f}" for mean in self.means.values())]
            scored = [f"{self.score[k]:>{len(self.measure)}.2f}"] if self.title else []
            yield "  ".join([f"{step:>9,}", *numbers, *scored, *([self.samples[k]] if has_texts else [])])


def answer(subject: Subject, question: Biography, progress: Progress) -> BiographyFound:
    """Raises InputError if the network has no such unit, or the hypothesis has nothing to tell apart."""
    check_place(subject.config, layer=question.layer, unit=question.unit, direction=question.direction, signal=question.signal)
    kept = subject.moments or (subject.step,)
    chosen = sorted({kept[k] for k in np.linspace(0, len(kept) - 1, min(question.most, len(kept))).astype(int).tolist()})
    cell, not_read, part = CELLS[subject.config.cell], "", None
    try:
        part = text_of(subject, question.length)
    except InputError as error:
        not_read = str(error)
    rows, labels, title = _asked(question, part)
    columns = [Column(question.layer - 1, one.name, DIRECTIONS.index(question.direction)) for one in cell.signals]
    signal = question.signal or "h"
    means: dict[str, list[float]] = {one.name: [] for one in cell.signals} if part is not None else {}
    bits, score, samples, own = list[float](), list[float](), list[str](), np.zeros(0)
    for number, step in enumerate(chosen):
        progress(number, len(chosen))
        moment = subject.at_moment(step) if subject.at_moment is not None else subject
        bits.append(_bits(moment, question) if part is not None else float("nan"))
        samples.append(_written(moment))
        if part is None:
            continue
        for column, values in zip(columns, held(moment, part, columns), strict=True):
            unit = values[:, question.unit].astype(np.float64)
            means[column.signal].append(float(unit.mean()))
            if column.signal == signal and labels is not None:
                own = unit[rows]
                score.append(_strength(own, labels))
    chance = float("nan")
    if labels is not None:
        moved = shifted(labels.values, shifts(len(labels)))
        chance = float(np.quantile([_strength(own, Labels(one, labels.amount)) for one in moved], CHANCE))
    return BiographyFound(
        subject.step,
        question.unit,
        np.array(chosen, np.int64),
        {name: np.array(values) for name, values in means.items()},
        np.array(bits),
        np.array(score),
        labels.measure if labels is not None else "",
        signal,
        title,
        chance,
        tuple(samples),
        not_read,
    )


def _asked(question: Biography, part: PartText | None) -> tuple[NDArray[np.int64], Labels | None, str]:
    """The tokens about which the hypothesis says something, what it says about them, and its title."""
    none: tuple[NDArray[np.int64], Labels | None, str] = np.zeros(0, np.int64), None, ""
    if not question.where or part is None:
        return none
    asked_for = hypothesis(question.where)
    if asked_for.is_label:
        raise InputError("a label of the data is asked with ask units --over-time: give another hypothesis")
    values = asked_for.values(part.text)[part.ends]
    rows = np.flatnonzero(~np.isnan(values))
    labels = Labels(values[rows], asked_for.amount)
    if not labels.varies:
        raise InputError(f"{asked_for.title} has nothing to tell apart in {part.read}: read more with --length, or ask another")
    return rows, labels, asked_for.title


def _strength(values: NDArray[np.float64], labels: Labels) -> float:
    """The score of a unit, high or low."""
    return labels.score(abs(effect(values, labels)))


def _bits(moment: Subject, question: Biography) -> float:
    if moment.kind.answers:
        return float("nan")
    return surprise_of(moment, Surprise(length=question.length), lambda done, total: None).mean_nats / BITS


def _written(moment: Subject) -> str:
    if moment.kind.answers:
        return ""
    return write(moment, Sample("", Sampling(length=SAMPLE_LENGTH), SAMPLE_SEED), lambda done, total: None).text
