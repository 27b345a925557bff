"""Groups of runs with the same values of some settings, with the mean and spread of their results; and the settings in which
runs differ."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tui_rnn.config import SETTINGS
from tui_rnn.display import visible
from tui_rnn.formats import LossUnit, duration, in_unit
from tui_rnn.training.run_table import Column, RunRow, Value, column, setting_shown

_AVERAGED = ("val_loss_nats", "best_val_loss_nats", "metric", "elapsed_s")
ALIKE = "alike"
"""In place of settings: runs that differ only in their seed."""
MOST_SEEDS = 6  # that are listed
NAMED = ("cell", "hidden_size", "num_layers")  # a run's name says them


@dataclass(frozen=True)
class Spread:
    """The mean of a number over `count` runs that have it, and the standard deviation of one run (NaN if there is only one)."""

    count: int
    mean: float
    deviation: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        known = [value for value in values if math.isfinite(value)]
        if not known:
            return cls(0, math.nan, math.nan)
        return cls(len(known), statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else math.nan)


@dataclass(frozen=True)
class RunGroup:
    """Runs on the same data with the same value of each of `names`. differing: the other settings, besides the seed, in which
    they still differ: the mean is over these, too."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    rows: tuple[RunRow, ...]
    differing: tuple[str, ...]
    val_loss_nats: Spread
    best_val_loss_nats: Spread
    metric: Spread
    elapsed_s: Spread

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(sorted({row.config.seed for row in self.rows}))


def grouped(rows: Sequence[RunRow], by: Sequence[str], unit: LossUnit) -> list[RunGroup]:
    """The groups by these columns or settings, in the order of their values; losses on different data are never averaged.
    Raises InputError for a name that is not a column."""
    alike = list(by) == [ALIKE]
    columns = [column(name) for name in ([one for one in SETTINGS if one != "seed"] if alike else by)]
    members: dict[tuple[object, ...], list[RunRow]] = {}
    for row in rows:
        members.setdefault((*row.data_key, *(one.shown(row, unit) for one in columns)), []).append(row)
    if alike:
        apart = settings_apart(rows)
        columns = [column("name"), *(one for one in columns if one.key in apart and one.key not in NAMED)]
    found = [_group(columns, own, unit) for own in members.values()]
    places = [(own[0].data_name, *(_place(one.of(own[0], unit)) for one in columns)) for own in members.values()]
    return [found[k] for k in sorted(range(len(found)), key=places.__getitem__)]


def _place(value: Value) -> tuple[bool, Value]:
    """For sorting: rows without a value come last."""
    return (True, 0.0) if value != value else (False, value)


def _group(columns: Sequence[Column], rows: Sequence[RunRow], unit: LossUnit) -> RunGroup:
    names, values = tuple(one.key for one in columns), tuple(one.shown(rows[0], unit) for one in columns)
    differing = tuple(name for name in settings_apart(rows) if name not in (*names, "seed"))
    spreads = [Spread.of([getattr(row, name) for row in rows]) for name in _AVERAGED]
    return RunGroup(names, values, tuple(rows), differing, *spreads)


def settings_apart(rows: Sequence[RunRow]) -> dict[str, tuple[str, ...]]:
    """The settings in which the runs differ, each with the value of every run, in the order of the settings."""
    found = {}
    for name in SETTINGS:
        values = tuple(setting_shown(getattr(row.config, name)) for row in rows)
        if len(set(values)) > 1:
            found[name] = values
    return found


# ---------------------------------------------------------------------- as a table


def cells_of(groups: Sequence[RunGroup], unit: LossUnit) -> tuple[list[str], list[list[str]], list[bool]]:
    """The headings, a line of cells for each group, and which columns hold text. Columns that are empty in all groups are left
    out. The mean of perplexities is not the perplexity of the mean loss, so bits are shown instead."""
    names = groups[0].names if groups else ()
    heads = ["data", *(column(name).short for name in names), "runs", "seeds", "loss", "best", "metric", "time"]
    texts = [True, *(column(name).is_text for name in names), *[False] * 6]
    rows = [
        [
            visible(one.rows[0].data_name),
            *map(visible, one.values),
            str(len(one.rows)),
            ",".join(map(str, one.seeds[:MOST_SEEDS])) + (",…" if len(one.seeds) > MOST_SEEDS else ""),
            _shown(one.val_loss_nats, in_unit(1.0, _linear(unit))),
            _shown(one.best_val_loss_nats, in_unit(1.0, _linear(unit))),
            _metric(one),
            duration(one.elapsed_s.mean),
        ]
        for one in groups
    ]
    kept = [k for k in range(len(heads)) if any(row[k] for row in rows)]
    return [heads[k] for k in kept], [[row[k] for k in kept] for row in rows], [texts[k] for k in kept]


def remarks_on(groups: Sequence[RunGroup], unit: LossUnit) -> list[str]:
    """What a person must know to read the table."""
    told = (
        ["mean ± the standard deviation of one run" + ("; losses in bits" if unit != _linear(unit) else "")] if groups else []
    )
    if differing := sorted({name for one in groups for name in one.differing}):
        told.append(f"also differing within groups, so the spread is not the seeds' alone: {', '.join(differing)}")
    return told


def _linear(unit: LossUnit) -> LossUnit:
    return "bits" if unit == "perplexity" else unit


def _metric(group: RunGroup) -> str:
    main = group.rows[0].kind.main_metric
    if main is None:
        return ""
    return _shown(group.metric, 100.0) + "%" * bool(group.metric.count) if main.is_share else _shown(group.metric, 1.0)


def _shown(spread: Spread, scale: float) -> str:
    if not spread.count:
        return ""
    return f"{spread.mean * scale:.3f}" + (f" ± {spread.deviation * scale:.3f}" if spread.count > 1 else "")
