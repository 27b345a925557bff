"""Training on past the goal: from the same weights, at a rate that is told, and with a future that a file keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.same import assert_same
from tests.training.tasks import PROBLEMS
from tests.training.test_trainer import train
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.data.opening import Data
from tui_rnn.training.past_goal import goal_of, past_goal, rate_past_goal
from tui_rnn.training.resuming import checkpoint_of, load_run, save_run
from tui_rnn.training.trainer import Trainer


def at_goal(config: RunConfig, data: Data, keep_best: bool = False) -> Trainer:
    trainer = Trainer(config, data, keep_best=keep_best)
    while not trainer.finished:
        trainer.advance(64)
    return trainer


def rate_after(trainer: Trainer, steps: int) -> float:
    """The learning rate after so many more steps, as the history notes it."""
    train(trainer, trainer.step + steps)
    return float(trainer.history.curves()["learning_rate"][-1])


@pytest.mark.parametrize("goal", [{"steps": 40}, {"epochs": 0.1}, {"seconds": 0.05}])
def test_a_run_whose_rate_fell_to_zero_trains_on_at_a_tenth_of_its_peak(
    goal: dict[str, Any], corpus: Corpus, small: RunConfig
) -> None:
    trainer = past_goal(at_goal(replace(small, schedule="cosine", learning_rate=0.02, **goal), corpus))
    assert not trainer.finished
    assert rate_after(trainer, 100) == pytest.approx(0.002)


def test_a_run_with_a_constant_rate_trains_on_at_that(corpus: Corpus, small: RunConfig) -> None:
    trainer = past_goal(at_goal(replace(small, steps=40, learning_rate=0.02), corpus))
    assert rate_after(trainer, 20) == pytest.approx(0.02)


def test_the_rate_that_was_changed_at_the_goal_is_the_one_to_train_on_from(corpus: Corpus, small: RunConfig) -> None:
    trainer = at_goal(replace(small, steps=40, schedule="cosine", learning_rate=0.02), corpus)
    trainer.set_learning_rate(0.04)
    assert rate_past_goal(trainer) == pytest.approx(0.004)
    assert rate_after(past_goal(trainer), 5) == pytest.approx(0.004)


def test_it_goes_on_from_what_it_has_learnt_and_leaves_the_run_at_its_goal_as_it_was(corpus: Corpus, small: RunConfig) -> None:
    done = at_goal(replace(small, steps=40, schedule="cosine"), corpus)
    arrays = done.learner.network.arrays()
    done.threads = 2
    on = past_goal(done)
    assert_same(done, on)
    assert (on.threads, on.latest) == (2, done.latest)
    assert on.learning_rate_changes == [(40, on.learning_rate)]
    train(on, 60)
    assert done.finished
    for name, array in done.learner.network.arrays().items():
        assert array.tobytes() == arrays[name].tobytes(), name
    assert any(not np.array_equal(array, arrays[name]) for name, array in on.learner.network.arrays().items())


@pytest.mark.parametrize("keep_best", [False, True])
def test_saved_past_its_goal_it_goes_on_bit_for_bit(keep_best: bool, corpus: Corpus, small: RunConfig, tmp_path: Path) -> None:
    trainer = past_goal(at_goal(replace(small, steps=40, schedule="cosine"), corpus, keep_best))
    train(trainer, 50)
    trainer.set_learning_rate(0.003)
    save_run(trainer, tmp_path / "on.safetensors")
    again = load_run(tmp_path / "on.safetensors", corpus)
    assert (again.learning_rate, again.finished) == (0.003, False)
    train(trainer, 90)
    train(again, 90)
    assert_same(trainer, again)


@pytest.mark.parametrize("keep_best", [False, True])
@pytest.mark.parametrize("task", sorted(PROBLEMS))
def test_on_examples_too_it_goes_on_bit_for_bit_from_its_file_and_from_that_of_the_goal(
    task: str, keep_best: bool, tmp_path: Path
) -> None:
    data = PROBLEMS[task].open(tmp_path)
    done = at_goal(replace(PROBLEMS[task].config, steps=40, schedule="cosine", dropout=0.2), data, keep_best)
    save_run(done, tmp_path / "done.safetensors")
    on, from_goal = past_goal(done), past_goal(load_run(tmp_path / "done.safetensors"))
    train(on, 70)
    save_run(on, tmp_path / "on.safetensors")
    again = load_run(tmp_path / "on.safetensors")
    for trainer in (on, from_goal, again):
        train(trainer, 110, max_steps=7)
    assert_same(on, again)
    assert_same(on, from_goal)


def test_a_run_whose_goal_lay_in_its_warm_up_trains_on_at_the_rate_that_was_told(corpus: Corpus, small: RunConfig) -> None:
    done = at_goal(replace(small, steps=10, warmup_steps=1_000, learning_rate=0.02), corpus)
    assert rate_past_goal(done) == pytest.approx(0.02)
    assert rate_after(past_goal(done), 1) == pytest.approx(0.02)


def test_a_run_that_keeps_its_best_goes_on_from_it_and_keeps_none_any_more(corpus: Corpus, small: RunConfig) -> None:
    done = at_goal(replace(small, steps=300, schedule="constant"), corpus, keep_best=True)
    on = past_goal(done)
    score = on.evaluate()
    assert score is not None
    assert score.loss_nats == done.history.val_loss_nats
    train(on, 330)
    assert not on.finished
    assert (checkpoint_of(on).best, checkpoint_of(on).facts.keep_best) == ({}, False)  # a file of half the size


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        ({"steps": 1}, "1 step"),
        ({"steps": 2000}, "2,000 steps"),
        ({"epochs": 2.5}, "2.5 epochs"),
        ({"seconds": 60.0}, "60 seconds"),
        ({}, ""),
    ],
)
def test_a_goal_is_told_in_words(goal: dict[str, Any], told: str) -> None:
    assert goal_of(RunConfig(**goal)) == told
