"""Mounts a plot when a chart first needs one: textual-plot is slow to import."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from tui_rnn.tui.widgets.loss_plot import LossPlot


async def mount_plot(place: Widget, before: Widget | None = None, id: str | None = None) -> LossPlot | None:
    """Import the plot in a thread, so that keys are heard meanwhile, and mount it hidden; None: the playground has ended."""
    await asyncio.to_thread(importlib.import_module, "tui_rnn.tui.widgets.loss_plot")
    from tui_rnn.tui.widgets.loss_plot import LossPlot

    if not place.is_attached:
        return None
    plot = LossPlot(id=id)
    plot.display = False
    await place.mount(plot, before=before)
    return plot
