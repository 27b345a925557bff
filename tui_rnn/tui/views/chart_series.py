"""From the lab's state to the chart's curves and baselines: of the loss, or of the task's metric.

`measure` is the metric's key, None for the loss.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tui_rnn import formats
from tui_rnn.formats import METRIC_WORDS
from tui_rnn.lab.messages import Landmark, RunSnapshot
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.run_colours import run_colour, training_style
from tui_rnn.tui.state import LabState
from tui_rnn.tui.widgets.loss_series import Axes, Points, y_range

_HEADROOM = 1.15  # the chart shows a diverging run up to this much above a uniform guess
_FLOOR, _CEILING = -2.0, 102.0  # percent: the chart of a metric never shows more than this
_LEAST_SPAN = 2.0  # percent: smaller differences between evaluations are chance


@dataclass(frozen=True)
class Series:
    """One curve in chart coordinates. mark: a sign on the curve. label: at its end, with the last value, in a style of its own.
    labelled_at: the label's height, if it is not the height of the curve's end."""

    x: Points
    y: Points
    style: str
    mark: str
    label: str
    rank: int
    until: float  # the progress of its run, on the x axis
    label_style: str
    age: str = ""  # of the last value, if it is old
    labelled_at: float = math.nan

    @property
    def label_height(self) -> float:
        return float(self.y[-1]) if math.isnan(self.labelled_at) else self.labelled_at


def mean_of(state: LabState) -> str:
    """'mean of 65.5k chars': each point of a training curve is a mean over so many; for several runs, the range of this,
    and whether a sampled softmax estimates it. '' before the first step."""
    over = sorted(
        run.snapshot.train_loss_chars for run in state.runs.values() if run.snapshot and run.snapshot.train_loss_chars
    )
    told = "–".join(dict.fromkeys(map(formats.count, over[:1] + over[-1:])))
    estimated = ", estimated" if any(run.config.sampled_softmax for run in state.runs.values()) else ""
    return f"mean of {told} {state.corpus.token if state.corpus else 'char'}s{estimated}" if told else ""


def training_curve(now: RunSnapshot) -> tuple[Points, Points, Points]:
    """(characters, seconds, loss in nats): each point is the mean over as many characters before it as the table's training
    loss is. The curve ends with that loss."""
    curve = now.curve
    chars, seconds, losses = curve.train_chars, curve.train_elapsed_s, curve.train_loss_nats
    first = np.searchsorted(chars, chars - now.train_loss_chars, side="right")
    sums = np.concatenate(([0.0], np.cumsum(losses)))
    ends = np.arange(1, len(losses) + 1)
    means = (sums[ends] - sums[np.minimum(first, ends - 1)]) / (ends - np.minimum(first, ends - 1))
    if len(means) and now.chars > chars[-1]:  # the latest steps have no point yet
        return np.append(chars, now.chars), np.append(seconds, now.elapsed_s), np.append(means, now.train_loss_nats)
    return chars, seconds, means


@dataclass(frozen=True)
class Level:
    """A baseline: a dotted line at this height, with a name at its end."""

    height: float
    label: str


def title(axes: Axes, measure: str | None, loss_unit: str, tokens: str) -> str:
    """The measure, its unit, and the horizontal axis."""
    over = "time" if axes.by_time else f"{tokens}s"
    over = "characters" if over == "chars" else over
    if measure is not None:
        logs = f" · log {over}" if axes.log_x else ""
        return f"{METRIC_WORDS.get(measure, measure)} · % over {over}{logs}"
    logs = {(False, True): " · log loss", (True, False): f" · log {over}", (True, True): " · log axes"}.get(
        (axes.log_x, axes.log_y), ""
    )
    return f"loss · {formats.unit_label(axes.unit, loss_unit)} over {over}{logs}"


def series(state: LabState, axes: Axes, measure: str | None, paint: Paint) -> Iterator[Series]:
    """Each run's curves: training and validation loss, or the metric at each evaluation."""
    for number, run in enumerate(state.runs.values(), 1):
        if run.snapshot is None:
            continue
        colour = run_colour(number, paint)
        if measure is None:
            yield from _losses(run.snapshot, number, axes, paint)
        else:
            curve = run.snapshot.curve
            known = len(curve.val_metric) == len(curve.val_chars)
            y = 100 * curve.val_metric if known else np.full(len(curve.val_chars), np.nan)
            x = axes.x(curve.val_chars, curve.val_elapsed_s)
            kept = run.snapshot.metrics.get(measure, math.nan) if run.snapshot.kept_step is not None else math.nan
            last = float(y[-1]) / 100 if len(y) and math.isnan(kept) else kept
            label = f"{number} {formats.percentage(last)}" if len(y) else str(number)
            until = _end(axes.x(curve.train_chars, curve.train_elapsed_s), x)
            yield Series(x, y, colour, str(number), label, number, until, *_aged(run.snapshot, colour), 100 * kept)


def _losses(now: RunSnapshot, number: int, axes: Axes, paint: Paint) -> Iterator[Series]:
    colour, curve = run_colour(number, paint), now.curve
    chars, seconds, losses = training_curve(now)
    label = f"{number} train {formats.loss(now.train_loss_nats, axes.unit)}"  # as in the table
    trained, evaluated = axes.x(chars, seconds), axes.x(curve.val_chars, curve.val_elapsed_s)
    until = _end(trained, evaluated)
    yield Series(trained, axes.y(losses), training_style(number, paint), "", label, 60 + number, until, colour)
    label = f"{number} val {formats.loss(now.val_loss_nats, axes.unit)}"
    heights = axes.y(curve.val_loss_nats)
    at = math.nan if now.kept_step is None else axes.y_of(now.val_loss_nats)
    yield Series(evaluated, heights, colour, str(number), label, number, until, *_aged(now, colour), at)
    if now.old_name:
        label = f"{number} old {formats.loss(now.old_loss_nats, axes.unit)}"
        forgetting = axes.y(curve.old_loss_nats)
        at = math.nan if now.kept_step is None else axes.y_of(now.old_loss_nats)
        yield Series(
            evaluated, forgetting, training_style(number, paint), "o", label, 30 + number, until, *_aged(now, colour), at
        )


def _aged(now: RunSnapshot, colour: str) -> tuple[str, str]:
    """The style of a value from the run's last evaluation, and its age if it is old: then it is not bold. For a run that went
    back to its best weights, their step."""
    if now.kept_step is not None:
        return f"bold {colour}", f"step {now.kept_step:,}"
    return (colour, formats.age(now.val_age)) if now.val_is_old else (f"bold {colour}", "")


def _end(*axes: Points) -> float:
    """The furthest of these places; 0: there are none."""
    places = np.concatenate(axes)
    return float(np.nanmax(places, initial=0.0))


def levels(state: LabState, axes: Axes, measure: str | None) -> list[Level]:
    """The baselines of the measure, the best first; for the loss also the true entropy rate, if it is known: it comes with the
    others, since by itself it would be taken for the worst, and the curves above it would be left out."""
    if measure is not None:
        found = [mark for mark in state.landmarks if mark.measure == measure]
        found.sort(key=lambda mark: -mark.value)
        return [Level(100 * mark.value, f"{mark.name} {formats.percentage(mark.value)}") for mark in found]
    found = [mark for mark in state.landmarks if mark.measure == "loss_nats"]
    if found and state.corpus and state.corpus.entropy_rate_nats is not None:
        found.append(Landmark("entropy rate", state.corpus.entropy_rate_nats))
    found.sort(key=lambda mark: mark.value)
    return [Level(axes.y_of(mark.value), f"{mark.name} {formats.loss(mark.value, axes.unit)}") for mark in found]


def heights(curves: list[Series], marks: list[Level], measure: str | None, whole: bool) -> tuple[float, float]:
    """The range of heights to show: of the whole curves, or of the part after their steep start."""
    drawn, levels = [(one.x, one.y, one.until) for one in curves], [mark.height for mark in marks]
    if measure is None:
        worst = max((level for level in levels if math.isfinite(level)), default=math.inf)
        return y_range(drawn, levels, worst + (_HEADROOM - 1) * abs(worst), whole=whole)
    low, high = y_range(
        [(x, -y, until) for x, y, until in drawn], [-level for level in levels], whole=whole
    )  # of a metric, more is better
    room = max(0.0, _LEAST_SPAN - (high - low)) / 2
    return max(-high - room, _FLOOR), min(-low + room, _CEILING)


def leaves_out(curves: list[Series], low: float, high: float) -> bool:
    """Whether a part of the curves is outside of these heights."""
    return any(bool(((one.y < low) | (one.y > high)).any()) for one in curves)


def as_text(state: LabState, unit: formats.LossUnit) -> str:
    """Each run with its newest losses, one run a line."""
    label = formats.unit_label(unit, state.corpus.loss_unit if state.corpus else "nats/char")
    return "\n".join(
        f"{run.name}: train {formats.loss(run.snapshot.train_loss_nats, unit)}, "
        f"val {formats.loss(run.snapshot.val_loss_nats, unit)} {label} at step {run.snapshot.weights_step:,}"
        + (f", on {run.snapshot.old_name} {formats.loss(run.snapshot.old_loss_nats, unit)}" if run.snapshot.old_name else "")
        for run in state.runs.values()
        if run.snapshot is not None
    )
