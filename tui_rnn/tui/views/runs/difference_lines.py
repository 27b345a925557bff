"""How far apart the marked runs are, in lines: each loss, the differences from the first, where they are, and the settings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.insight.blocks import BLOCK, Mean
from tui_rnn.training.fair import counted_in, equal_in, standings, still_falling
from tui_rnn.training.run_groups import settings_apart
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.views.runs.known import Key, KnownRuns
from tui_rnn.tui.views.runs.scoring import Scoring

if TYPE_CHECKING:
    from tui_rnn.insight.paired import Difference, Paired
    from tui_rnn.training.run_table import RunRow

MOST_WHERE, MOST_PLACES = 5, 3


def difference_lines(known: KnownRuns, scoring: Scoring, paint: Paint) -> list[Content]:
    compared = known.compared
    if len(compared) < 2:
        return [
            Content.styled(line, "$text-muted")
            for line in (
                "Mark two runs to compare them: x in the table, or a click.",
                "The others are compared with the first marked one.",
                "Then their losses on the same text, and their settings, are here.",
            )
        ]
    unit: LossUnit = "bits" if known.unit == "perplexity" else known.unit  # a difference of losses is a ratio of perplexities
    lines = [*_losses(known, scoring, compared, paint, unit), Content("")]
    for key, row in compared[1:]:
        result = scoring.result(key)
        if result is not None and result.paired is not None:
            lines += [*_pair(known, key, row, result.paired, compared[0][0], unit), Content("")]
    lines += [*_stood(known, scoring, compared, unit), *_apart(known, compared)]
    return lines


def _label(unit: LossUnit, row: RunRow) -> str:
    return formats.unit_label(unit, row.loss_unit)


def _named(known: KnownRuns, key: Key, row: RunRow, paint: Paint) -> Content:
    number = known.number(key)
    return Content.assemble((f"{number} {visible(row.config.name)}", f"bold {run_colour(number, paint)}"))


def _losses(
    known: KnownRuns, scoring: Scoring, compared: Sequence[tuple[Key, RunRow]], paint: Paint, unit: LossUnit
) -> Iterator[Content]:
    first = compared[0][1]
    scored = [result.costs for key, _ in compared if (result := scoring.result(key)) is not None and result.costs is not None]
    over = f" on the same {int(scored[0].counts.sum()):,} predictions" if scored else ""
    yield Content.assemble((f"{_label(unit, first)}{over}", "$text-muted"))
    name_cells = max(cell_len(f"{known.number(key)} {row.config.name}") for key, row in compared)
    for key, row in compared:
        name = _named(known, key, row, paint)
        name = name.pad_right(max(0, name_cells - name.cell_length) + 2)
        result = scoring.result(key)
        if result is not None and result.reason:
            yield Content.assemble(name, (f"not comparable: {visible(result.reason)}", "$text-warning"))
        elif result is None or result.costs is None:
            waits = "stopped: = scores it" if scoring.paused else "waits to be scored"
            waits = waits if scoring.has_pair else "mark another run on the same data to compare it with"
            waits = f"scoring … {scoring.share:.0%}" if scoring.under_way == key else waits
            yield Content.assemble(name, (waits, "$text-muted"))
        else:
            yield Content.assemble(name, *_numbers(row, result.costs.loss_nats, result.costs.metric, result.costs.step, unit))


def _numbers(row: RunRow, loss: float, metric: float, step: int, unit: LossUnit) -> list[tuple[str, str] | str]:
    main = row.kind.main_metric
    told: list[tuple[str, str] | str] = [(f"{formats.in_unit(loss, unit):.3f}", "bold")]
    if main is not None and math.isfinite(metric):
        told.append(f"  {main.title} {formats.percentage(metric)}")
    chars = f"{formats.count(row.chars)} {row.counted_in.replace('characters', 'chars')}"
    trained = f"  {row.parameters:,} weights · {chars} · {formats.duration(row.elapsed_s)} · step {step:,}"
    return [*told, (trained, "$text-muted")]


def _pair(known: KnownRuns, key: Key, row: RunRow, paired: Paired, first_key: Key, unit: LossUnit) -> Iterator[Content]:
    number, first = known.number(key), known.number(first_key)
    scale = formats.in_unit(1.0, unit)
    what = f"blocks of {BLOCK}" if row.kind.is_stream else "examples"
    yield Content.assemble(
        (f"{number} − {first}  {_told(paired.loss, scale)} {_label(unit, row)}", "bold"),
        f"  {_verdict(number, first, paired.loss, higher=False)}",
        (f"  ± one paired standard error, {paired.loss.blocks:,} {what}", "$text-muted"),
    )
    main = row.kind.main_metric
    if paired.metric is not None and main is not None:
        verdict = _verdict(number, first, paired.metric, main.higher_is_better)
        yield Content.assemble(f"       {main.title} {_told(paired.metric, 100.0)} points  {verdict}")
    sure = [here for here in paired.where if here.beyond_chance][:MOST_WHERE]
    for k, here in enumerate(sure):
        head = "where" if not k else ""
        yield Content.assemble(
            (f"{head:<7}", "$text-muted"), f"{_told(here, scale)}  {here.name}", (f"  {here.count:,}", "$text-muted")
        )
    for ahead, places in ((first, paired.first_ahead), (number, paired.other_ahead)):
        for place in places[:MOST_PLACES]:
            shown = f"{visible(place.before)}[{visible(place.text)}]" if place.before else visible(place.text)
            yield Content.assemble(
                (f"{ahead} ahead ", "$text-muted"), f"{place.nats * scale:.1f} {unit} at {place.place:,}  ", shown
            )


def _told(found: Mean, scale: float) -> str:
    mean, error = found.mean * scale, found.standard_error * scale
    told = f"{mean:+.3f}".replace("-", "−")
    return f"{told} ± {error:.3f}" if math.isfinite(error) else f"{told} (one block)"


def _verdict(number: int, first: int, found: Difference, higher: bool) -> str:
    if not math.isfinite(found.standard_error):
        return "too little to tell"
    if not found.beyond_chance:
        return "no more than chance"
    return f"{number if (found.mean > 0) == higher else first} is better"


def _stood(known: KnownRuns, scoring: Scoring, compared: Sequence[tuple[Key, RunRow]], unit: LossUnit) -> Iterator[Content]:
    """Their validation losses after equal training."""
    beside = [(key, row) for key, row in compared if not ((result := scoring.result(key)) and result.reason)]
    curves = [known.curves_of(key) for key, _ in beside]
    if len(beside) < 2 or not all(curves):
        return
    flops, rows = [known.flops_per_char(key) for key, _ in beside], [row for _, row in beside]
    found = standings([one for one in curves if one is not None], flops, counted_in(rows))
    if not found:
        return
    yield Content.styled("validation loss after equal training", "$text-muted")
    for one in found:
        if not math.isfinite(one.at):
            continue
        losses = "  ".join(
            f"{known.number(key)} {formats.loss(loss, unit)}" for (key, _), loss in zip(beside, one.losses, strict=True)
        )
        yield Content(f"{one.told:<22} {losses}")
    if equal := equal_in(rows):
        yield Content.styled(f"in all: {', '.join(equal)}", "$text-muted")
    if warning := still_falling(rows):
        yield Content.styled(warning, "$text-muted")
    yield Content("")


def _apart(known: KnownRuns, compared: Sequence[tuple[Key, RunRow]]) -> Iterator[Content]:
    rows = [row for _, row in compared]
    apart = settings_apart(rows)
    if not apart:
        yield Content.styled("all settings are alike", "$text-muted")
        return
    names = ["settings apart", *apart]
    columns = [
        [str(known.number(key)), *(values[k] or "—" for values in apart.values())] for k, (key, _) in enumerate(compared)
    ]
    widths = [max(map(len, names)) + 2, *(max(map(cell_len, column)) + 2 for column in columns)]
    for line in zip(names, *columns, strict=True):
        cells = "".join(set_cell_size(visible(cell), size) for cell, size in zip(line, widths, strict=True))
        yield Content.styled(cells.rstrip(), "$text-muted" if line[0] == names[0] else "")
