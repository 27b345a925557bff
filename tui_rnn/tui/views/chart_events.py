"""What happened to the runs, as glyphs on their chart, and the line that says what each glyph stands for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tui_rnn.tui.colours import Paint
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.state import LabState, RunState
from tui_rnn.tui.widgets.loss_series import Axes

GLYPHS = {"up": "↑", "down": "↓", "saved": "s", "reset": "R"}
BEST = "*"
_WORDS = {"↑": "rate", "↓": "rate", "s": "saved", "R": "reset", BEST: "best"}  # an arrow says which way
_FEWEST_EVALUATIONS = 3  # of a run whose best one is marked


@dataclass(frozen=True)
class ChartEvent:
    """A glyph at x: at the foot of the chart, or on a curve at y. Both in chart coordinates."""

    x: float
    glyph: str
    style: str
    y: float | None = None


def happened(state: LabState, axes: Axes, measure: str | None, paint: Paint) -> list[ChartEvent]:
    """Of each run the changes of its rate, its last save and its reset; on its loss the best evaluation, unless that is the
    last one."""
    found: list[ChartEvent] = []
    for number, run in enumerate(state.runs.values(), 1):
        style = f"bold {run_colour(number, paint)}"
        for mark in run.marks:
            x = float(axes.x(np.array([mark.chars]), np.array([mark.elapsed_s]))[0])
            found.append(ChartEvent(x, GLYPHS[mark.kind], style))
        if measure is None and (best := _best(run, axes)):
            found.append(ChartEvent(*best[:1], BEST, style, best[1]))
    return [event for event in found if math.isfinite(event.x)]


def legend(events: list[ChartEvent]) -> tuple[str, ...]:
    """('↓ rate', 's saved'): of the glyphs that are there."""
    there = {event.glyph for event in events}
    return tuple(f"{glyph} {word}" for glyph, word in _WORDS.items() if glyph in there)


def _best(run: RunState, axes: Axes) -> tuple[float, float] | None:
    """Where the best evaluation stands on the curve."""
    if run.snapshot is None:
        return None
    curve = run.snapshot.curve
    losses = curve.val_loss_nats
    if len(losses) < _FEWEST_EVALUATIONS or not np.isfinite(losses).any():
        return None
    at = int(np.nanargmin(losses))
    if at == len(losses) - 1:
        return None
    return float(axes.x(curve.val_chars, curve.val_elapsed_s)[at]), float(axes.y(losses)[at])
