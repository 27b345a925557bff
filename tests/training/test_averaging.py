"""A run whose schedule is `average` ends with the mean of its weights over the last part of the way to its goal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.errors import InputError
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training import tensor_file
from tui_rnn.training.averaging import AVERAGED_SHARE
from tui_rnn.training.resuming import checkpoint_of, load_run, restored, save_run
from tui_rnn.training.schedule import AVERAGED_RATE, Schedule
from tui_rnn.training.trainer import Trainer

STEPS = 40


@pytest.fixture
def averaging(small: RunConfig) -> RunConfig:
    return replace(small, steps=STEPS, schedule="average")


def finish(trainer: Trainer, steps_a_call: int = 7) -> Trainer:
    while not trainer.finished:
        trainer.advance(steps_a_call)
    return trainer


def test_the_weights_at_the_goal_are_the_mean_of_those_of_the_last_part(corpus: Corpus, averaging: RunConfig) -> None:
    trainer, seen = Trainer(averaging, corpus), []
    while trainer.step < STEPS:
        if trainer.advance(1) and trainer.step >= STEPS * (1 - AVERAGED_SHARE):
            seen.append(trainer.learner.network.parameters)
    finish(trainer)
    assert len(seen) > 10
    for name, found in trainer.learner.network.parameters.items():
        np.testing.assert_allclose(found, np.mean([weights[name] for weights in seen], axis=0), atol=1e-5)
        assert not np.array_equal(found, seen[-1][name])


def test_the_score_at_the_goal_is_of_the_mean(corpus: Corpus, averaging: RunConfig) -> None:
    trainer = finish(Trainer(averaging, corpus))
    score = trainer.evaluate(trainer.scored)
    assert score is not None
    assert trainer.history.val_loss_nats == score.loss_nats


def test_how_steps_are_grouped_changes_no_bit_of_the_mean(corpus: Corpus, averaging: RunConfig) -> None:
    one, other = (finish(Trainer(averaging, corpus), steps_a_call=count) for count in (1, 13))
    for name, array in one.learner.network.arrays().items():
        assert np.array_equal(array, other.learner.network.arrays()[name])


@pytest.mark.parametrize("stop_at", [10, 31, 39])
def test_a_saved_run_ends_with_the_same_mean(corpus: Corpus, averaging: RunConfig, tmp_path: Path, stop_at: int) -> None:
    trainer, path = Trainer(averaging, corpus), tmp_path / "run.safetensors"
    while trainer.step < stop_at:
        trainer.advance(1)
    save_run(trainer, path)
    resumed, whole = finish(load_run(path, corpus)), finish(trainer)
    for name, array in whole.learner.network.arrays().items():
        assert np.array_equal(array, resumed.learner.network.arrays()[name])


def test_a_run_at_its_goal_has_no_mean_beside_its_weights_in_its_file(
    corpus: Corpus, averaging: RunConfig, tmp_path: Path
) -> None:
    path = tmp_path / "run.safetensors"
    save_run(finish(Trainer(averaging, corpus)), path)
    with tensor_file.opened(path) as file:
        assert not [name for name in file.tensors if name.startswith("average.")]


def test_a_mean_that_holds_nan_is_refused(corpus: Corpus, averaging: RunConfig, tmp_path: Path) -> None:
    trainer, path = Trainer(averaging, corpus), tmp_path / "run.safetensors"
    while trainer.step < STEPS - 1:
        trainer.advance(1)
    saved = checkpoint_of(trainer)
    next(iter(saved.average.values())).flat[0] = np.nan
    checkpoints.write(saved, path)
    with pytest.raises(InputError, match=r"average\..* holds NaN"):
        checkpoints.read(path)


def test_a_new_goal_begins_a_new_mean(corpus: Corpus, averaging: RunConfig) -> None:
    trainer = Trainer(averaging, corpus)
    while trainer.step < STEPS - 2:
        trainer.advance(1)
    longer = restored(checkpoint_of(trainer), corpus, goal={"steps": 10 * STEPS})
    assert checkpoint_of(longer).facts.averaged == 0


def test_the_rate_falls_along_a_cosine_to_its_lowest_share_of_the_peak(averaging: RunConfig) -> None:
    schedule = Schedule.of(replace(averaging, warmup_steps=0), 100.0, 10.0)
    rates = schedule.learning_rates(0, STEPS, 1.0, 0.0, 0.0)
    assert rates[0] == 1.0
    assert rates[STEPS // 2] == pytest.approx((1 + AVERAGED_RATE) / 2)
    assert AVERAGED_RATE < rates[-1] < AVERAGED_RATE + 0.01


def test_without_a_goal_there_is_nothing_to_average_up_to(corpus: Corpus, small: RunConfig) -> None:
    with pytest.raises(InputError, match="schedule is average, which needs a goal"):
        Trainer(replace(small, schedule="average", steps=None), corpus)
