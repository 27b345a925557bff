"""Runs as the rows of a table: its columns and their order. The same for `tui-rnn runs`, the playground and scripts.

A column is named as in JSON or by its short name; every setting is also a column.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tui_rnn import formats
from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.display import TOKEN_NAMES
from tui_rnn.errors import InputError
from tui_rnn.formats import LossUnit
from tui_rnn.kinds import Kind
from tui_rnn.training.runs import SavedRun

Value = str | float
"""What a column holds: a text, or a number, NaN if there is none."""
GAP = 2  # cells between two columns


@dataclass(frozen=True)
class RunRow:
    """What the table knows about one run. path: of its file, None if it was never saved. loss_unit: nats/char and the like.
    val_loss_nats: of its weights, which are of weights_step; best_val_loss_nats: the lowest that it ever had. metric: the
    task's main one. chars, elapsed_s, flops: of its whole training."""

    kind: Kind
    config: RunConfig
    data_name: str
    data_key: tuple[str | int | None, ...]  # equal for runs that learnt from the same data, cut and split the same way
    loss_unit: str
    weights_step: int
    chars: int
    elapsed_s: float
    val_loss_nats: float
    best_val_loss_nats: float
    metric: float
    parameters: int = 0
    flops: float = math.nan
    saved_at: float = math.nan
    path: Path | None = None
    remark: str = ""
    run_id: int | None = None  # in the playground
    tokens: str = "char"  # what its data are read in
    steps_done: int = 0  # more than weights_step where the run has gone back to its best weights

    @classmethod
    def of(cls, saved: SavedRun) -> RunRow | None:
        """The row of a file; None if it is not a complete run."""
        if (facts := saved.facts) is None:
            return None
        return cls(
            kind=facts.kind,
            config=facts.config,
            data_name=facts.data.name,
            data_key=data_key_of(facts.kind.name, facts.data.sha256, facts.data.request),
            loss_unit=facts.loss_unit,
            weights_step=facts.weights_step,
            chars=facts.chars,
            elapsed_s=facts.elapsed_s,
            val_loss_nats=facts.number("val_loss_nats"),
            best_val_loss_nats=facts.number("best_val_loss_nats"),
            metric=facts.number("val_metric"),
            parameters=saved.parameters,
            flops=saved.flops_per_char * facts.chars,
            saved_at=saved.saved_at,
            path=saved.path,
            remark=facts.remark,
            tokens=facts.data.request.tokens or "char",
            steps_done=facts.step,
        )

    @property
    def counted_in(self) -> str:
        """What `chars` counts: characters, words or bytes."""
        return f"{TOKEN_NAMES.get(self.tokens, 'token')}s"

    @property
    def chars_per_s(self) -> float:
        """Over all its training, evaluations included; NaN before the first step."""
        return self.chars / self.elapsed_s if self.elapsed_s > 0 else math.nan

    @cached_property
    def _cells(self) -> dict[LossUnit, tuple[tuple[str, int], ...]]:
        return {}

    def cells(self, unit: LossUnit) -> tuple[tuple[str, int], ...]:
        """The cell of each column, and how wide it is. Computed once: a table may have thousands of rows."""
        if unit not in self._cells:
            from rich.cells import cell_len

            from tui_rnn.display import visible

            texts = [visible(one.shown(self, unit)) for one in COLUMNS]
            self._cells[unit] = tuple(zip(texts, map(cell_len, texts), strict=True))
        return self._cells[unit]


def data_key_of(kind: str, sha256: str, request: DataRequest | None) -> tuple[str | int | None, ...]:
    """Equal for two runs that learnt from the same data, cut and split the same way: then their losses can be compared. kind:
    its name."""
    if request is None:
        return kind, sha256
    return kind, sha256, request.items, request.tokens, request.target_units, request.files.split_seed


@dataclass(frozen=True)
class Column:
    """One column. key: its name in JSON and in filters; short: a shorter name, which is also its heading. of: its value; shown:
    the text that a person sees; both get the unit of losses. rank: columns with a high rank are left out first if there is
    little room."""

    key: str
    short: str
    help: str
    of: Callable[[RunRow, LossUnit], Value]
    shown: Callable[[RunRow, LossUnit], str]
    is_text: bool = False
    rank: int = 0


def _count(name: str) -> tuple[Callable[[RunRow, LossUnit], Value], Callable[[RunRow, LossUnit], str]]:
    return (lambda row, unit: float(getattr(row, name))), (lambda row, unit: formats.count(getattr(row, name)))


def _exact(name: str) -> tuple[Callable[[RunRow, LossUnit], Value], Callable[[RunRow, LossUnit], str]]:
    return (lambda row, unit: float(getattr(row, name))), (lambda row, unit: f"{getattr(row, name):,}")


def _loss(name: str) -> tuple[Callable[[RunRow, LossUnit], Value], Callable[[RunRow, LossUnit], str]]:
    def shown(row: RunRow, unit: LossUnit) -> str:
        value = formats.in_unit(getattr(row, name), unit)
        return f"{value:.3f}" if math.isfinite(value) and value < 100 else formats.loss(getattr(row, name), unit)

    return (lambda row, unit: formats.in_unit(getattr(row, name), unit)), shown


def _duration() -> tuple[Callable[[RunRow, LossUnit], Value], Callable[[RunRow, LossUnit], str]]:
    return (lambda row, unit: row.elapsed_s), (lambda row, unit: formats.duration(row.elapsed_s))


def _text(of: Callable[[RunRow], str]) -> tuple[Callable[[RunRow, LossUnit], Value], Callable[[RunRow, LossUnit], str], bool]:
    return (lambda row, unit: of(row)), (lambda row, unit: of(row)), True


def _metric(row: RunRow, unit: LossUnit) -> str:
    if (main := row.kind.main_metric) is None or math.isnan(row.metric):
        return ""
    return formats.metric(row.metric, main)


def saved_time(saved_at: float) -> str:
    """'2026-01-31 15:42', in the time zone of this machine; '' for a run that was never saved."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(saved_at)) if math.isfinite(saved_at) else ""


def _steps(row: RunRow, unit: LossUnit) -> str:
    """The step of the weights, and how many steps were done if the run has gone back to its best weights."""
    return f"{row.weights_step:,}" + (f" of {row.steps_done:,}" if row.steps_done > row.weights_step else "")


def _seed(row: RunRow, unit: LossUnit) -> Value:
    return float(row.config.seed)


COLUMNS = (
    Column("name", "run", "cell, units and layers", *_text(lambda row: row.config.name), rank=0),
    Column("corpus", "data", "what it learnt from", *_text(lambda row: row.data_name), rank=1),
    Column("task", "task", "the task", *_text(lambda row: row.kind.task), rank=12),
    Column("parameters", "weights", "numbers that it learns", *_exact("parameters"), rank=4),
    Column("step", "step", "of its weights", lambda row, unit: float(row.weights_step), _steps, rank=10),
    Column("chars", "chars", "characters that it was trained on", *_count("chars"), rank=5),
    Column("elapsed_s", "time", "seconds of training, evaluations included", *_duration(), rank=6),
    Column("flops", "flops", "arithmetic of its training: 6 for each weight and character", *_count("flops"), rank=11),
    Column("best_val_loss_nats", "best", "lowest validation loss that it ever had", *_loss("best_val_loss_nats"), rank=7),
    Column("val_loss_nats", "loss", "validation loss of its weights", *_loss("val_loss_nats"), rank=2),
    Column("metric", "metric", "the task's main metric", lambda row, unit: row.metric, _metric, rank=3),
    Column("chars_per_s", "speed", "characters a second", *_count("chars_per_s"), rank=9),
    Column("seed", "seed", "of its random numbers", _seed, lambda row, unit: str(row.config.seed), rank=8),
    Column("saved_at", "saved", "when, as year-month-day", *_text(lambda row: saved_time(row.saved_at)), rank=13),
    Column("remark", "remark", "what you noted", *_text(lambda row: row.remark), rank=14),
    Column("file", "file", "its name", *_text(lambda row: row.path.name if row.path else ""), rank=15),
)


def column(name: str) -> Column:
    """The column of this name: a key, a short name, or a setting. Raises InputError."""
    wanted = name.strip().lower().replace("-", "_")
    for one in COLUMNS:
        if wanted in (one.key, one.short):
            return one
    for setting in SETTINGS.values():
        if wanted in (setting.name, *setting.aliases):
            return _of_setting(setting.name)
    known = ", ".join([*(one.short for one in COLUMNS), "any setting such as hidden_size"])
    raise InputError(f"{name!r:.60} is not a column of runs, expected one of {known}")


def _of_setting(name: str) -> Column:
    is_text = SETTINGS[name].is_free_text or bool(SETTINGS[name].choices) or SETTINGS[name].is_bool

    def of(row: RunRow, unit: LossUnit) -> Value:
        value = getattr(row.config, name)
        return setting_shown(value) if is_text else math.nan if value is None else float(value)

    return Column(name, name, SETTINGS[name].help, of, lambda row, unit: setting_shown(getattr(row.config, name)), is_text)


def setting_shown(value: object) -> str:
    """A setting's value as a person writes it; '' if it is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def ordered(rows: Iterable[RunRow], by: str, unit: LossUnit) -> list[RunRow]:
    """The rows in ascending order of a column; descending if its name begins with a minus. Rows without a value come last.
    Raises InputError for a name that is not a column."""
    found, descending = column(by.removeprefix("-")), by.startswith("-")
    known: list[tuple[Value, RunRow]] = []
    unknown: list[tuple[Value, RunRow]] = []
    for row in rows:
        value = found.of(row, unit)
        (unknown if value == "" or value != value else known).append((value, row))
    known.sort(key=lambda one: one[0].lower() if isinstance(one[0], str) else one[0], reverse=descending)
    return [row for _, row in (*known, *unknown)]


def lines(rows: Sequence[RunRow], unit: LossUnit, width: int | None = None) -> tuple[list[Column], list[int], list[list[str]]]:
    """The columns that fit, in their order, how wide each is, and the cells of each row. width: of the whole line, None: no
    limit. Columns that are empty in all rows are left out."""
    cells = [row.cells(unit) for row in rows]
    widest = [max((line[k][1] for line in cells), default=0) for k in range(len(COLUMNS))]
    taken = {k: max(len(COLUMNS[k].short), most) for k, most in enumerate(widest) if most}
    kept = sorted(taken)
    if width is not None:
        left, kept = width + GAP, []
        for k in sorted(taken, key=lambda k: COLUMNS[k].rank):
            if taken[k] + GAP <= left:
                kept.append(k)
                left -= taken[k] + GAP
        kept.sort()
    return [COLUMNS[k] for k in kept], [taken[k] for k in kept], [[line[k][0] for k in kept] for line in cells]
