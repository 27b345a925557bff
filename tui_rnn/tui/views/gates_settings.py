"""The settings of the gates pane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.gates_keys import nothing_read, one_signal

if TYPE_CHECKING:
    from tui_rnn.tui.views.gates import GatesPane


def of(pane: GatesPane) -> Sequence[ViewSetting]:
    focus = pane.focus_on

    def shown(value: Callable[[], str]) -> Callable[[], str]:
        return lambda: value() if focus.trace else "—"

    def unless(reason: Callable[[], str] = lambda: "") -> Callable[[int], str]:
        """Why a setting can't change: the network has read nothing yet, or this reason."""
        return lambda by: nothing_read(pane) or reason()

    return (
        ViewSetting(
            "signal",
            shown(lambda: f"{focus.signal.name} {focus.signal.title}"),
            lambda by: pane.choose(lambda focus: focus.step_signal(by)),
            "which signal of the cell is shown",
            lambda by: one_signal(pane),
        ),
        ViewSetting(
            "layer",
            shown(lambda: f"{focus.layer + 1} of {focus.layers}"),
            lambda by: pane.choose(lambda focus: focus.step_layer(by)),
            "of a stacked network",
            unless(lambda: "this network has one layer only" if focus.layers < 2 else ""),
        ),
        ViewSetting(
            "direction",
            shown(lambda: focus.reading.name),
            lambda by: pane.choose(lambda focus: focus.step_reading(by)),
            "forward, backward, encoder or decoder, as the network has them",
            unless(lambda: "this network reads in one direction only" if len(focus.now.readings) < 2 else ""),
        ),
        ViewSetting(
            "order of units",
            lambda: focus.order.by,
            lambda by: pane.choose(lambda focus: focus.order.step(by), from_the_top=True),
            "by index, mean or variation, or similar ones together",
            unless(),
        ),
        ViewSetting(
            "sort again",
            shown(lambda: focus.sorting.words),
            lambda by: pane.choose(lambda focus: focus.order.sort_again(), from_the_top=True),
            "the same order, by the values of now",
            unless(),
            lasting=False,
        ),
        ViewSetting(
            "fold constant rows",
            lambda: "yes" if focus.order.folds else "no",
            lambda by: pane.choose(lambda focus: focus.order.step_folds(), from_the_top=True),
            "leave out units whose gate stays above .9, or below .1, over the whole text",
            unless(),
        ),
    )
