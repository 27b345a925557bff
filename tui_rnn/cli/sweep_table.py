"""A sweep's trials as they are shown: the live table, a line for a log, the ranking."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_rnn import formats
from tui_rnn.cli import scores
from tui_rnn.display import counted, visible
from tui_rnn.fields import as_typed
from tui_rnn.kinds import Kind
from tui_rnn.sweep.ranking import Ranked
from tui_rnn.sweep.space import in_words
from tui_rnn.sweep.summary import Summary
from tui_rnn.sweep.trial import DIVERGED, FAILED, STOPPED, TrialRecord, lower_is_better

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tui_rnn.sweep.conduct import Conductor

BLOCKS = "▁▂▃▄▅▆▇█"
CURVE_CELLS = 16
STEEP_SHARE = 0.1  # the first part of the goal: losses fall so steeply in it that later differences would not be seen
OTHER_ROWS = 8  # rows of the terminal above and around the table's rows
LEAST_TOLD = 0.005
ESTIMATED_FROM = 0.2  # how many trials must be done before the remaining time is estimated
Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Shown:
    """How values are written: the main metric of a kind that has one, else the loss in the unit that the person chose. of: what
    the loss is a mean over; names: the settings that are varied."""

    kind: Kind
    of: str
    names: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The name of the values: 'accuracy', 'bits/char'."""
        main = self.kind.main_metric
        return main.title if main is not None else formats.unit_label(scores.loss_unit(), f"nats/{self.of}")

    def value(self, value: float, digits: int = 3) -> str:
        main = self.kind.main_metric
        if not math.isfinite(value):
            return "—"
        if main is not None:
            return scores.shown(value, main)
        return f"{formats.in_unit(value, scores.loss_unit()):.{digits}f}"

    def spread(self, mean: float, spread: float) -> str:
        """A standard deviation in the unit of the values; of a perplexity, how much such a change of the loss changes it."""
        main, unit = self.kind.main_metric, scores.loss_unit()
        if not math.isfinite(spread):
            return ""
        if main is not None:
            return scores.shown(spread, main)
        return f"{formats.in_unit(mean, unit) * spread if unit == 'perplexity' else formats.in_unit(spread, unit):.3f}"

    def line(self, record: TrialRecord) -> str:
        """A trial that ended, for a log."""
        told = f"{in_words(record.settings)}, seed {record.seed}: {_state(record)}"
        if record.status == FAILED:
            return f"{told}: {visible(record.problem)}"
        return f"{told}, {self.value(record.value(self.kind))} {self.heading}, {formats.duration(record.elapsed_s)}"

    def ranking(self, ranked: Sequence[Ranked], most: int) -> Iterator[str]:
        """The best settings, a line each, in columns."""
        rows = [["", *self.names, f"{self.heading}, mean", "± sd", "runs", ""]]
        for place, one in enumerate(ranked[:most], 1):
            early = f"{one.ended_early} ended early" if one.ended_early else ""
            settings = [as_typed(one.settings[name]) for name in self.names]
            rows.append(
                [f"{place}.", *settings, self.value(one.mean, 4), self.spread(one.mean, one.spread), f"{one.runs}", early]
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if len(ranked) > most:
            yield f"… and {len(ranked) - most:,} more in results.json"

    def mattered(self, found: Summary) -> Iterator[str]:
        """Which settings mattered, and how much of the differences is chance."""
        if found.mattered:
            yield f"what mattered, as a share of the variance of {self.heading} between runs:"
        for one in found.mattered:
            by_value = sorted(one.means.items(), key=lambda item: item[1][0], reverse=not lower_is_better(self.kind))
            values = ", ".join(f"{as_typed(value)} {self.value(mean)}" for value, (mean, _) in by_value[:6])
            yield f"  {one.name} {max(0.0, one.share):.0%}: mean {values}"
        if found.together > LEAST_TOLD:
            yield f"  which values meet, beyond each by itself: {found.together:.0%}"
        if found.mattered and not math.isnan(found.chance):
            yield f"  between seeds of the same setting {found.chance:.0%}: chance"
        if found.importance:
            told = ", ".join(f"{name} {share:.0%}" for name, share in found.importance.items())
            yield f"importance for being among the best (PED-ANOVA): {told}"


def live_table(shown: Shown, conductor: Conductor, records: Sequence[TrialRecord], height: int) -> RenderableType:
    """What a terminal shows while a sweep runs: its progress, the running trials, and the best trials that have ended."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    kind, running = shown.kind, sorted(conductor.running.values(), key=lambda one: one.trial.number)
    scored = [one for one in records if not math.isnan(one.value(kind))]
    best = sorted(scored, key=lambda one: one.value(kind), reverse=not lower_is_better(kind))
    rows = max(1, height - OTHER_ROWS)
    now = running[: max(1, rows // 2)]
    then = best[: max(0, rows - len(now))]
    limits = scale([*(one.curve for one in now), *(one.curve for one in then)])
    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for heading, right in (("trial", True), *((name, False) for name in shown.names), ("seed", True)):
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    table.add_column("loss", no_wrap=True, min_width=CURVE_CELLS)
    table.add_column(shown.heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for one in now:
        settings = [Text(as_typed(one.trial.settings[name])) for name in shown.names]
        again = f", begun {one.begun} times" if one.begun > 1 else ""
        state = f"{one.share:.0%}{again}" if one.begun else "waits for a worker"
        value = shown.value(one.loss_nats) if kind.main_metric is None else ""
        table.add_row(
            str(one.trial.number), *settings, str(one.trial.seed), sparkline(one.curve, limits), value, state, style="bold"
        )
    for record in then:
        settings = [Text(as_typed(record.settings[name])) for name in shown.names]
        value = shown.value(record.value(kind))
        table.add_row(str(record.number), *settings, str(record.seed), sparkline(record.curve, limits), value, _state(record))
    told = Text(_progress(shown, conductor, best, len(records)), no_wrap=True, overflow="ellipsis")
    return Group(told, table)


def sparkline(curve: Curve, limits: tuple[float, float], width: int = CURVE_CELLS) -> str:
    """The losses over the share of the goal, from left to right, in blocks; all curves of a table have one scale."""
    low, high = limits
    cells = [""] * width
    for share, loss in curve:
        if math.isfinite(loss):
            height = 0.0 if high <= low else (loss - low) / (high - low)
            cells[min(int(share * width), width - 1)] = BLOCKS[min(int(max(height, 0.0) * len(BLOCKS)), len(BLOCKS) - 1)]
    last, line = " ", ""
    reached = max((min(int(share * width), width - 1) for share, _ in curve), default=-1)
    for k, cell in enumerate(cells):
        last = cell or last
        line += last if k <= reached else " "
    return line


def scale(curves: Sequence[Curve]) -> tuple[float, float]:
    """The lowest and the highest loss of the chart: after the steep start of the curves, if there is enough. Higher losses are
    drawn at the top."""
    points = [(share, loss) for curve in curves for share, loss in curve if math.isfinite(loss)]
    if not points:
        return 0.0, 1.0
    late = [loss for share, loss in points if share >= STEEP_SHARE] or [loss for _, loss in points]
    return min(loss for _, loss in points), max(late)


def _state(record: TrialRecord) -> str:
    return f"{record.status} at {record.share:.0%}" if record.status in (STOPPED, DIVERGED) else record.status


def _progress(shown: Shown, conductor: Conductor, best: Sequence[TrialRecord], ended: int) -> str:
    told = [f"{ended:,} of {counted(conductor.total, 'trial')}", counted(conductor.workers, "worker")]
    if failed := sum(1 for one in conductor.study.records if one.status == FAILED):
        told.append(f"{failed:,} failed")
    if best:
        told.append(f"best {shown.value(best[0].value(shown.kind))} {shown.heading} ({in_words(best[0].settings)})")
    done = conductor.taken + sum(one.share for one in conductor.running.values())
    if done > ESTIMATED_FROM:
        before = ended - conductor.taken
        left = (time.monotonic() - conductor.began) / done * (conductor.total - before - done)
        told.append(formats.time_left(left))
    return " · ".join(told)
