"""The settings of the task pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_rnn.kinds import KINDS
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views import sampling

if TYPE_CHECKING:
    from tui_rnn.tui.views.task_pane import TaskPane


def of(pane: TaskPane) -> Sequence[ViewSetting]:
    """What can be set there."""
    kind = KINDS[pane.choice.kind]
    view = ViewSetting(
        "view", lambda: pane.view.name, pane.turn, "which view of the task is shown", lambda by: pane.why_no_page
    )
    beam = ViewSetting(
        "beam",
        lambda: "greedy" if pane.choice.beam == 1 else str(pane.choice.beam),
        pane.next_beam,
        "what you type is written greedily, or by a beam of 3, 5 or 10",
    )
    drawn = () if kind.answers else sampling.settings(pane)
    return (*([view] if kind.answers else []), *([beam] if kind.writes_answers else []), *drawn)
