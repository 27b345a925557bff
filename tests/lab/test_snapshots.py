"""A rate on its way to the screen."""

from __future__ import annotations

import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.lab.snapshots import rate_of
from tui_rnn.training.trainer import Trainer


def test_the_rate_that_is_told_is_the_next_steps_while_time_is_kept_for_the_last_evaluation() -> None:
    config = RunConfig(hidden_size=8, batch_size=2, seq_len=8, warmup_steps=2, schedule="cosine", seconds=100.0)
    trainer = Trainer(config, corpus_from_text("one two three " * 100))
    trainer.advance(5)
    trainer._scoring.note(40.0)
    told = rate_of(trainer)
    trainer.advance(1)
    assert trainer.history.curves()["learning_rate"][-1] == pytest.approx(told, rel=1e-3)
    assert told < 0.8 * config.learning_rate
