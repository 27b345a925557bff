"""What a sweep has found: combinations of settings, the best first, with mean and spread over the seeds, and which setting
mattered."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui_rnn.kinds import Kind
from tui_rnn.sweep.space import Space
from tui_rnn.sweep.trial import FAILED, FINISHED, TrialRecord, lower_is_better


@dataclass(frozen=True)
class Ranked:
    """A combination of settings with its runs. mean and spread: of the value that trials are ranked by, over the seeds; spread
    is the standard deviation, NaN for one run. ended_early: how many runs were stopped or diverged; their last values count."""

    settings: Mapping[str, Any]
    mean: float
    spread: float
    best: TrialRecord
    runs: int
    ended_early: int


@dataclass(frozen=True)
class Mattered:
    """A varied setting. share: the share of the variance between all runs that its values alone explain (for a whole grid, the
    main effect of functional ANOVA). means: value → (mean, number of runs)."""

    name: str
    share: float
    means: Mapping[Any, tuple[float, int]]


def ranking(records: Iterable[TrialRecord], kind: Kind) -> list[Ranked]:
    """The combinations of settings, the best first. A run that failed, or whose value is not finite, is left out."""
    groups: dict[tuple[Any, ...], list[TrialRecord]] = {}
    for record in records:
        if record.status != FAILED and math.isfinite(record.value(kind)):
            groups.setdefault(tuple(record.settings.values()), []).append(record)
    sign = 1 if lower_is_better(kind) else -1
    ranked = [_ranked(group, kind, sign) for group in groups.values()]
    return sorted(ranked, key=lambda one: sign * one.mean)


def _ranked(group: list[TrialRecord], kind: Kind, sign: int) -> Ranked:
    values = [record.value(kind) for record in group]
    return Ranked(
        group[0].settings,
        statistics.fmean(values),
        statistics.stdev(values) if len(values) > 1 else math.nan,
        min(group, key=lambda record: sign * record.value(kind)),
        len(group),
        sum(record.status != FINISHED for record in group),
    )


def mattered(records: Iterable[TrialRecord], space: Space, kind: Kind) -> tuple[list[Mattered], float]:
    """Each setting that has several values, the one that mattered most first; and the share of the variance between seeds of
    the same combination, which is chance (NaN if each has one seed). Empty if all runs were alike."""
    valid = [record for record in records if record.status != FAILED and math.isfinite(record.value(kind))]
    if len(valid) < 2 or not (total := _squares([record.value(kind) for record in valid])):
        return [], math.nan
    found = []
    for name in space:
        groups = _grouped(valid, kind, lambda record, name=name: record.settings[name])
        if 1 < len(groups) < len(valid):
            means = {value: (statistics.fmean(own), len(own)) for value, own in groups.items()}
            found.append(Mattered(name, 1 - sum(map(_squares, groups.values())) / total, means))
    same = _grouped(valid, kind, lambda record: tuple(record.settings.values()))
    chance = sum(map(_squares, same.values())) / total if len(same) < len(valid) else math.nan
    return sorted(found, key=lambda one: -one.share), chance


def _grouped(records: Sequence[TrialRecord], kind: Kind, by: Any) -> dict[Any, list[float]]:
    groups: dict[Any, list[float]] = {}
    for record in records:
        groups.setdefault(by(record), []).append(record.value(kind))
    return groups


def _squares(values: Sequence[float]) -> float:
    """The sum of squared distances from the mean."""
    mean = statistics.fmean(values)
    return sum((value - mean) ** 2 for value in values)
