"""What Compare knows: the runs of the lab and of a folder, their order and filter, and which of them are marked.

The three views of Compare read it, and `changed` tells them of a change. It reads folders and curves on threads of their own:
a slow disk blocks nothing.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_rnn.errors import InputError
from tui_rnn.formats import LossUnit
from tui_rnn.kinds import KINDS
from tui_rnn.paths import runs_dir
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState

if TYPE_CHECKING:
    from tui_rnn.training.run_groups import RunGroup
    from tui_rnn.training.run_table import RunRow

MOST_MARKED = 9  # as many as there are colours
Key = int | Path
"""The key of a row: the number of a run in the lab, or the file of another run."""
Post = Callable[[Callable[[], None]], None]
"""Does something on the screen's own thread."""


@dataclass
class KnownRuns:
    """changed: called when there is something new to show. post: comes from a view on the screen. marked: in the order of
    marking, at first the evaluated runs of the lab; the others are compared with the first. order: a column, with a minus
    before it for the largest first."""

    changed: Callable[[], None]
    post: Post | None = None
    folder: Path | None = None  # None: where the playground saves runs
    order: str = ""
    typed: str = ""  # the filter, as typed
    group: str = ""  # a column, or alike; "" shows each run
    unit: LossUnit = "bits"
    braille: bool = True  # what the curves are drawn in; else in blocks
    marked: list[Key] = field(default_factory=list)
    only: Callable[[], set[str]] | None = None  # the real paths that a visitor may see; None: all
    problem: str = ""  # of the filter or the order
    broken: int = 0  # how many files of the folder are not complete runs
    begun: bool = False  # whether the first marks were set
    _state: LabState = field(default_factory=LabState)
    _rows: dict[Key, RunRow] | None = None  # None: to be made again
    _saved: tuple[RunRow, ...] = ()
    _curves: dict[Path, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)
    _curves_read: set[Path] = field(default_factory=set)  # files whose curves are being read
    _reading: bool = False  # the folder

    # ------------------------------------------------------------- what there is

    def see(self, state: LabState, unit: LossUnit, braille: bool) -> None:
        """Take the lab as it is now, and what a person chose for the loss chart."""
        self._state, self.unit, self.braille, self._rows = state, unit, braille, None
        self.marked = [key for key in self.marked if not isinstance(key, int) or key in state.runs]
        snapshots = {key: run.snapshot for key, run in state.runs.items() if run.snapshot is not None}
        evaluated = [key for key, snapshot in snapshots.items() if not math.isnan(snapshot.val_loss_nats)]
        if not self.begun and len(evaluated) > 1:
            self.begun, self.marked = True, [*evaluated[:MOST_MARKED]]

    @property
    def rows(self) -> dict[Key, RunRow]:
        """Every run by its key: first the lab's, then the saved ones, the latest first."""
        if self._rows is None:
            self._rows = self._found_rows()
        return self._rows

    def _found_rows(self) -> dict[Key, RunRow]:
        found: dict[Key, RunRow] = {}
        for run in self._state.runs.values():
            if (row := self._present(run)) is not None:
                found[run.run_id] = row
        open_files = {row.path for row in found.values()}
        allowed = self.only() if self.only is not None else None
        for row in self._saved:
            seen = row.path is not None and (allowed is None or os.path.realpath(row.path) in allowed)
            if seen and row.path is not None and row.path not in open_files:
                found[row.path] = row
        return found

    def _present(self, run: RunState) -> RunRow | None:
        from tui_rnn.training.run_table import RunRow, data_key_of

        corpus, now = self._state.corpus, run.snapshot
        if corpus is None:
            return None
        kind = KINDS[run.config.kind]
        main = kind.main_metric
        return RunRow(
            kind=kind,
            config=run.config,
            data_name=corpus.name,
            data_key=data_key_of(kind.name, corpus.sha256, corpus.request),
            loss_unit=corpus.loss_unit,
            weights_step=now.weights_step if now else 0,
            chars=now.chars if now else 0,
            elapsed_s=now.elapsed_s if now else 0.0,
            val_loss_nats=now.val_loss_nats if now else math.nan,
            best_val_loss_nats=now.best_val_loss_nats if now else math.nan,
            metric=now.metrics.get(main.key, math.nan) if now and main is not None else math.nan,
            parameters=run.parameter_count,
            flops=run.flops_per_char * (now.chars if now else 0),
            path=Path(now.path) if now and now.path else None,
            remark=run.remark,
            run_id=run.run_id,
            tokens=corpus.tokens,
            steps_done=now.step if now else 0,
        )

    @property
    def shown(self) -> list[tuple[Key, RunRow]]:
        """The rows that meet the filter, in order. A wrong filter or order changes nothing, and sets `problem`."""
        from tui_rnn.training.run_filter import conditions_of, filtered
        from tui_rnn.training.run_table import ordered

        every = self.rows
        keys = {id(row): key for key, row in every.items()}
        rows, self.problem = list(every.values()), ""
        try:
            rows = filtered(rows, conditions_of(self.typed), self.unit)
            if self.order:
                rows = ordered(rows, self.order, self.unit)
        except InputError as error:
            self.problem = str(error)
        return [(keys[id(row)], row) for row in rows]

    @property
    def groups(self) -> list[RunGroup]:
        """The rows that meet the filter, in groups."""
        from tui_rnn.training.run_groups import grouped

        return grouped([row for _, row in self.shown], [self.group], self.unit)

    # ------------------------------------------------------------- marks

    def mark(self, key: Key) -> str:
        """Mark a run, or take its mark away. Returns why it can't be marked."""
        if key in self.marked:
            self.marked.remove(key)
        elif len(self.marked) >= MOST_MARKED:
            return f"{MOST_MARKED} runs are marked, and no more can be: take a mark away first"
        else:
            self.marked.append(key)
        self.changed()
        return ""

    @property
    def compared(self) -> list[tuple[Key, RunRow]]:
        """The marked runs that still exist."""
        every = self.rows
        return [(key, every[key]) for key in self.marked if key in every]

    def number(self, key: Key) -> int:
        """A marked run's number in curves and figures, which also says its colour: in the lab the number of its key, else the
        next free one."""
        if isinstance(key, int):
            return self._state.number_of(key)
        taken = len(self._state.runs) + 1
        files = [one for one in self.marked if isinstance(one, Path)]
        return taken + files.index(key) if key in files else taken

    def curves_of(self, key: Key) -> Mapping[str, Any] | None:
        """The losses of a run during its training; None: they are being read."""
        if isinstance(key, int):
            snapshot = self._state.runs[key].snapshot
            return None if snapshot is None else vars(snapshot.curve)
        row = self.rows.get(key)
        known = self._curves.get(key)
        if row is None or (known is not None and known[0] == row.saved_at):
            return known[1] if known else None
        if key not in self._curves_read:
            self._curves_read.add(key)
            self._thread(lambda: self._read_curves(key, row.saved_at))
        return None

    def flops_per_char(self, key: Key) -> float:
        row = self.rows[key]
        return row.flops / row.chars if row.chars else math.nan

    # ------------------------------------------------------------- reading

    def read(self) -> None:
        """Read the folder, unless it is being read: this opens only new and changed files."""
        if not self._reading:
            self._reading = True
            self._thread(lambda: self._read_folder(self.folder))

    def go_to(self, folder: Path | None) -> None:
        """Show another folder."""
        self.folder, self._saved, self._rows = folder, (), None
        self.marked = [key for key in self.marked if isinstance(key, int)]
        self._reading = False
        self.read()
        self.changed()

    @property
    def where(self) -> Path:
        """The shown folder."""
        return self.folder or runs_dir()

    def _thread(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name="read runs", daemon=True).start()

    def _read_folder(self, folder: Path | None) -> None:
        from tui_rnn.training.run_table import RunRow
        from tui_rnn.training.runs import list_runs

        found = list_runs(folder)
        rows = tuple(row for one in found if (row := RunRow.of(one)) is not None)
        self._on_screen(lambda: self._take(folder, rows, len(found) - len(rows)))

    def _take(self, folder: Path | None, rows: tuple[RunRow, ...], broken: int) -> None:
        self._reading = False
        if folder == self.folder and (rows, broken) != (self._saved, self.broken):
            self._saved, self.broken, self._rows = rows, broken, None
            self.changed()

    def _read_curves(self, path: Path, saved_at: float) -> None:
        from tui_rnn.training.runs import saved_history

        try:
            curves: Mapping[str, Any] = saved_history(path).curves()
        except InputError:
            curves = {}
        self._on_screen(lambda: self._take_curves(path, saved_at, curves))

    def _take_curves(self, path: Path, saved_at: float, curves: Mapping[str, Any]) -> None:
        self._curves[path] = saved_at, curves
        self._curves_read.discard(path)
        self.changed()

    def _on_screen(self, what: Callable[[], None]) -> None:
        if self.post is not None:
            self.post(what)
