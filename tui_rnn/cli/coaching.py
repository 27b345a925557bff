"""What the coach says of a run when `tui-rnn train` ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_rnn.insight.baselines import Baseline
    from tui_rnn.insight.remark import Remark
    from tui_rnn.training.trainer import Trainer


def remarks_at_end(trainer: Trainer, baselines: Sequence[Baseline]) -> list[Remark]:
    """All that there is to say, the most urgent first. baselines: what counting gets, where it is
    known."""
    from tui_rnn.insight.coach import remarks
    from tui_rnn.training.coaching import facts_of

    landmarks = [(one.name, one.metrics["loss_nats"]) for one in baselines if "loss_nats" in one.metrics]
    return [*remarks(facts_of(trainer, landmarks))]
