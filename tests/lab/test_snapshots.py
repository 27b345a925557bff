"""An evaluation on its way to the screen."""

from __future__ import annotations

import numpy as np

from tui_rnn.insight.answers import Confusion
from tui_rnn.lab.snapshots import scored
from tui_rnn.train.evaluation import Evaluation


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
