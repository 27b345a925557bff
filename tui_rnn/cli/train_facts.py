"""What both reports of `tui-rnn train` say about a run, and how often."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tui_rnn.display import counted

if TYPE_CHECKING:
    from tui_rnn.insight.baselines import Baseline
    from tui_rnn.insight.remark import Remark
    from tui_rnn.training.evaluation import Evaluation
    from tui_rnn.training.trainer import Trainer

FEW_VALIDATE = 10  # with fewer examples, chance decides which weights look best


class Pace:
    """When it is time to report: every interval_s, and at each new validation loss. Between the first and the last of these,
    there are at least least_s."""

    def __init__(self, trainer: Trainer, interval_s: float, least_s: float = 0.0) -> None:
        self.trainer, self.interval_s, self.least_s = trainer, interval_s, least_s
        self.last, self.evaluated_step, self.first = time.monotonic(), trainer.history.evaluated_step, True

    def due(self) -> bool:
        now, evaluated_step = time.monotonic(), self.trainer.history.evaluated_step
        apart = self.first or now - self.last >= self.least_s or self.trainer.finished or self.trainer.diverged
        if now - self.last < self.interval_s and not (apart and evaluated_step != self.evaluated_step):
            return False
        self.last, self.evaluated_step, self.first = now, evaluated_step, False
        return True


def notices(trainer: Trainer) -> list[str]:
    """What a person should know about the data and their use."""
    few = len(trainer.data.validation)
    if trainer.data.kind.is_stream or few >= FEW_VALIDATE:
        return [*trainer.data.notices]
    use = "show which weights are best" if trainer.keep_best else "show how good the network is"
    validate = f"only {counted(few, 'example')} {'validates' if few == 1 else 'validate'}"
    return [*trainer.data.notices, f"{validate}, too few to {use}: give a larger file, or one to validate on with --valid"]


def remarks_at_end(trainer: Trainer, baselines: Sequence[Baseline]) -> list[Remark]:
    """What the coach says about the run, the most urgent first. baselines: what counting gets, if it is known."""
    from tui_rnn.insight.coach import remarks
    from tui_rnn.training.coaching import facts_of

    landmarks = [(one.name, one.metrics["loss_nats"]) for one in baselines if "loss_nats" in one.metrics]
    return [*remarks(facts_of(trainer, landmarks))]


def losses(trainer: Trainer, score: Evaluation | None = None) -> dict[str, Any]:
    """Both losses, with how many characters or which weights each is about. score: of the present weights."""
    from tui_rnn.training.losses import Losses

    now = Losses.of(trainer)
    return {
        "train_loss_nats": now.train_nats,
        "train_loss_chars": now.train_chars,
        "val_loss_nats": score.loss_nats if score else now.val_nats,
        "val_loss_step": trainer.weights_step if score else now.val_step if now.val_step >= 0 else None,
        **({"old_loss_nats": trainer.history.old_loss_nats} if trainer.old is not None else {}),
    }


class Baselines:
    """What counting alone gets on the validation part and on the test part. Each is counted when it is first asked for."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def count(self) -> None:
        """Count them now if training has a goal in time; else when they are first asked for."""
        if self._trainer.config.seconds is not None and not self._trainer.finished:
            _ = self.validation
            if self._has_test:
                _ = self.test

    @cached_property
    def validation(self) -> list[Baseline]:
        return self._on(self._trainer.data.validation)

    @cached_property
    def test(self) -> list[Baseline]:
        return self._on(self._trainer.data.test)

    @property
    def _has_test(self) -> bool:
        test: Any = self._trainer.data.test
        return test is not None

    def _on(self, part: Any) -> list[Baseline]:
        from tui_rnn.insight.baselines import baselines

        return baselines(self._trainer.learner.symbols, self._trainer.data.train, part)
