"""Numbers on their way to the screen: rates, losses, and the step of the weights."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.lab.snapshots import rate_of, snapshot_of
from tui_rnn.training import losses
from tui_rnn.training.trainer import Trainer
from tui_rnn.tui.views.chart_series import training_curve


def test_the_rate_that_is_told_is_the_next_steps_while_time_is_kept_for_the_last_evaluation() -> None:
    config = RunConfig(hidden_size=8, batch_size=2, seq_len=8, warmup_steps=2, schedule="cosine", seconds=100.0)
    trainer = Trainer(config, corpus_from_text("one two three " * 100))
    trainer.advance(5)
    trainer._agenda.note_evaluation(trainer.step, 0.0, 40.0, done=True)
    told = rate_of(trainer)
    trainer.advance(1)
    assert trainer.history.curves()["learning_rate"][-1] == pytest.approx(told, rel=1e-3)
    assert told < 0.8 * config.learning_rate


@pytest.mark.parametrize("steps", [1, 3, 40, 1500])
def test_the_training_curve_ends_with_the_loss_of_the_table_and_is_the_same_mean_at_each_point(
    steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against the mean of the losses of the steps themselves, noted one by one."""
    monkeypatch.setattr(losses, "TRAIN_MEAN_CHARS", 320)
    config = RunConfig(hidden_size=4, batch_size=2, seq_len=8, embedding_size=2)  # 16 characters a step
    trainer = Trainer(config, corpus_from_text("one two three " * 100))
    noted: list[float] = []
    add = trainer.history.add_step

    def noting(chars: int, elapsed_s: float, loss_nats: float, *rest: Any) -> None:
        noted.append(loss_nats)
        add(chars, elapsed_s, loss_nats, *rest)

    monkeypatch.setattr(trainer.history, "add_step", noting)
    while trainer.step < steps:
        trainer.advance(steps - trainer.step)
    now = snapshot_of(trainer, 1, "training", 0, None, "")
    chars, _, curve = training_curve(now)

    assert (chars[-1], curve[-1]) == (now.chars, now.train_loss_nats)
    window = now.train_loss_chars // 16  # steps
    for at, mean in zip((chars / 16).astype(int), curve, strict=True):
        assert mean == pytest.approx(np.mean(noted[max(0, at - window) : at]), rel=1e-9)


def test_a_run_that_went_back_to_its_best_weights_says_their_step_and_its_loss_is_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = RunConfig(hidden_size=4, batch_size=2, seq_len=8, steps=300, schedule="constant")
    trainer = Trainer(config, corpus_from_text("one two three " * 100), keep_best=True)
    evaluate, worse = trainer.learner.evaluate, count()
    monkeypatch.setattr(
        trainer.learner, "evaluate", lambda *a: (found := evaluate(*a)) and replace(found, loss_nats=1.0 + next(worse) / 8)
    )
    while not trainer.finished:
        trainer.advance(50)
    now = snapshot_of(trainer, 1, "finished", 0, None, "")

    assert now.step == 300
    assert now.kept_step == now.weights_step == now.val_step == trainer.weights_step < 300
    assert (now.val_age, now.val_is_old) == (0, False)
    assert now.curve.val_loss_nats[-1] > now.val_loss_nats == now.curve.val_loss_nats.min()
