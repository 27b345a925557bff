"""The chart of exact match by source length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.widgets.late_plot import mount_plot
from tui_rnn.tui.widgets.scene import Curves

if TYPE_CHECKING:
    from tui_rnn.tui.widgets.loss_plot import LossPlot


class LengthsPlot(Vertical):
    """One curve a run with its number on it, the runs' names above."""

    DEFAULT_CSS = """
    LengthsPlot > .names { height: auto; }
    LengthsPlot > LossPlot { height: 1fr; width: 1fr; }
    LengthsPlot > LossPlot > .plot--axis, LengthsPlot > LossPlot:focus > .plot--axis { color: $border; }
    LengthsPlot > LossPlot > .plot--tick { color: $secondary; text-style: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._names = Static(classes="names", markup=False)
        self._plot: LossPlot | None = None
        self._curves = Curves(())
        self._loading = False

    def compose(self) -> ComposeResult:
        yield self._names

    def show(self, curves: Curves) -> None:
        self._curves = curves
        if self._plot is not None:
            self._draw()
        elif not self._loading:
            self._loading = True
            self.run_worker(self._load())

    async def _load(self) -> None:
        if (plot := await mount_plot(self)) is not None:
            plot.can_focus, plot.display = False, True
            self._plot = plot
            self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        from tui_rnn.tui.widgets.loss_plot import Limits, Stroke

        runs, paint, plot = self._curves.runs, paint_of(self.app), self._plot
        if plot is None or not plot.size.width or not runs:
            return
        lines = [
            Stroke(np.asarray(lengths), np.asarray(shares), run_colour(number, paint), str(number))
            for number, _, lengths, shares in runs
        ]
        ends = [length for _, _, lengths, _ in runs for length in (lengths[0], lengths[-1])]
        low, high = min(ends) - 0.5, max(ends) + 0.5
        plot.draw(lines, [], Limits(low, high, -4.0, 104.0), log=(False, False), by_time=False, braille=True)
        names = [Content.styled(f"{number} {visible(name)}", run_colour(number, paint)) for number, name, _, _ in runs]
        self._names.update(Content("   ").join(names))
