"""The words in the frame of the loss chart."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.tui.colours import Paint
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views import chart_series
from tui_rnn.tui.views.chart_events import BEST, happened, legend
from tui_rnn.tui.widgets.loss_series import Axes


def titles(state: LabState, axes: Axes, measure: str | None, part: Sequence[str], paint: Paint, width: int) -> tuple[str, str]:
    """Above the chart, what it shows; below, what its signs mean. part: which part of the curves is in view, in fewer and fewer
    words. width: cells."""
    units = (state.corpus.loss_unit, state.corpus.token) if state.corpus else ("nats/char", "char")
    title = chart_series.title(axes, measure, *units)
    title = title if len(title) <= width else title.replace("characters", "chars")
    title += next((words for words in part if len(words) <= width - len(title)), "")
    mean = chart_series.mean_of(state)
    worded: tuple[str, ...] = ("validation examples · dots: landmarks", "validation, dots: landmarks", "dots: landmarks")
    if measure is None:  # the shortest words still say that training is a mean
        brief, mean = f"faint: {mean or 'train'}", f", {mean}" if mean else ""
        worded = f"numbered: validation · faint: training{mean}", f"numbered: val · faint: train{mean}", brief
    events = legend(happened(state, axes, measure, paint))
    changes = " · ".join(event for event in events if not event.startswith(BEST))
    everything = " · ".join((worded[0], *events))
    worded = (everything, *(f"{words} · {changes}" for words in worded if changes), *worded)
    return title, next((words for words in worded if len(words) <= width), worded[-1])
