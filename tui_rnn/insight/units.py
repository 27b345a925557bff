"""Which units track something: every unit and signal, ranked by how well it tells a hypothesis about the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.display import counted
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.hypotheses import HYPOTHESES, WHERE_HELP, Hypothesis, form, hypothesis
from tui_rnn.insight.part_reading import Column, PartText, columns_at_a_time, columns_of, held, text_of
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.rank_scores import CONFIDENCE, Labels
from tui_rnn.insight.task_labels import labelled_tokens
from tui_rnn.insight.unit_ranking import Asked, ProbeScore, Ranking, Thirds, UnitScore, most_telling, probe_score

DEFAULT_LENGTH = 12_000
OF_WHOLE_TEXTS = 10  # times as much where a whole text has one label
MOST_LENGTH = 200_000
PROBE_UNITS = 1024


@dataclass(frozen=True)
class Units(Question["UnitsFound"]):
    """Which units tell whether something holds at each character, or how much: chosen on the first half of the text, tested on
    the second, beside the best of as many units by chance and beside a linear probe on all units."""

    where: str = described("", f"what may be tracked: {WHERE_HELP}")
    signal: str = described("", "only this signal, such as c; without, all")
    layer: int | None = described(None, "only this layer, counted from 1; without, all", low=1, high=64)
    unit: int | None = described(None, "only this unit, counted from 0; without, all", low=0, high=1 << 20)
    length: int | None = described(
        None, f"how many tokens are read from the start (default {DEFAULT_LENGTH:,})", low=100, high=MOST_LENGTH
    )
    listed: int = described(10, "how many of the best are listed", low=1, high=1000)


@dataclass(frozen=True, eq=False)
class UnitsFound(Answer):
    """hypothesis: as it was typed; title: in words. measure: AUC for yes or no, Spearman for amounts. positives: how many of
    the `of` places are yes, or have an amount other than 0. read: how much was read, of how much. compared: how many units and
    signals. units: the best on the first half, the best first."""

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


def answer(subject: Subject, question: Units, progress: Progress) -> UnitsFound:
    """Rank all units. Raises InputError if the text has nothing to tell apart."""
    if not question.where:
        raise InputError(f"there is no hypothesis, expected --where and one of {', '.join(map(form, HYPOTHESES.values()))}")
    asked_for = hypothesis(question.where)
    part = text_of(subject, _length(subject, question, asked_for))
    asked = _asked(subject, asked_for, part)
    chosen, states = _columns(subject, question), _states(subject)
    columns = list(dict.fromkeys([*chosen, *states]))
    ranking = Ranking(asked, question.unit, question.listed)
    features: list[NDArray[np.float32]] = []
    thirds = Thirds(progress, len(columns) * len(part))  # reading, ranking, the probe
    for group in columns_at_a_time(subject, columns, part):
        values = held(subject, part, group, thirds.within(len(group)))
        thirds.done += len(group) * len(part)
        for column, array in zip(group, values, strict=True):
            own = array[asked.rows[column.direction]].T
            effects = ranking.add(column, own) if column in chosen else None
            if column in states:
                features.append(most_telling(asked, own, effects, PROBE_UNITS // len(states)))
            thirds.done += len(part)
            thirds.tell()
    probe = probe_score(asked, features, thirds)
    positives = int(np.count_nonzero(asked.labels.values))
    return UnitsFound(
        subject.step,
        *(question.where, asked_for.title, asked.labels.measure, positives, len(asked.labels), part.read),
        *(ranking.compared, ranking.found(), probe),
    )


def _length(subject: Subject, question: Units, asked_for: Hypothesis) -> int:
    if question.length is not None:
        return question.length
    whole = asked_for.is_label and not subject.kind.labels_words
    return DEFAULT_LENGTH * (OF_WHOLE_TEXTS if whole else 1)


def _columns(subject: Subject, question: Units) -> list[Column]:
    """The columns that are asked about."""
    check_place(subject.config, layer=question.layer, unit=question.unit, signal=question.signal)
    return [
        column
        for column in columns_of(subject)
        if question.signal in ("", column.signal) and question.layer in (None, column.layer + 1)
    ]


def _states(subject: Subject) -> list[Column]:
    """All states that the network carries on, which a probe reads."""
    return [column for column in columns_of(subject) if column.signal in CELLS[subject.config.cell].carried]


def _asked(subject: Subject, asked_for: Hypothesis, part: PartText) -> Asked:
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
        raise InputError(f"{asked_for.title} is too rare in {part.read}: read more with --length, or ask another")
    return Asked(rows, labels, cut)


def _cut(labels: Labels) -> int:
    """The middle of the text; if one half would have nothing to tell, the middle of the places where the hypothesis holds."""
    middle = len(labels) // 2
    if labels.part(slice(0, middle)).varies and labels.part(slice(middle, None)).varies:
        return middle
    holds = np.flatnonzero(labels.values)
    return int(holds[len(holds) // 2])
