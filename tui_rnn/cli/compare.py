"""`tui-rnn compare`: runs on the same text or the same examples, with the standard error of the difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tui_rnn.cli import scores
from tui_rnn.cli.data_options import example_files
from tui_rnn.cli.output import Json, print_json, telling
from tui_rnn.display import visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.formats import LossUnit
    from tui_rnn.insight.costs import CostsFound
    from tui_rnn.insight.paired import Difference, Paired
    from tui_rnn.training.fair import Standing
    from tui_rnn.training.run_table import RunRow

MOST_WHERE, MOST_PLACES = 6, 3  # rows that are printed of each


@dataclass(frozen=True)
class Compared:
    """A run beside the first. paired: None for the first itself, and if `reason` says why they can't be compared."""

    path: Path
    row: RunRow
    costs: CostsFound | None = None
    paired: Paired | None = None
    reason: str = ""


def run(
    first: Annotated[Path, Parameter(help="The saved run that the others are compared with.")],
    /,
    *others: Annotated[Path, Parameter(help="Other saved runs.", negative_iterable=())],
    on: Annotated[
        str | None,
        Parameter(
            help="Score them on all of this file, folder or built-in; without, on the validation part.", metavar="SOURCE"
        ),
    ] = None,
    length: Annotated[int, Parameter(help="How many tokens of a running text are read, from its start.")] = 1_000_000,
    json: Json = False,
) -> int:
    """Compare saved runs on the same text or the same examples.

    Prints each run's loss and its difference from the first run's, with one paired standard error: over blocks of 256 tokens
    of a running text, else over the examples. A difference beyond two standard errors is more than chance. Also prints the
    losses after equal numbers of characters, equal time and equal arithmetic, and where each run is ahead.

    Runs of another task or on other data are named with the reason, and not compared.
    """
    from tui_rnn.training.run_table import RunRow
    from tui_rnn.training.runs import saved_run

    paths = (first, *others)
    if not others:
        raise InputError("only one run is given, expected at least two: the others are compared with the first")
    rows = [row for path in paths if (row := RunRow.of(saved_run(path))) is not None]
    found = _compared(paths, rows, on, length, json)
    beside = [one for one in found if one.costs is not None]
    if len(beside) < 2:
        reasons = "; ".join(f"{one.path}: {one.reason}" for one in found[1:])
        raise InputError(f"nothing can be compared with {first}: {reasons}")
    stood = _standings(beside) if on is None else []
    if json:
        for one in found:
            print_json(_record(one))
        for standing in stood:
            losses = [{"path": str(one.path), "loss_nats": loss} for one, loss in zip(beside, standing.losses, strict=True)]
            print_json({"event": "at_equal", "axis": standing.axis, "at": standing.at, "runs": losses})
        return 0
    _tell(found, stood, scores.loss_unit())
    return 0


def _compared(paths: Sequence[Path], rows: Sequence[RunRow], on: str | None, length: int, json: bool) -> list[Compared]:
    """Every run, scored if it can be compared."""
    from tui_rnn.insight.paired import paired
    from tui_rnn.training.fair import why_not_comparable

    found: list[Compared] = []
    for path, row in zip(paths, rows, strict=True):
        reason = ""
        if found:
            reason = why_not_comparable(rows[0], row) if on is None or rows[0].kind != row.kind else ""
        if reason:
            found.append(Compared(path, row, reason=reason))
            continue
        costs = _costs(path, on, length, json)
        if not found:
            found.append(Compared(path, row, costs))
            continue
        try:
            assert found[0].costs is not None
            found.append(Compared(path, row, costs, paired(found[0].costs, costs)))
        except InputError as error:
            found.append(Compared(path, row, reason=str(error)))
    return found


def _costs(path: Path, on: str | None, length: int, json: bool) -> CostsFound:
    """What each prediction costs a run: on its own validation part, or on all of a source."""
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.cli.part import find_part
    from tui_rnn.insight.costs import Costs
    from tui_rnn.training.run_facts import read_facts

    loaded = load_run(path, json)
    part = None
    if on is not None:
        part = find_part(read_facts(path), loaded.symbols, example_files(on, None, None, None, False), "all", False).part
    with telling(f"scoring {visible(path.name)}") as progress:
        return loaded.ask(Costs(length=length), source=part, progress=progress)


def _standings(beside: Sequence[Compared]) -> list[Standing]:
    from tui_rnn.training.fair import counted_in, standings
    from tui_rnn.training.runs import saved_history, saved_run

    paths = [one.path for one in beside]
    curves, flops = [saved_history(path).curves() for path in paths], [saved_run(path).flops_per_char for path in paths]
    return standings(curves, flops, counted_in([one.row for one in beside]))


# ---------------------------------------------------------------------- for scripts


def _record(one: Compared) -> dict[str, Any]:
    row = one.row
    record: dict[str, Any] = {
        "event": "run",
        "path": str(one.path),
        "name": row.config.name,
        "comparable": one.costs is not None,
    }
    if one.costs is None:
        return record | {"reason": one.reason}
    main = row.kind.main_metric
    record |= {
        "step": one.costs.step,
        "parameters": row.parameters,
        "chars": row.chars,
        "elapsed_s": row.elapsed_s,
        "flops": row.flops,
        "loss_nats": one.costs.loss_nats,
        "of": int(one.costs.counts.sum()),
        "unit": one.costs.unit,
    }
    if main is not None:
        record |= {main.key: one.costs.metric, f"{main.key}_of": int(one.costs.asked.sum())}
    record |= _difference(one.paired.loss if one.paired else None, "difference_nats", "standard_error")
    record["blocks"] = one.paired.loss.blocks if one.paired else None
    if main is not None:
        metric = one.paired.metric if one.paired else None
        record |= _difference(metric, f"{main.key}_difference", f"{main.key}_standard_error")
    if one.paired is not None:
        record["where"] = [
            {"name": here.name, "count": here.count, "difference_nats": here.mean, "standard_error": here.standard_error}
            for here in one.paired.where
        ]
        for name in ("first_ahead", "other_ahead"):
            record[name] = [vars(place) for place in getattr(one.paired, name)]
    return record


def _difference(found: Difference | None, mean: str, error: str) -> dict[str, Any]:
    return {mean: found.mean if found else None, error: found.standard_error if found else None}


# ---------------------------------------------------------------------- for a person


def _tell(found: Sequence[Compared], stood: Sequence[Standing], unit: LossUnit) -> None:
    from tui_rnn import formats
    from tui_rnn.training.fair import equal_in, still_falling

    first = found[0]
    assert first.costs is not None
    shown: LossUnit = "bits" if unit == "perplexity" else unit  # a difference of losses is a ratio of perplexities
    label = formats.unit_label(shown, f"nats/{first.costs.unit}")
    read = f"{int(first.costs.counts.sum()):,} predictions"
    print(f"{visible(first.row.data_name)}: {first.row.kind.title}, {read}, {label}")
    for number, one in enumerate(found, start=1):
        print(f"{number}  {_line(one, shown)}")
    beside = [one for one in found if one.costs is not None]
    for number, one in enumerate(found, start=1):
        if one.paired is not None:
            _tell_pair(number, one, one.paired, shown, label)
    if stood:
        numbers = [found.index(one) + 1 for one in beside]
        print(f"validation loss while they trained, {label}:")
        for standing in stood:
            losses = "   ".join(
                f"{number}: {formats.loss(loss, shown)}" for number, loss in zip(numbers, standing.losses, strict=True)
            )
            print(f"   at {standing.told:<22} {losses}")
        rows = [one.row for one in beside]
        if equal := equal_in(rows):
            print(f"   in all: {', '.join(equal)}")
        if warning := still_falling(rows):
            print(f"   {warning}")


def _line(one: Compared, unit: LossUnit) -> str:
    from tui_rnn import formats

    row = one.row
    name = f"{visible(row.config.name)} ({visible(one.path.name)})"
    if one.costs is None:
        return f"{name}: not comparable: {visible(one.reason)}"
    metric = ""
    if (main := row.kind.main_metric) is not None:
        metric = f", {main.title} {formats.percentage(one.costs.metric)} of {int(one.costs.asked.sum()):,}"
    trained = f"{row.parameters:,} weights, {formats.count(row.chars)} {row.counted_in}, {formats.duration(row.elapsed_s)}"
    return f"{name}: {formats.in_unit(one.costs.loss_nats, unit):.4f}{metric}; {trained}"


def _tell_pair(number: int, one: Compared, paired: Paired, unit: LossUnit, label: str) -> None:
    from tui_rnn.formats import in_unit

    scale = in_unit(1.0, unit)
    told = _told(paired.loss.mean * scale, paired.loss.standard_error * scale)
    what = "blocks of 256" if one.row.kind.is_stream else "examples"
    print(f"{number} − 1  {told} {label}, {_verdict(number, paired.loss, higher=False)} (± one paired standard error, "
          f"{paired.loss.blocks:,} {what})")  # fmt: skip
    main = one.row.kind.main_metric
    if paired.metric is not None and main is not None:
        metric = _told(paired.metric.mean * 100, paired.metric.standard_error * 100)
        print(f"       {main.title} {metric} points, {_verdict(number, paired.metric, main.higher_is_better)}")
    sure = [here for here in paired.where if here.beyond_chance][:MOST_WHERE]
    if sure:
        print("       furthest apart, each beyond 3 standard errors:")
        for here in sure:
            print(f"       {_told(here.mean * scale, here.standard_error * scale)}  {here.name} ({here.count:,})")
    for name, places in (("1 is ahead most", paired.first_ahead), (f"{number} is ahead most", paired.other_ahead)):
        for k, place in enumerate(places[:MOST_PLACES]):
            at = f"{visible(place.before)!r} then {visible(place.text)!r}" if place.before else repr(visible(place.text))
            print(f"       {name + ':' if not k else '':<18}{place.nats * scale:6.2f} {unit} at {place.place:,}: {at:.90}")


def _told(mean: float, error: float) -> str:
    return f"{mean:+.4f} ± {error:.4f}" if math.isfinite(error) else f"{mean:+.4f} (one block: no standard error)"


def _verdict(number: int, found: Difference, higher: bool) -> str:
    if not math.isfinite(found.standard_error):
        return "too little text to tell"
    if not found.beyond_chance:
        return "no more than chance"
    return f"{number if (found.mean > 0) == higher else 1} is better"
