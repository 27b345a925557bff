"""Training one run: it learns, stops at its goal, repeats exactly, and survives a learning rate of a million."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.training.same import assert_same, state
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus, corpus_from_text
from tui_rnn.errors import InputError
from tui_rnn.training.learner import scored_chars
from tui_rnn.training.learners.stream import StreamLearner
from tui_rnn.training.resuming import checkpoint_of
from tui_rnn.training.trainer import Trainer


def trained(config: RunConfig, corpus: Corpus, steps: int, max_steps: int = 64, threads: int = 1) -> Trainer:
    trainer = Trainer(config, corpus, threads=threads)
    train(trainer, steps, max_steps)
    return trainer


def train(trainer: Trainer, steps: int, max_steps: int = 64) -> None:
    """Go on to `steps` steps in all, and do the evaluation that is due there."""
    while trainer.step < steps and not trainer.diverged:
        trainer.advance(min(max_steps, steps - trainer.step))
    if trainer.schedule.evaluates_after(steps):
        trainer.advance(1)


def unigram_loss(corpus: Corpus) -> float:
    shares = np.bincount(corpus.validation) / len(corpus.validation)
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_it_learns_more_than_the_frequencies_of_the_characters(cell: str, corpus: Corpus, small: RunConfig) -> None:
    trainer = trained(replace(small, cell=cell, steps=200), corpus, 200)
    score = trainer.evaluate()
    assert score is not None
    assert score.loss_nats < 0.6 * unigram_loss(corpus)


def test_less_is_scored_where_there_are_very_many_symbols_to_choose_from() -> None:
    counts = [scored_chars(outputs) for outputs in (2, 10_001, 20_002, 100_000, 10**7)]
    assert counts == [65_536, 65_536, 32_768, 6_554, 4_096]

    characters = "".join(map(chr, range(0x4E00, 0x4E00 + 12_000)))
    data = corpus_from_text(characters * 60)
    assert len(StreamLearner.scored_part(data)) == scored_chars(12_000) < len(data.validation)


def test_the_first_thing_is_the_loss_of_the_untrained_network(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(small, corpus)
    assert trainer.advance(10) == 0
    assert trainer.history.val_loss_nats == pytest.approx(math.log(len(corpus.vocabulary)), rel=0.1)
    assert trainer.advance(10) > 0


def test_it_stops_at_its_goal_in_steps_and_has_evaluated_there(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(replace(small, steps=37), corpus)
    while not trainer.finished:
        trainer.advance(1000)
    assert trainer.step == 37
    assert trainer.history.evaluated_step == 37
    assert trainer.advance(5) == 0


def test_it_stops_at_its_goal_in_epochs(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(replace(small, epochs=0.5), corpus)
    while not trainer.finished:
        trainer.advance(1000)
    assert trainer.epoch == pytest.approx(0.5, abs=64 / len(corpus.train))


def test_it_stops_when_its_seconds_of_training_are_over(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(replace(small, seconds=0.2, schedule="cosine"), corpus)
    while not trainer.finished:
        trainer.advance_for(0.05)
    assert trainer.elapsed_s >= 0.2
    assert trainer.step > 0
    assert trainer.history.evaluated_step == trainer.step


@pytest.mark.parametrize("cell", ["elman", "lstm"])
def test_neither_the_grouping_of_steps_nor_the_threads_change_a_bit(cell: str, corpus: Corpus, small: RunConfig) -> None:
    config = replace(small, cell=cell, dropout=0.2, schedule="cosine", steps=120)
    assert_same(trained(config, corpus, 120, max_steps=7), trained(config, corpus, 120, max_steps=500, threads=2))


def test_watching_does_not_change_training(corpus: Corpus, small: RunConfig) -> None:
    watched = Trainer(replace(small, dropout=0.2), corpus)
    ids = corpus.vocabulary.encode("the cat")[0]
    while watched.step < 100:
        watched.advance(min(10, 100 - watched.step))
        watched.learner.network.generate(ids, 20, temperature=0.8, top_k=0, top_p=1.0, seed=watched.step)
        watched.learner.network.trace(ids)
        watched.evaluate()
        checkpoint_of(watched)
    assert_same(watched, trained(replace(small, dropout=0.2), corpus, 100))


def test_a_cancelled_evaluation_is_done_anew(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(small, corpus)
    trainer.advance(1, cancelled=lambda: True)
    assert trainer.history.evaluated_step == -1
    trainer.advance(1)
    assert trainer.history.evaluated_step == 0


def test_a_new_learning_rate_holds_from_the_next_step_and_is_remembered(corpus: Corpus, small: RunConfig) -> None:
    trainer = trained(replace(small, warmup_steps=0), corpus, 20)
    trainer.set_learning_rate(0.002)
    train(trainer, 30)
    rates = trainer.history.curves()["learning_rate"]
    assert rates[:20].tolist() == [0.01] * 20
    assert rates[20:].tolist() == [0.002] * 10
    assert trainer.learning_rate_changes == [(20, 0.002)]


def test_a_learning_rate_out_of_range_is_refused(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(small, corpus)
    with pytest.raises(InputError, match="learning_rate is -1"):
        trainer.set_learning_rate(-1.0)


@pytest.mark.parametrize("cell", ["elman", "lstm"])
def test_a_learning_rate_of_a_million_stops_the_run_at_its_last_good_weights(
    cell: str, corpus: Corpus, small: RunConfig
) -> None:
    trainer = trained(replace(small, cell=cell), corpus, 40)
    train(trainer, trainer.step + trainer.schedule.steps_to_evaluation(trainer.step))
    good_step, good = trainer.step, state(trainer)
    trainer.set_learning_rate(1e6)
    while not trainer.diverged:
        trainer.advance(10)
        assert trainer.step < good_step + 1000
    assert trainer.step == good_step
    assert f"It has the weights of step {good_step:,} again; lower the learning rate (now 1e+06)" in trainer.message
    assert all(array.tobytes() == good[name].tobytes() for name, array in state(trainer).items())
    assert trainer.advance(10) == 0


def test_a_rate_that_keeps_the_loss_above_blind_guessing_stops_the_run(corpus: Corpus, small: RunConfig) -> None:
    trainer = Trainer(replace(small, cell="elman", learning_rate=1.0, warmup_steps=0, hidden_size=64), corpus)
    while not trainer.diverged:
        trainer.advance(10)
        assert trainer.step < 2000
    assert trainer.history.val_loss_nats < 1.2 * math.log(len(corpus.vocabulary))


def test_a_validation_part_unlike_the_training_part_is_no_divergence(small: RunConfig) -> None:
    trainer = trained(replace(small, learning_rate=0.03), corpus_from_text("abcd " * 2000 + "dbac dcba" * 100), 1000)
    assert not trainer.diverged
    assert trainer.history.val_loss_nats > 2 * math.log(len(trainer.data.vocabulary))


def test_weights_that_are_not_finite_stop_the_run(corpus: Corpus, small: RunConfig) -> None:
    trainer = trained(small, corpus, 10)
    trainer.learner.network.set_parameters(
        {name: np.full_like(array, np.nan) for name, array in trainer.learner.network.parameters.items()}
    )
    trainer.advance(10)
    assert trainer.diverged
    assert "the loss was nan nats/char" in trainer.message
    assert all(np.isfinite(array).all() for array in trainer.learner.network.parameters.values())


def test_a_run_that_diverged_trains_on_after_the_rate_was_lowered(corpus: Corpus, small: RunConfig) -> None:
    trainer = trained(replace(small, learning_rate=1e6, warmup_steps=0), corpus, 100)
    diverged = trainer.diverged
    assert diverged
    trainer.set_learning_rate(0.01)
    trainer.resume()
    train(trainer, 150)
    assert not trainer.diverged
    score = trainer.evaluate()
    assert score is not None
    assert score.loss_nats < unigram_loss(corpus)


def test_pauses_do_not_count_as_training_time(corpus: Corpus, small: RunConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("tui_rnn.training.stopwatch.time.perf_counter", lambda: now)
    trainer = trained(small, corpus, 10)
    now += 1000.0
    train(trainer, 20)
    assert trainer.elapsed_s == 0.0


def test_a_text_too_short_for_a_sequence_is_refused(small: RunConfig) -> None:
    with pytest.raises(InputError, match="too few for seq_len 64"):
        Trainer(replace(small, seq_len=64), corpus_from_text("abcabc" * 5))
