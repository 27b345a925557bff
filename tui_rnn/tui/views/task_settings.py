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
    kind = KINDS[pane.choice.kind]
    view = ViewSetting(
        "view", lambda: pane.view.name, pane.turn, "which view of the task the pane shows", lambda by: pane.why_no_page
    )
    beam = ViewSetting(
        "beam",
        lambda: "greedy" if pane.choice.beam == 1 else str(pane.choice.beam),
        pane.next_beam,
        "answers to what you type are written greedily, or by a beam of 3, 5 or 10",
    )
    drawn = () if kind.answers else sampling.settings(pane)
    return (*([view] if kind.answers else []), *([beam] if kind.writes_answers else []), *drawn)
