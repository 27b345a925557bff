"""An evaluation and a rate on their way to the screen."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.insight.answers import Confusion
from tui_rnn.lab.snapshots import rate_of, scored
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.trainer import Trainer


def test_of_very_many_labels_the_confusion_keeps_the_most_frequent_in_their_order() -> None:
    names = tuple(f"label {k:03}" for k in range(200))
    counts = np.zeros((200, 200), np.int64)
    counts[100:164, 100:164] = 5
    counts[3, 4] = 1
    f1 = np.linspace(0, 1, 200)
    told = scored(Evaluation(1.0, 9, metrics={"accuracy": 0.5}, confusion=Confusion(names, counts, f1)), 7, 40).confusion
    assert told is not None
    assert told.labels == names[100:164]
    assert (told.counts == 5).all()
    assert told.f1.tolist() == f1[100:164].tolist()


def test_few_labels_are_all_told() -> None:
    confusion = Confusion(("a", "b"), np.array([[3, 1], [0, 2]]), np.array([0.9, 0.8]))
    told = scored(Evaluation(1.0, 6, metrics={"accuracy": 5 / 6}, confusion=confusion), 7, 40)
    assert (told.run_id, told.step, told.metrics, told.confusion) == (7, 40, {"accuracy": 5 / 6}, confusion)


def test_the_rate_that_is_told_is_the_next_steps_while_time_is_kept_for_the_last_evaluation() -> None:
    config = RunConfig(hidden_size=8, batch_size=2, seq_len=8, warmup_steps=2, schedule="cosine", seconds=100.0)
    trainer = Trainer(config, corpus_from_text("one two three " * 100))
    trainer.advance(5)
    trainer._scoring.note(40.0)
    told = rate_of(trainer)
    trainer.advance(1)
    assert trainer.history.curves()["learning_rate"][-1] == pytest.approx(told, rel=1e-3)
    assert told < 0.8 * config.learning_rate
