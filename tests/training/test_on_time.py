"""A run with a goal in seconds ends on time, with the weights that it should."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.trainer import Trainer


class Clock:
    """Time that passes only with training steps and evaluations."""

    def __init__(self, trainer: Trainer, monkeypatch: pytest.MonkeyPatch, step_s: float, evaluation_s: float) -> None:
        self.now = 0.0
        learner = trainer.learner
        train, evaluate = learner.train, learner.evaluate

        def slow(call: Callable[..., Any], cost: Callable[..., float]) -> Callable[..., Any]:
            def wrapped(*arguments: Any) -> Any:
                self.now += cost(*arguments)
                return call(*arguments)

            return wrapped

        monkeypatch.setattr(learner, "train", slow(train, lambda rates, *_: step_s * len(rates)))
        monkeypatch.setattr(learner, "evaluate", slow(evaluate, lambda *_: evaluation_s))
        monkeypatch.setattr("tui_rnn.training.stopwatch.time.perf_counter", lambda: self.now)


@pytest.mark.parametrize(("step_s", "evaluation_s"), [(0.001, 0.1), (0.05, 0.01), (0.01, 0.5)])
def test_a_run_ends_on_time_with_its_last_evaluation(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, step_s: float, evaluation_s: float
) -> None:
    config = RunConfig(hidden_size=8, seq_len=16, batch_size=4, schedule="cosine", seconds=4.0)
    trainer = Trainer(config, corpus, spent_s=0.5)
    clock = Clock(trainer, monkeypatch, step_s, evaluation_s)
    while not trainer.finished:
        trainer.advance_for(0.05)
    ended = clock.now + 0.5
    assert ended <= 4 * 1.02
    assert ended >= 4 * 0.98 - evaluation_s  # no training where another evaluation would not fit any more
    assert trainer.history.evaluated_step == trainer.step


def test_slow_evaluations_do_not_take_the_time_to_learn_in(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    config = RunConfig(hidden_size=8, seq_len=16, batch_size=4, schedule="cosine", seconds=3.0)
    trainer = Trainer(config, corpus, spent_s=0.5)
    clock = Clock(trainer, monkeypatch, step_s=0.01, evaluation_s=0.0)
    evaluate, read = trainer.learner.evaluate, []

    def by_parts(part: Any, threads: int, cancelled: Callable[[], bool]) -> Any:
        """Asks now and then whether it is to go on, as evaluations do."""
        for _ in range(12):
            if cancelled():
                return None
            clock.now += 0.1
        read.append(trainer.step)
        return evaluate(part, threads, lambda: False)

    monkeypatch.setattr(trainer.learner, "evaluate", by_parts)
    while not trainer.finished:
        trainer.advance_for(0.05)
    assert read == [trainer.step]  # the last only
    assert trainer.step > 100
    assert clock.now + 0.5 < 3 + 1.2


def test_the_end_is_the_mean_also_where_the_time_goes_by_during_an_evaluation(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig(hidden_size=8, seq_len=16, batch_size=4, schedule="average", seconds=4.0)
    trainer = Trainer(config, corpus)
    Clock(trainer, monkeypatch, step_s=0.01, evaluation_s=0.05)
    while trainer.elapsed_s < 3.91:  # one more evaluation fits, and two do not
        trainer.advance(1)
    monkeypatch.setattr(trainer.schedule.__class__, "evaluates_after", lambda schedule, step: True)
    mean = trainer.averaging.arrays()
    trainer.advance(1)
    assert trainer.finished
    for name, values in trainer.learner.network.parameters.items():
        assert np.array_equal(values, mean[name]), name
    score = trainer.evaluate(trainer.scored)
    assert score is not None
    assert trainer.history.val_loss_nats == score.loss_nats


@pytest.mark.parametrize("keep_best", [True, False])
def test_only_where_asked_the_best_weights_are_those_at_the_end(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, keep_best: bool
) -> None:
    config = RunConfig(hidden_size=8, seq_len=16, batch_size=4, steps=40)
    trainer = Trainer(config, corpus, keep_best=keep_best)
    worse = iter([3.0, 2.0, *np.linspace(2.1, 4, 1000)])
    evaluate = trainer.learner.evaluate
    weights: list[tuple[float, dict[str, Any]]] = []

    def scripted(*arguments: Any) -> Any:
        found = evaluate(*arguments)
        assert found is not None
        loss = next(worse)
        weights.append((loss, trainer.learner.network.parameters))
        return type(found)(loss, found.count)

    monkeypatch.setattr(trainer.learner, "evaluate", scripted)
    while not trainer.finished:
        trainer.advance(10)
    expected = min(weights, key=lambda pair: pair[0]) if keep_best else weights[-1]
    assert len(weights) > 2
    for name, values in trainer.learner.network.parameters.items():
        assert np.array_equal(values, expected[1][name]), name
    assert (trainer.kept_step is not None) == keep_best
    assert trainer.latest is not None
    assert trainer.latest.loss_nats == trainer.history.val_loss_nats == expected[0]


def test_where_nothing_can_be_scored_the_last_weights_are_kept(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(RunConfig(hidden_size=8, seq_len=16, batch_size=4, steps=40), corpus, keep_best=True)
    monkeypatch.setattr(trainer.learner, "evaluate", lambda *arguments: Evaluation(math.nan, 0))
    while not trainer.finished:
        last = trainer.learner.network.parameters
        trainer.advance(10)
    assert trainer.kept_step is None
    assert all(np.array_equal(values, last[name]) for name, values in trainer.learner.network.parameters.items())
