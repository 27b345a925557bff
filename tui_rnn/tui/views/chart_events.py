"""What happened to the runs, as glyphs on their chart, and the line that says what each glyph means."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tui_rnn.lab.messages import RunSnapshot
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.marks import save_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.state import LabState
from tui_rnn.tui.widgets.loss_series import Axes

GLYPHS = {"up": "↑", "down": "↓", "saved": "s", "reset": "R"}
BEST = "*"
KEPT = "◂"
_WORDS = {
    "↑": "rate",
    "↓": "rate",
    "s": "saved",
    "R": "reset",
    BEST: "best",
    KEPT: "back to here",
}  # the arrow is the direction
_FEWEST_EVALUATIONS = 3  # of a run whose best one is marked


@dataclass(frozen=True)
class ChartEvent:
    """A glyph at x: at the foot of the chart, or on a curve at y. Both in chart coordinates."""

    x: float
    glyph: str
    style: str
    y: float | None = None


def happened(state: LabState, axes: Axes, measure: str | None, paint: Paint) -> list[ChartEvent]:
    """For each run, the changes of its rate, its last save and its reset; on its loss curve, the best evaluation, unless it is
    the last one; or the evaluation of the best weights, if the run went back to them."""
    found: list[ChartEvent] = []
    for number, run in enumerate(state.runs.values(), 1):
        style = f"bold {run_colour(number, paint)}"
        save = save_of(run.snapshot) if run.snapshot is not None else None
        for mark in (*run.marks, save) if save is not None else run.marks:
            x = float(axes.x(np.array([mark.chars]), np.array([mark.elapsed_s]))[0])
            found.append(ChartEvent(x, GLYPHS[mark.kind], style))
        if measure is None and run.snapshot is not None and (at := _marked(run.snapshot)) is not None:
            curve, glyph = run.snapshot.curve, BEST if run.snapshot.kept_step is None else KEPT
            x, y = axes.x(curve.val_chars, curve.val_elapsed_s)[at], axes.y(curve.val_loss_nats)[at]
            found.append(ChartEvent(float(x), glyph, style, float(y)))
    return [event for event in found if math.isfinite(event.x)]


def legend(events: list[ChartEvent]) -> tuple[str, ...]:
    """('↓ rate', 's saved'): the meanings of these glyphs."""
    there = {event.glyph for event in events}
    return tuple(f"{glyph} {word}" for glyph, word in _WORDS.items() if glyph in there)


def _marked(now: RunSnapshot) -> int | None:
    """The evaluation to mark; None: none."""
    losses = now.curve.val_loss_nats
    if now.kept_step is not None:  # a thinned curve may have no point for it
        found = np.flatnonzero(losses == now.val_loss_nats)
        return int(found[-1]) if len(found) else None
    if len(losses) < _FEWEST_EVALUATIONS or not np.isfinite(losses).any():
        return None
    at = int(np.nanargmin(losses))
    return at if at < len(losses) - 1 else None
