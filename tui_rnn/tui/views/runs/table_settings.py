"""The settings of the table of runs: its order and its groups."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.tui.settings import ViewSetting, following
from tui_rnn.tui.views.runs.known import KnownRuns


def settings_of(known: KnownRuns) -> Sequence[ViewSetting]:
    return (
        ViewSetting(
            "sorted by", lambda: order_in_words(known.order), lambda by: next_order(known, by), "a click on a heading, too"
        ),
        ViewSetting(
            "direction",
            lambda: "largest first" if known.order.startswith("-") else "smallest first",
            lambda by: _turn(known),
            "the other way round",
            lambda by: "" if known.order else "the latest run is first: choose a column to sort by",
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

    known.order = following(["", *(one.key for one in COLUMNS)], known.order.removeprefix("-"), by)
    known.changed()


def next_group(known: KnownRuns, by: int = 1) -> None:
    """Group runs that differ only in their seed, or by the next setting in which they differ, or not at all."""
    from tui_rnn.training.run_groups import ALIKE, settings_apart

    apart = [name for name in settings_apart([row for _, row in known.shown]) if name != "seed"]
    known.group = following(["", ALIKE, *apart], known.group, by)
    known.changed()


def _turn(known: KnownRuns) -> None:
    known.order = known.order[1:] if known.order.startswith("-") else f"-{known.order}"
    known.changed()
