"""The columns of the table of runs, and the line below it, with the numbers to compare them with."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.kinds import KINDS, Metric
from tui_rnn.tui.bars.header import status_word
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.chart_events import KEPT

MOST_ROWS = 9  # as many as there are number keys
NAME_START = 6  # cells of a row for its key, its status and the spaces between
_NAME_CELLS, _LONGEST_NAME = 14, 24
_METRIC_HEADS = {"accuracy": "accuracy", "exact_match": "exact"}


@dataclass(frozen=True)
class RunRow:
    """A run, its number key, and the cells of its name."""

    number: int
    run: RunState
    unit: LossUnit
    name_cells: int

    @property
    def name(self) -> str:
        return set_cell_size(visible(self.run.name), self.name_cells)


@dataclass(frozen=True)
class Column:
    """ages: whether it is measured together with the validation loss, and as old."""

    head: str
    cells: int
    text: Callable[[RunState, LossUnit], str]
    ages: bool = False


def now(run: RunState, name: str) -> float:
    """A number of its latest snapshot; NaN before the first."""
    return float(getattr(run.snapshot, name)) if run.snapshot else math.nan


def metric(run: RunState, key: str) -> str:
    """The metric at the latest evaluation."""
    metrics = run.snapshot.metrics if run.snapshot else {}
    return formats.percentage(metrics.get(key, math.nan))


def in_points(state: LabState) -> Metric | None:
    """BLEU, where networks write whole words: hardly a translation is exactly right."""
    if state.corpus is None:
        return None
    measured = {mark.measure for mark in state.landmarks}
    measured.update(*(run.snapshot.metrics for run in state.runs.values() if run.snapshot))
    return next((one for one in KINDS[state.corpus.kind].metrics if one.is_points and one.key in measured), None)


def points(run: RunState, metric: Metric) -> str:
    """A metric in points, at the latest evaluation."""
    return formats.metric(run.snapshot.metrics.get(metric.key, math.nan) if run.snapshot else math.nan, metric)


def _loss(name: str) -> Callable[[RunState, LossUnit], str]:
    return lambda run, unit: formats.loss(now(run, name), unit)


def _speed(run: RunState, unit: LossUnit) -> str:
    """Its speed, or why it does not train."""
    return formats.count(now(run, "chars_per_s")) if run.status == "training" else status_word(run)


def _step(run: RunState, unit: LossUnit) -> str:
    """The step of its weights; with the chart's mark if the run went back to them."""
    if run.snapshot is None:
        return "—"
    return KEPT * (run.snapshot.kept_step is not None) + f"{run.snapshot.weights_step:,}"


def _saved(run: RunState, unit: LossUnit) -> str:
    if run.snapshot is None or run.snapshot.path is None:
        return "not yet"
    return formats.age(run.snapshot.step - run.snapshot.saved_step)


# a column without room is left out, from the right
_LOSSES = (
    Column("train", 6, _loss("train_loss_nats")),
    Column("val", 6, _loss("val_loss_nats"), ages=True),
    Column("measured", 15, lambda run, unit: formats.age(now(run, "val_age")), ages=True),
    Column("best", 6, _loss("best_val_loss_nats")),
)
_OTHERS = (
    Column("epoch", 6, lambda run, unit: formats.epoch(run.snapshot.epoch) if run.snapshot else "—"),
    Column("step", 10, _step),
    Column("saved", 15, _saved),
    Column("rate", 9, lambda run, unit: formats.number(now(run, "learning_rate"))),
    Column("gradient", 9, lambda run, unit: formats.number(now(run, "grad_norm"))),
    Column("weights", 8, lambda run, unit: formats.count(run.parameter_count)),
)


def began_elsewhere(run: RunState) -> bool:
    """Whether it began from a run on other data: then their loss shows what it forgets."""
    return run.snapshot is not None and bool(run.snapshot.old_name)


def layout(runs: Sequence[RunState], state: LabState, width: int) -> tuple[int, list[Column]]:
    """The cells of the names, and the columns that fit beside them; a metric of the task is after the losses."""
    cells = max(_NAME_CELLS, min(_LONGEST_NAME, max((cell_len(visible(run.name)) for run in runs), default=0)))
    token, key = (state.corpus.token, state.corpus.main_metric) if state.corpus else ("char", None)
    of_task = [Column(_METRIC_HEADS.get(key, key), 9, lambda run, unit: metric(run, key), ages=True)] if key else []
    if told := in_points(state):
        of_task.append(Column(told.title, 7, lambda run, unit: points(run, told), ages=True))
    old = [Column("old", 6, _loss("old_loss_nats"), ages=True)] if any(began_elsewhere(run) for run in runs) else []
    room, columns = width - cells - NAME_START, []
    for column in (*_LOSSES[:2], *old, *_LOSSES[2:], *of_task, Column(f"{token}/s", 9, _speed), *_OTHERS):
        if room < column.cells:
            break
        room -= column.cells
        columns.append(column)
    return cells, columns


def landmarks_line(state: LabState, unit: LossUnit, width: int) -> str:
    """The results without a network, the best first, as many as fit; '' until they are known."""
    told_in = in_points(state)
    key = told_in.key if told_in else state.corpus.main_metric if state.corpus else None
    shares = sorted((m for m in state.landmarks if key and m.measure == key), key=lambda mark: -mark.value)
    losses = sorted((m for m in state.landmarks if m.measure == "loss_nats"), key=lambda mark: mark.value)
    label = formats.unit_label(unit, state.corpus.loss_unit if state.corpus else "nats/char")
    if told_in:
        told = [(f"{mark.name} {told_in.title} {formats.metric(mark.value, told_in)}", "") for mark in shares]
    else:
        told = [(f"{mark.name} {formats.percentage(mark.value)}", "") for mark in shares]
    told += [(f"{mark.name} {formats.loss(mark.value, unit)}", f" {label}") for mark in losses]
    line = end = ""
    for piece, in_unit in told:
        longer = f"{line} · {piece}" if line else f"   without a network: {piece}"
        if line and len(longer) + len(in_unit) > width:
            break
        line, end = longer, in_unit
    return line + end
