"""The settings of the loss chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_rnn.formats import METRIC_WORDS
from tui_rnn.tui.settings import ViewSetting

if TYPE_CHECKING:
    from tui_rnn.tui.views.loss_chart import LossPane

_LOGS = {(False, False): "linear", (False, True): "log loss", (True, False): "log across", (True, True): "both log"}


def of(pane: LossPane) -> Sequence[ViewSetting]:
    return (
        ViewSetting(
            "charted",
            lambda: METRIC_WORDS.get(pane.measure, pane.measure) if pane.measure else "loss",
            lambda by: pane.change("metric"),
            "the loss, or the share of right answers",
            lambda by: "" if pane.metric else "a language model has no other measure than its loss",
        ),
        ViewSetting("unit of loss", lambda: pane.axes.unit, lambda by: pane.change("unit", by), "of every loss on the screen"),
        ViewSetting(
            "across",
            lambda: "time" if pane.axes.by_time else "characters",
            lambda by: pane.change("x"),
            "what the horizontal axis shows",
        ),
        ViewSetting(
            "axes",
            lambda: _LOGS[pane.axes.log_x, pane.axes.log_y],
            lambda by: pane.change("log", by),
            "linear or logarithmic: the loss, the horizontal axis, or both",
        ),
        ViewSetting(
            "part",
            lambda: "zoomed" if pane.zoom else "all" if pane.whole else "without the steep start",
            lambda by: pane.change("all"),
            "the whole curves, or without the steep start, to show late differences; or back from a zoom",
            lasting=False,
        ),
        ViewSetting(
            "zoom",
            lambda: "in" if pane.zoom else "none",
            lambda by: pane.change("in" if by > 0 else "out"),
            "right: in, left: out; the mouse wheel zooms, too; the arrows move the chart while it has the focus",
        ),
        ViewSetting(
            "drawn in",
            lambda: "Braille" if pane.braille else "blocks",
            lambda by: pane.change("glyphs"),
            "how the lines are drawn",
        ),
    )
