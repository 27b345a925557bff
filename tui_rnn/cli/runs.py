"""`tui-rnn runs`: the saved runs as a table."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tui_rnn.cli import scores
from tui_rnn.cli.output import Json, print_json
from tui_rnn.data.sources import listed
from tui_rnn.display import counted, visible

if TYPE_CHECKING:
    from tui_rnn.formats import LossUnit
    from tui_rnn.training.run_groups import RunGroup
    from tui_rnn.training.run_table import RunRow
    from tui_rnn.training.runs import SavedRun

Sort = Annotated[
    str | None,
    Parameter(
        help="The column or setting to sort by; with a minus before it (--sort=-step), the largest first.", metavar="NAME"
    ),
]
Filter = Annotated[
    list[str] | None,
    Parameter(
        help="Only runs that meet this: data=prose, hidden_size>=128, loss<2, seed!=1, file~lstm, or a word of the row. "
        "Several conditions, with spaces between, must all be met.",
        metavar="TEXT",
        negative_iterable=(),
    ),
]
GroupBy = Annotated[
    str | None,
    Parameter(
        help="One line for all runs with the same values in these columns or settings, with mean and standard deviation; "
        "alike: in all settings but the seed.",
        metavar="NAME[,NAME…]|alike",
    ),
]  # fmt: skip


def run(
    folder: Annotated[Path | None, Parameter(help="The folder to list; without, the folder where runs are saved.")] = None,
    /,
    *,
    sort: Sort = None,
    filter: Filter = None,
    group: GroupBy = None,
    json: Json = False,
) -> int:
    """List the saved runs, the latest first.

    Losses are of the saved weights, on the validation part; best is the lowest loss that the run ever had. flops: 6 for each
    character that was trained on, times each weight that a character is multiplied with.
    """
    from tui_rnn.errors import InputError
    from tui_rnn.paths import runs_dir
    from tui_rnn.training.run_filter import conditions_of, filtered
    from tui_rnn.training.run_groups import grouped
    from tui_rnn.training.run_table import RunRow, ordered
    from tui_rnn.training.runs import list_runs

    if folder is not None and not folder.is_dir():
        raise InputError(f"{folder} is not a folder: give one that holds .safetensors files, or none")
    unit = scores.loss_unit()
    conditions = [one for typed in filter or () for one in conditions_of(typed)]
    saved = list_runs(folder)
    by_path: dict[Path | None, SavedRun] = {one.path: one for one in saved}
    rows = filtered([row for one in saved if (row := RunRow.of(one)) is not None], conditions, unit)
    if sort is not None:
        rows = ordered(rows, sort, unit)
    broken = [one for one in saved if one.facts is None]
    groups = grouped(rows, group.split(","), unit) if group is not None else None
    if json:
        for one in groups or ():
            print_json(_group_record(one))
        for row in rows if groups is None else ():
            print_json(_record(by_path[row.path], row))
        for one_broken in broken if groups is None and not filter else ():
            print_json(_file(one_broken) | {"problem": one_broken.problem})
        return 0
    found = f"{len(rows):,} of {counted(len(saved), 'saved run')}" if filter else counted(len(saved), "saved run")
    print(f"{found} in {visible(str(folder or runs_dir()))}")
    if groups is not None:
        _print_groups(groups, unit)
    elif rows:
        _print_rows(rows, unit)
    for one_broken in broken if groups is None and not filter else ():
        print(f"{visible(one_broken.path.name)}: {visible(one_broken.problem)}")
    return 0


# ---------------------------------------------------------------------- for scripts


def _file(saved: SavedRun) -> dict[str, Any]:
    return {"event": "run", "path": str(saved.path), "bytes": saved.byte_count, "saved_at": saved.saved_at}


def _record(saved: SavedRun, row: RunRow) -> dict[str, Any]:
    facts, main = saved.facts, row.kind.main_metric
    assert facts is not None
    return _file(saved) | {
        "name": facts.config.name,
        "task": facts.kind.task,
        "corpus": facts.data.name,
        "source": listed(facts.data.source),
        "step": facts.step,
        "kept_step": facts.kept_step,
        "chars": facts.chars,
        "elapsed_s": facts.elapsed_s,
        "chars_per_s": row.chars_per_s,
        "parameters": row.parameters,
        "flops": row.flops,
        "val_loss_nats": row.val_loss_nats,
        "best_val_loss_nats": row.best_val_loss_nats,
        "loss_unit": facts.loss_unit,
        **({main.key: row.metric} if main is not None else {}),
        "remark": facts.remark,
        "config": facts.config.settings,
    }


def _group_record(group: RunGroup) -> dict[str, Any]:
    first, main = group.rows[0], group.rows[0].kind.main_metric
    spreads = {"val_loss_nats": group.val_loss_nats, "best_val_loss_nats": group.best_val_loss_nats}
    if main is not None:
        spreads[main.key] = group.metric
    record: dict[str, Any] = {
        "event": "group",
        "by": dict(zip(group.names, group.values, strict=True)),
        "task": first.kind.task,
        "corpus": first.data_name,
        "runs": len(group.rows),
        "seeds": list(group.seeds),
        "differing": list(group.differing),
    }
    for name, spread in (*spreads.items(), ("elapsed_s", group.elapsed_s)):
        record |= {f"{name}_mean": spread.mean, f"{name}_sd": spread.deviation}
    return record | {"paths": [str(row.path) for row in group.rows]}


# ---------------------------------------------------------------------- for a person


def _print_rows(rows: Sequence[RunRow], unit: LossUnit) -> None:
    from tui_rnn.training.run_table import COLUMNS, lines

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    columns, _, cells = lines(rows, unit, width)
    _print_table([one.short for one in columns], cells, [one.is_text for one in columns])
    print(_units(rows, unit))
    shown = {one.key for one in columns}
    if width is not None and (left := [one.short for one in COLUMNS if one.key not in shown]):
        print(f"not shown, or empty: {', '.join(left)}; a wider terminal shows more, a pipe and --json show all")


def _units(rows: Sequence[RunRow], unit: LossUnit) -> str:
    from tui_rnn.formats import unit_label

    labels = sorted({unit_label(unit, row.loss_unit) for row in rows})
    metrics = sorted({main.title for row in rows if (main := row.kind.main_metric) is not None})
    told = f"loss, best: {' or '.join(labels)} on the validation part; only runs on the same data can be compared"
    return told + (f"; metric: {', '.join(metrics)}" if metrics else "")


def _print_groups(groups: Sequence[RunGroup], unit: LossUnit) -> None:
    from tui_rnn.training.run_groups import cells_of, remarks_on

    heads, cells, texts = cells_of(groups, unit)
    _print_table(heads, cells, texts)
    for remark in remarks_on(groups, unit):
        print(remark)


def _print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[bool]) -> None:
    """Columns as wide as their cells, texts to the left and numbers to the right."""
    from rich.cells import cell_len

    from tui_rnn.training.run_table import GAP

    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        padded = []
        for cell, width, is_text in zip(row, widths, texts, strict=True):
            space = " " * (width - cell_len(cell))
            padded.append(cell + space if is_text else space + cell)
        print((" " * GAP).join(padded).rstrip())
