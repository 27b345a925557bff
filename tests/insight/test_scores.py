"""Scores as an answer, against counting by hand and the network's own evaluation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_rnn.insight.answers import Confusion
from tui_rnn.insight.question import Cancelled, Subject
from tui_rnn.insight.registry import answer, entry_of
from tui_rnn.insight.scores import Scores, scored
from tui_rnn.training.evaluation import Evaluation


def test_of_very_many_labels_the_confusion_keeps_the_most_frequent_in_their_order() -> None:
    names = tuple(f"label {k:03}" for k in range(200))
    counts = np.zeros((200, 200), np.int64)
    counts[100:164, 100:164] = 5
    counts[3, 4] = 1
    f1 = np.linspace(0, 1, 200)
    told = scored(Evaluation(1.0, 9, metrics={"accuracy": 0.5}, confusion=Confusion(names, counts, f1)), 40, 64).confusion
    assert told is not None
    assert told.labels == names[100:164]
    assert (told.counts == 5).all()
    assert told.f1.tolist() == f1[100:164].tolist()


def test_few_labels_are_all_told() -> None:
    confusion = Confusion(("a", "b"), np.array([[3, 1], [0, 2]]), np.array([0.9, 0.8]))
    told = scored(Evaluation(1.0, 6, metrics={"accuracy": 5 / 6}, confusion=confusion), 40, 64)
    assert (told.step, told.metrics, told.confusion) == (40, {"accuracy": 5 / 6}, confusion)


def test_a_score_is_of_what_is_asked_about(reader: Subject) -> None:
    nats, count = reader.network.evaluate(reader.part)
    told = answer(reader, Scores())
    assert (told.step, told.unit, told.predictions) == (reader.step, "char", count)
    assert told.loss_nats == pytest.approx(nats / count)
    other = replace(reader, open_part=lambda: reader.data.train[:500])
    assert answer(other, Scores()).predictions == 499


def test_the_latest_evaluation_is_told_with_the_step_of_its_weights(reader: Subject) -> None:
    subject = replace(reader, evaluation=Evaluation(0.25, 7), evaluated_step=40)
    told = answer(subject, Scores(latest=True))
    assert (told.loss_nats, told.step) == (0.25, 40)
    assert answer(subject, Scores()).step == reader.step
    assert entry_of(Scores()).changes_with(subject) == 40
    assert entry_of(Scores()).changes_with(replace(reader, evaluation=None)) is None


def test_scoring_ends_when_nobody_waits_any_more(reader: Subject) -> None:
    def end(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        answer(reader, Scores(), end)
