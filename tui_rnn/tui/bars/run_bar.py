"""The runs with their number keys: a table with every number, or one line where there is little room."""

from __future__ import annotations

import math
from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.tui.bars.header import status_glyph, status_word
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.state import LabState, RunView

_MOST_ROWS = 9  # as many as there are number keys
_NAME_CELLS, _LONGEST_NAME = 14, 24
_METRIC_HEADS = {"accuracy": "accuracy", "exact_match": "exact"}


def _now(run: RunView, field: str) -> float:
    return float(getattr(run.snapshot, field)) if run.snapshot else math.nan


def _speed(run: RunView) -> str:
    """How fast it trains, or why it does not."""
    return formats.count(_now(run, "chars_per_s")) if run.status == "training" else status_word(run)


def _metric(run: RunView, key: str) -> str:
    """The metric at the latest evaluation."""
    metrics = run.snapshot.metrics if run.snapshot else {}
    return formats.percentage(metrics.get(key, math.nan))


def _saved(run: RunView) -> str:
    if run.snapshot is None or run.snapshot.path is None:
        return "not yet"
    behind = run.snapshot.step - run.snapshot.saved_step
    return "saved" if behind <= 0 else f"{formats.count(behind)} steps ago"


# heading, cells, text of a run; a column that does not fit any more is left out, from the right
_Column = tuple[str, int, Callable[[RunView, LossUnit], str]]
_COLUMNS: tuple[_Column, ...] = (
    ("train", 7, lambda run, unit: formats.loss(_now(run, "train_loss_nats"), unit)),
    ("val", 7, lambda run, unit: formats.loss(_now(run, "val_loss_nats"), unit)),
    ("best", 7, lambda run, unit: formats.loss(_now(run, "best_val_loss_nats"), unit)),
    ("char/s", 9, lambda run, unit: _speed(run)),
    ("epoch", 7, lambda run, unit: formats.epoch(run.snapshot.epoch) if run.snapshot else "—"),
    ("step", 8, lambda run, unit: formats.count(_now(run, "step"))),
    ("rate", 9, lambda run, unit: formats.number(_now(run, "learning_rate"))),
    ("gradient", 9, lambda run, unit: formats.number(_now(run, "grad_norm"))),
    ("weights", 9, lambda run, unit: formats.count(run.parameter_count)),
    ("saved", 16, lambda run, unit: _saved(run)),
)


class RunBar(Static):
    """One row a run, or chips in one line when `compact`. A click on a run shows it."""

    ALLOW_SELECT = False

    class Chosen(Message):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__(id="runs", classes="idle", markup=False)
        self._lines: tuple[str, ...] = ()
        self._look: object = None
        self._metric: str | None = None
        self._tokens = "char"
        self._unit_label = ""
        self._name_cells = _NAME_CELLS
        self._chips: list[tuple[int, int]] = []

    def show(self, state: LabState, unit: LossUnit, compact: bool) -> None:
        """Paint the runs again if anything reads differently."""
        corpus = state.corpus
        self._metric, self._tokens = (corpus.main_metric, corpus.tokens) if corpus else (None, "char")
        self._unit_label = formats.unit_label(unit, corpus.loss_unit if corpus else "nats/char")
        self.set_class(not state.runs, "idle")
        runs = list(state.runs.values())[:_MOST_ROWS]
        lines = self._one_line(runs, unit) if compact else self._table(runs, unit, len(state.runs))
        look = (state.shown, self.app.theme, compact, self.size.width)
        if lines == self._lines and look == self._look:
            return
        changed_height = len(lines) != len(self._lines)
        self._lines, self._look = lines, look
        self.update(self._painted(lines, runs, state, compact), layout=changed_height)

    def _table(self, runs: list[RunView], unit: LossUnit, total: int) -> tuple[str, ...]:
        cells = max(_NAME_CELLS, min(_LONGEST_NAME, max((cell_len(visible(run.name)) for run in runs), default=0)))
        room = self.size.width - cells - 6
        columns: list[_Column] = []
        for column in self._columns:
            if room < column[1]:
                break
            room -= column[1]
            columns.append(column)
        label = f" {total} runs" if total > _MOST_ROWS else f" {self._unit_label}"
        self._name_cells = cells
        rows = [label.ljust(cells + 6) + "".join(name.rjust(cells) for name, cells, _ in columns)]
        for number, run in enumerate(runs, 1):
            name = set_cell_size(visible(run.name), cells)
            numbers = "".join(text(run, unit).rjust(width) for _, width, text in columns)
            rows.append(f" {number} {name} {status_glyph(run)} {numbers}")
        return tuple(rows)

    @property
    def _columns(self) -> tuple[_Column, ...]:
        """With the speed in what the text is cut into, and the task's metric after the losses, where it has one."""
        speed = f"{self._tokens}/s"
        columns = tuple((speed if head == "char/s" else head, cells, text) for head, cells, text in _COLUMNS)
        key = self._metric
        if key is None:
            return columns
        return (*columns[:3], (_METRIC_HEADS.get(key, key), 10, lambda run, unit: _metric(run, key)), *columns[3:])

    def _one_line(self, runs: list[RunView], unit: LossUnit) -> tuple[str, ...]:
        chips, at = [], 0
        self._chips = []
        for number, run in enumerate(runs, 1):
            best = _now(run, "val_loss_nats")
            best = best if math.isfinite(best) else _now(run, "train_loss_nats")
            metric = f" {_metric(run, self._metric)}" if self._metric else ""
            name = visible(run.name)[:_LONGEST_NAME]
            sign = f"{status_glyph(run)} done" if run.status == "finished" else status_glyph(run)
            chip = f" {number} {name} {sign} {formats.loss(best, unit)}{metric} "
            self._chips.append((at, at + len(chip)))
            at += len(chip)
            chips.append(chip)
        return ("".join(chips),)

    def _painted(self, lines: tuple[str, ...], runs: list[RunView], state: LabState, compact: bool) -> Content:
        paint = paint_of(self.app)
        content = Content("\n".join(lines))
        if not compact:
            content = content.stylize("$text-muted", 0, len(lines[0]))
        start = 0 if compact else len(lines[0]) + 1
        for number, run in enumerate(runs, 1):
            if compact:
                first, last = self._chips[number - 1]
            else:
                first, last = start, start + len(lines[number])
                start = last + 1
            if run.run_id in state.shown:
                content = content.stylize("bold reverse" if compact else "bold", first, last)
                if not compact:
                    content = content.stylize("reverse", first, first + 3)
            content = content.stylize(run_colour(number, paint), first, last if compact else first + self._name_cells + 5)
        return content

    def on_click(self, event: Click) -> None:
        if len(self._lines) > 1:
            number = event.y
        else:
            number = next((i for i, (first, last) in enumerate(self._chips, 1) if first <= event.x < last), 0)
        if number > 0:
            self.post_message(self.Chosen(number))
