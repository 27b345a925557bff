"""The runs with their number keys: a table with all numbers, or one line if there is little room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click, MouseMove
from textual.message import Message

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.bars.run_table import (
    MOST_ROWS,
    NAME_START,
    Column,
    RunRow,
    in_points,
    landmarks_line,
    layout,
    metric,
    now,
    points,
)
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.widgets.headings import Cells, meaning

_LONGEST_NAME = 24
_Styled = tuple[str, str]  # a piece of text and its style


class RunBar(Bar):
    """One row a run and the results of counting alone, or chips in one line when `compact`. A click on a run shows it; under
    the mouse a column says what its numbers mean."""

    @dataclass(eq=False)
    class Chosen(Message):
        number: int

    def __init__(self) -> None:
        super().__init__("runs", "idle")
        self._room = (0, 0)  # lines and cells that were laid out
        self._rows = 0  # of the table; 0 while it is one line
        self._columns: list[Cells] = []  # of the table

    def show(self, state: LabState, unit: LossUnit, compact: bool) -> None:
        """Paint the runs again if anything reads differently."""
        runs = list(state.runs.values())[:MOST_ROWS]
        self.set_class(not runs, "idle")
        self._columns, self.places = [], []
        lines = [self._one_line(runs, state, unit)] if compact else self._table(runs, state, unit)
        if not self.is_new(lines, self.app.theme):
            return
        room = (len(lines), self.size.width)
        changed = room != self._room
        self._room, self._rows = room, 0 if compact else len(runs)
        self.update(Content("\n").join(Content.assemble(*line) for line in lines), layout=changed)

    def on_resize(self) -> None:
        self._look, self._room = None, (0, 0)  # the next beat lays it out in the new width

    # ------------------------------------------------------------- as a table

    def _table(self, runs: Sequence[RunState], state: LabState, unit: LossUnit) -> list[tuple[_Styled, ...]]:
        name_cells, columns = layout(runs, state, self.size.width)
        loss_unit = state.corpus.loss_unit if state.corpus else "nats/char"
        label = f" {len(state.runs)} runs" if len(state.runs) > MOST_ROWS else f" {formats.unit_label(unit, loss_unit)}"
        self._columns = [("", NAME_START + name_cells), *((column.head, column.cells) for column in columns)]
        heads = "".join(column.head.rjust(column.cells) for column in columns)
        lines: list[tuple[_Styled, ...]] = [((label.ljust(NAME_START + name_cells) + heads, "$text-muted"),)]
        for number, run in enumerate(runs, 1):
            lines.append(self._row(RunRow(number, run, unit, name_cells), run.run_id in state.shown, columns))
        if told := landmarks_line(state, unit, self.size.width):
            lines.append(((told, "$text-muted"),))
        return lines

    def _row(self, row: RunRow, shown: bool, columns: Sequence[Column]) -> tuple[_Styled, ...]:
        colour, weight = run_colour(row.number, paint_of(self.app)), "bold " if shown else ""
        parts: list[_Styled] = [
            (f" {row.number} ", f"{weight}{'reverse ' if shown else ''}{colour}"),
            (f"{row.name} {row.run.glyph} ", f"{weight}{colour}"),
        ]
        for column in columns:
            quiet = column.ages and row.run.snapshot is not None and row.run.snapshot.val_is_old
            style = "$text-muted" if quiet else weight.strip() or "$foreground"
            parts.append((column.text(row.run, row.unit).rjust(column.cells), style))
        return tuple(parts)

    # ------------------------------------------------------------- as one line

    def _one_line(self, runs: Sequence[RunState], state: LabState, unit: LossUnit) -> tuple[_Styled, ...]:
        paint = paint_of(self.app)
        parts: list[_Styled] = []
        at = 0
        for number, (run, chip) in enumerate(zip(runs, self._chips(runs, state, unit), strict=True), 1):
            weight = "bold reverse " if run.run_id in state.shown else ""
            parts.append((chip, f"{weight}{run_colour(number, paint)}"))
            self.places.append((range(at, at + len(chip)), str(number)))
            at += len(chip)
        label = formats.unit_label(unit, state.corpus.loss_unit if state.corpus else "nats/char")
        if runs and at + len(label) + 2 <= self.size.width:
            parts.append((label.rjust(self.size.width - at - 1), "$text-muted"))
        return tuple(parts)

    def _chips(self, runs: Sequence[RunState], state: LabState, unit: LossUnit) -> list[str]:
        """The text for each run. If they have no room in one line, the ages of losses are left out, then the names."""
        told, found = _metric_of(state), list[str]()
        for named, aged in ((True, True), (True, False), (False, False)):
            names = [f"{visible(run.name)[:_LONGEST_NAME]} " if named else "" for run in runs]
            numbers = [_chip_numbers(run, unit, told, aged) for run in runs]
            found = [f" {k} {name}{shown} " for k, (name, shown) in enumerate(zip(names, numbers, strict=True), 1)]
            if sum(map(cell_len, found)) <= self.size.width:
                break
        return found

    def on_mouse_move(self, event: MouseMove) -> None:
        self.tooltip = meaning(self._columns, event.x) if event.y <= self._rows else None

    def on_click(self, event: Click) -> None:
        if 0 < event.y <= self._rows:
            self.clicked(str(event.y))

    def clicked(self, what: str) -> None:
        self.post_message(self.Chosen(int(what)))


def _metric_of(state: LabState) -> Callable[[RunState], str]:
    """Writes the task's metric in little room; of translations, BLEU."""
    key = state.corpus.main_metric if state.corpus else None
    if told := in_points(state):
        return lambda run: f" {told.title} {points(run, told)}"
    return lambda run: f" {metric(run, key)}" if key else ""


def _chip_numbers(run: RunState, unit: LossUnit, told: Callable[[RunState], str], aged: bool) -> str:
    """The status, the validation loss and the task's metric; aged: with their age if they are old."""
    sign = f"{run.glyph} done" if run.status == "finished" else run.glyph
    if run.snapshot is None or run.snapshot.val_step < 0:
        return f"{sign} train {formats.loss(now(run, 'train_loss_nats'), unit)}"
    age = run.snapshot.val_age
    old = f", {formats.count(age)} step{'s' * (age != 1)} old" if aged and run.snapshot.val_is_old else ""
    return f"{sign} val {formats.loss(now(run, 'val_loss_nats'), unit)}{told(run)}{old}"
