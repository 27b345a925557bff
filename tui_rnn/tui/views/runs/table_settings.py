"""The settings of the table of runs: what it is sorted and grouped by."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.runs.known import KnownRuns


def settings_of(known: KnownRuns) -> Sequence[ViewSetting]:
    """What can be set there."""
    return (
        ViewSetting(
            "sorted by", lambda: order_in_words(known.order), lambda by: next_order(known, by), "as does a click on a heading"
        ),
        ViewSetting(
            "direction",
            lambda: "largest first" if known.order.startswith("-") else "smallest first",
            lambda by: _turn(known),
            "the other way round",
            lambda by: "" if known.order else "the latest run stands first: choose a column to sort by",
        ),
        ViewSetting("grouped by", lambda: known.group or "nothing", lambda by: next_group(known, by), "mean and spread"),
    )  # fmt: skip


def order_in_words(order: str) -> str:
    """'loss', or 'the latest first'."""
    from tui_rnn.training.run_table import column

    return column(order.removeprefix("-")).short if order else "the latest first"


def next_order(known: KnownRuns, by: int) -> None:
    """Sort by the next column; after the last one, the latest first."""
    from tui_rnn.training.run_table import COLUMNS

    orders = ["", *(one.key for one in COLUMNS)]
    now = known.order.removeprefix("-")
    known.order = orders[(orders.index(now) + by) % len(orders)] if now in orders else ""
    known.changed()


def next_group(known: KnownRuns, by: int = 1) -> None:
    """Take runs together that are alike but for their seed, or by the next setting in which they differ; or none."""
    from tui_rnn.training.run_groups import ALIKE, settings_apart

    apart = [name for name in settings_apart([row for _, row in known.shown]) if name != "seed"]
    groups = ["", ALIKE, *apart]
    known.group = groups[(groups.index(known.group) + by) % len(groups)] if known.group in groups else ""
    known.changed()


def _turn(known: KnownRuns) -> None:
    known.order = known.order[1:] if known.order.startswith("-") else f"-{known.order}"
    known.changed()
