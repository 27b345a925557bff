"""Weights of past moments: which are kept, that they are those of then, and that keeping them changes nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus, corpus_from_text
from tui_rnn.errors import InputError
from tui_rnn.insight.scores import Scores
from tui_rnn.training.api import load
from tui_rnn.training.moments import Moments, due_after, nearest
from tui_rnn.training.resuming import load_run, save_run
from tui_rnn.training.subjects import copy_of
from tui_rnn.training.trainer import Trainer

SMALL = RunConfig(hidden_size=8, embedding_size=4, batch_size=4, seq_len=8, warmup_steps=2)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return corpus_from_text("the cat sat on the mat. a dog ran away. " * 60)


def trained(config: RunConfig, corpus: Corpus, steps: int, at_once: int = 7) -> Trainer:
    trainer = Trainer(config, corpus)
    while trainer.step < steps:
        trainer.advance(min(at_once, steps - trainer.step))
    return trainer


def room_for(count: int, corpus: Corpus) -> RunConfig:
    """Settings with room for so many moments."""
    one = sum(array.nbytes for array in Trainer(SMALL, corpus).learner.network.parameters.values())
    return replace(SMALL, moments_mb=(count + 0.5) * one / 1e6)


def test_each_early_step_is_kept_and_then_eight_while_their_number_doubles() -> None:
    due, step = [0], 0
    while step < 3000:
        due.append(step := due_after(step))
    assert due[:12] == list(range(12))
    for low in (64, 256, 1024):
        assert len([step for step in due if low <= step < 2 * low]) == 8
        assert low in due


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_the_same_moments_are_kept_however_steps_are_grouped(corpus: Corpus, at_once: int) -> None:
    trainer = trained(SMALL, corpus, 90, at_once)
    expected, step = [0], 0
    while (step := due_after(step)) <= 90:
        expected.append(step)
    assert list(trainer.moments.steps) == expected


def test_a_moment_has_the_weights_of_its_step(corpus: Corpus) -> None:
    trainer, at_22 = trained(SMALL, corpus, 60), trained(SMALL, corpus, 23)
    assert 23 in trainer.moments.steps
    for name, array in at_22.learner.network.parameters.items():
        np.testing.assert_array_equal(trainer.moments.weights_at(23)[name], array)


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_kind_of_network_learns_the_same_with_and_without_moments(kind: str, tmp_path: Path) -> None:
    data = PROBLEMS[kind].open(tmp_path)
    config = replace(PROBLEMS[kind].config, dropout=0.2)
    with_them, without = (trained(c, data, 30, 30) for c in (config, replace(config, moments_mb=0.0)))  # type: ignore[arg-type]
    assert with_them.moments.steps
    assert without.moments.steps == ()
    for name, array in without.learner.network.arrays().items():
        assert with_them.learner.network.arrays()[name].tobytes() == array.tobytes(), name
    assert copy_of(with_them, 4).step == 4


def test_a_language_model_learns_the_same_with_and_without_moments(corpus: Corpus) -> None:
    config = replace(SMALL, dropout=0.2)
    with_them, without = (trained(c, corpus, 60, 100) for c in (config, replace(config, moments_mb=0.0)))
    for name, array in without.learner.network.arrays().items():
        assert with_them.learner.network.arrays()[name].tobytes() == array.tobytes(), name


@pytest.mark.parametrize("count", [2, 5, 12])
def test_they_never_take_more_room_than_they_may_and_are_thinned_evenly(corpus: Corpus, count: int) -> None:
    config = room_for(count, corpus)
    trainer = trained(config, corpus, 400, 50)
    steps = trainer.moments.steps
    assert len(steps) == count
    assert steps[0] == 0
    assert steps[-1] > 300
    assert sum(array.nbytes for array in trainer.moments.arrays().values()) <= config.moments_mb * 1e6 + 8 * count
    ratios = [(after + 1) / (before + 1) for before, after in pairwise(steps[1:])]
    assert not ratios or max(ratios) < 400 ** (2.5 / count)


def test_without_room_for_one_none_is_kept(corpus: Corpus) -> None:
    assert trained(room_for(0, corpus), corpus, 20).moments.steps == ()


def test_a_resumed_run_has_its_moments_bit_for_bit_and_keeps_on(corpus: Corpus, tmp_path: Path) -> None:
    config = room_for(12, corpus)
    path = tmp_path / "a.safetensors"
    first = trained(config, corpus, 100)
    save_run(first, path)
    resumed, whole = load_run(path, corpus), trained(config, corpus, 300)
    for name, array in first.moments.arrays().items():
        assert resumed.moments.arrays()[name].tobytes() == array.tobytes(), name
    while resumed.step < 300:
        resumed.advance(min(50, 300 - resumed.step))
    assert resumed.moments.steps == whole.moments.steps
    for name, array in whole.moments.arrays().items():
        assert resumed.moments.arrays()[name].tobytes() == array.tobytes(), name


def test_a_run_that_diverged_forgets_what_came_after_its_last_good_weights(corpus: Corpus) -> None:
    trainer = trained(replace(SMALL, learning_rate=0.01), corpus, 40)
    good = trainer._good.step
    trainer._fall_back(41, "a test")
    assert trainer.moments.steps == tuple(step for step in range(good + 1) if step == 0 or due_after(step - 1) == step)


def test_of_a_saved_run_the_nearest_moment_answers_and_says_which(corpus: Corpus, tmp_path: Path) -> None:
    trainer = trained(SMALL, corpus, 100)
    save_run(trainer, tmp_path / "a.safetensors")
    run = load(tmp_path / "a.safetensors")
    assert run.moments == (*(step for step in trainer.moments.steps if step < 100), 100)
    for wanted, found in ((0, 0), (3, 3), (10**9, 100), (95, nearest(run.moments, 95))):
        answer = run.ask(Scores(), at_step=wanted, source=corpus.validation)
        nats, count = trained(SMALL, corpus, found).learner.network.evaluate(corpus.validation)
        assert answer.step == found
        assert answer.loss_nats == pytest.approx(nats / count)


def test_of_two_that_are_as_near_the_later_one_answers() -> None:
    assert nearest((0, 4, 8), 6) == 8
    assert nearest((0, 4, 8), 5) == 4


def test_moments_that_can_not_be_are_refused_in_one_line(corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_run(trained(SMALL, corpus, 20), path)
    arrays, metadata = safetensors.numpy.load_file(path), _metadata(path)
    steps = arrays["moments.steps"]
    wrong: dict[str, dict[str, np.ndarray | None]] = {
        "of ascending steps from 0 to 20": {"moments.steps": steps + 5},
        "its settings allow": {"moments.steps": np.arange(100_000)},
        "'moments.V' is": {"moments.V": arrays["moments.V"][1:]},
        "holds NaN": {"moments.V": np.full_like(arrays["moments.V"], np.nan)},
        "it lacks": {"moments.V": None},
        "that its settings don't ask for": {"moments.Q": np.zeros(3, np.float32)},
    }
    for reason, changed in wrong.items():
        kept = {name: array for name, array in {**arrays, **changed}.items() if array is not None}
        safetensors.numpy.save_file(kept, path, metadata)
        with pytest.raises(InputError, match=reason):
            load(path)


def _metadata(path: Path) -> dict[str, str]:
    with safetensors.safe_open(path, "numpy") as file:
        return dict(file.metadata())


def test_nothing_is_restored_from_a_run_without_moments() -> None:
    assert Moments.restored(16.0, {}).steps == ()
