"""The measurements as a table, as bars, and as JSON records."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from tui_rnn.bench.compare import Point
from tui_rnn.bench.startup import Startup
from tui_rnn.bench.tables import BAR_WIDTH, bar, markdown_table, terminal_table
from tui_rnn.bench.tasks import BENCHES, TaskPoint


def table(points: Sequence[Point]) -> RenderableType:
    """Characters a second of every network, and what they are in relation to the machine or to PyTorch."""
    return terminal_table(_cells(points))


def markdown(points: Sequence[Point]) -> str:
    """The same table for a page of documentation."""
    return markdown_table(_cells(points))


def _cells(points: Sequence[Point]) -> list[list[str]]:
    """The headings, then a row for each network."""
    headings = ["network", "batch", "training\nchar/s", "of sgemm\npeak"]
    if any(point.torch for point in points):
        headings += ["PyTorch\nchar/s", "ratio", "embed. ×\nthreads"]
    else:
        headings.append("sampling\nchar/s")
    rows = [headings]
    for point in points:
        row = [point.config.name, str(point.config.batch_size), f"{point.chars_per_s:,.0f}"]
        row.append(f"{point.share_of_peak(point.chars_per_s):.0%}")
        if best := point.best_torch:
            row += [f"{best[1]:,.0f}", f"{point.ratio:.2f}", f"{best[0].embedding_size} × {best[0].threads}"]
        else:
            row.append(f"{point.sampled_chars_per_s:,.0f}")
        rows.append(row)
    return rows


def bars(points: Sequence[Point]) -> RenderableType:
    """The share of the machine's speed that each network's training step reaches: full width is sgemm's own."""
    label_width = max(len(_label(point)) for point in points)
    lines = [Text(f"share of sgemm peak ({BAR_WIDTH} columns = 100%)", style="bold")]
    for point in points:
        lines.append(_share_bar(_label(point).ljust(label_width), "tui-rnn", point.share_of_peak(point.chars_per_s), "cyan"))
        if best := point.best_torch:
            lines.append(_share_bar(" " * label_width, "PyTorch", point.share_of_peak(best[1]), "bright_black"))
    return Group(*lines)


def task_table(points: Sequence[TaskPoint]) -> RenderableType:
    """Training speed of every network of a task."""
    compared = ["PyTorch\ntoken/s", "ratio"] if any(point.torch_chars_per_s for point in points) else []
    rows = [["task", "network", "batch", "steps/s", "training\ntoken/s", *compared]]
    for point in points:
        row = [point.task, point.config.name, str(point.config.batch_size), f"{point.steps_per_s:,.0f}"]
        row.append(f"{point.chars_per_s:,.0f}")
        if point.torch_chars_per_s:
            row += [f"{point.torch_chars_per_s:,.0f}", f"{point.ratio:.2f}"]
        rows.append(row)
    return terminal_table(rows, words=2)


def task_record(point: TaskPoint) -> dict[str, Any]:
    """One network's line of JSON."""
    names = ("cell", "hidden_size", "num_layers", "embedding_size", "dropout", "batch_size", "bidirectional")
    own = BENCHES[point.task].compared
    record: dict[str, Any] = {"event": "point", "task": point.task}
    record |= {name: getattr(point.config, name) for name in (*names, *own)}
    record |= {"chars_per_s": point.chars_per_s, "steps_per_s": point.steps_per_s}
    if point.ratio is not None:
        record |= {"torch_chars_per_s": point.torch_chars_per_s, "ratio": point.ratio}
    return record


def tasks_done_record(points: Sequence[TaskPoint]) -> dict[str, Any]:
    """The last line of JSON."""
    mean = mean_ratio(points)
    return {"event": "done", "points": len(points)} | ({} if mean is None else {"geometric_mean_ratio": mean})


def summary(points: Sequence[Point], startup: Startup | None) -> list[str]:
    """The lines below the table."""
    lines = ["", f"sgemm peak, all cores: {sgemm_flops(points) / 1e9:.1f} GFLOP/s"]
    if (mean := mean_ratio(points)) is not None:
        lines.append(f"geometric mean of the ratios: {mean:.2f} over {len(points)} networks")
    if startup:
        lines.append(
            f"from the start of Python to the first training step: {startup.cold_s:.1f} s compiling the kernels, "
            f"{startup.warm_s:.2f} s with the kernels in their cache"
        )
    return lines


def sgemm_flops(points: Sequence[Point]) -> float:
    """The yardstick's median over the whole measurement."""
    return statistics.median(point.sgemm_flops for point in points)


def mean_ratio(points: Sequence[Point | TaskPoint]) -> float | None:
    """The geometric mean of the ratios to PyTorch, if that was measured."""
    ratios = [point.ratio for point in points if point.ratio is not None]
    return statistics.geometric_mean(ratios) if ratios else None


def point_record(point: Point) -> dict[str, Any]:
    """One network's line of JSON."""
    config, best = point.config, point.best_torch
    record: dict[str, Any] = {"event": "point"}
    for name in ("cell", "hidden_size", "num_layers", "embedding_size", "dropout", "batch_size", "seq_len"):
        record[name] = getattr(config, name)
    record |= {
        "chars_per_s": point.chars_per_s,
        "sgemm_gflops": point.sgemm_flops / 1e9,
        "share_of_sgemm": point.share_of_peak(point.chars_per_s),
    }
    if best:
        record |= {
            "torch": [variant._asdict() | {"chars_per_s": rate} for variant, rate in point.torch.items()],
            "torch_chars_per_s": best[1],
            "ratio": point.ratio,
        }
    else:
        record["sampled_chars_per_s"] = point.sampled_chars_per_s
    return record


def done_record(points: Sequence[Point], startup: Startup | None) -> dict[str, Any]:
    """The last line of JSON."""
    record: dict[str, Any] = {"event": "done", "points": len(points), "sgemm_gflops": sgemm_flops(points) / 1e9}
    if (mean := mean_ratio(points)) is not None:
        record["geometric_mean_ratio"] = mean
    return record | ({"startup": asdict(startup)} if startup else {})


def _label(point: Point) -> str:
    return f"{point.config.name} · batch {point.config.batch_size}"


def _share_bar(label: str, side: str, share: float, style: str) -> Text:
    return bar(f"{label}  {side}", share, f"{share:.0%}", style)
