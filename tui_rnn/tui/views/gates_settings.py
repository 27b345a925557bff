"""The settings of the gates pane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui_rnn.tui.settings import ViewSetting

if TYPE_CHECKING:
    from tui_rnn.tui.views.gates import GatesPane

_NOTHING = "—"


def of(pane: GatesPane) -> Sequence[ViewSetting]:
    """What can be set there."""
    focus = pane.focus_on

    def because(lacks: Callable[[], bool], told: str) -> str:
        """Why it can't be set: nothing was read yet, or the network lacks it."""
        if focus.trace is None:
            return "there are no gates to look at yet: they come when the network has read its first text"
        return told if lacks() else ""

    return (
        ViewSetting(
            "signal",
            lambda: f"{focus.signal.name} {focus.signal.title}" if focus.trace else _NOTHING,
            lambda by: pane.choose(lambda focus: focus.step_signal(by)),
            "which signal of the cell is shown",
            lambda by: because(lambda: len(focus.signals) < 2, "this network has no gates, only its state"),
        ),
        ViewSetting(
            "layer",
            lambda: f"{focus.layer + 1} of {focus.layers}" if focus.trace else _NOTHING,
            lambda by: pane.choose(lambda focus: focus.step_layer(by)),
            "of a stacked network",
            lambda by: because(lambda: focus.layers < 2, "this network has one layer only"),
        ),
        ViewSetting(
            "direction",
            lambda: focus.reading.name if focus.trace else _NOTHING,
            lambda by: pane.choose(lambda focus: focus.step_reading(by)),
            "forward, backward, encoder, decoder: whichever the network has",
            lambda by: because(lambda: len(focus.now.readings) < 2, "this network reads in one direction only"),
        ),
        ViewSetting(
            "order of units",
            lambda: focus.order.by,
            lambda by: pane.choose(lambda focus: focus.order.step(by), from_the_top=True),
            "by index, mean, variation, or similar ones together",
            lambda by: because(lambda: False, ""),
        ),
        ViewSetting(
            "sort again",
            lambda: focus.sorting.words if focus.trace else _NOTHING,
            lambda by: pane.choose(lambda focus: focus.order.sort_again(), from_the_top=True),
            "the same order, from the values of now",
            lambda by: because(lambda: False, ""),
            lasting=False,
        ),
        ViewSetting(
            "fold constant rows",
            lambda: "yes" if focus.order.folds else "no",
            lambda by: pane.choose(lambda focus: focus.order.step_folds(), from_the_top=True),
            "leave out units whose gate stays above .9, or below .1, over the whole text",
            lambda by: because(lambda: False, ""),
        ),
    )
