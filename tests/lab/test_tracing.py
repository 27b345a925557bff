"""What the screen is told of a run's inside, against the model's own distribution over the next character."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.errors import InputError
from tui_rnn.insight.asking import longest_reading
from tui_rnn.lab.messages import Sampling
from tui_rnn.lab.tracing import trace
from tui_rnn.lab.writing import Question, draw_sample
from tui_rnn.training.trainer import Trainer


@pytest.fixture(scope="module")
def trainer(text: str) -> Trainer:
    config = RunConfig(cell="lstm", hidden_size=16, num_layers=2, batch_size=4, seq_len=16)
    trainer = Trainer(config, corpus_from_text(text))
    while trainer.step < 100:
        trainer.advance(20)
    return trainer


def test_a_trace_tells_what_comes_next_and_how_likely_it_was(trainer: Trainer) -> None:
    text = "the cat sat. a dog"
    traced = trace(trainer, 5, text, 0)
    ids = trainer.data.vocabulary.encode(text)[0]
    probabilities = np.exp(trainer.learner.network.trace(ids).log_probs)
    assert (traced.run_id, traced.step, traced.text) == (5, trainer.step, text)
    for t in range(len(text) - 1):
        p = probabilities[t]
        assert traced.next_prob[t] == pytest.approx(p[ids[t + 1]])
        assert traced.next_rank[t] == 1 + sum(p > p[ids[t + 1]])
    assert np.isnan(traced.next_prob[-1])
    assert traced.next_rank[-1] == 0


def test_a_trace_names_the_likeliest_characters_in_order(trainer: Trainer) -> None:
    traced = trace(trainer, 1, "a dog", 0)
    ids, characters = trainer.data.vocabulary.encode("a dog")[0], trainer.data.vocabulary.characters
    probabilities = np.exp(trainer.learner.network.trace(ids).log_probs)
    for t in range(5):
        ranked = sorted(range(len(characters)), key=lambda k, t=t: -probabilities[t, k])[:8]
        assert traced.top_symbols[t] == tuple(characters[k] for k in ranked)
        assert traced.top_probs[t] == pytest.approx(probabilities[t, ranked])


def test_all_gates_of_all_layers_are_there(trainer: Trainer) -> None:
    traced = trace(trainer, 1, "a dog", 0)
    assert {name: signal.shape for name, signal in traced.readings[0].signals.items()} == {
        name: (5, 2, 16) for name in "ifgoch"
    }


def test_nothing_is_claimed_about_a_character_that_the_model_can_not_predict(trainer: Trainer) -> None:
    traced = trace(trainer, 1, "ξa ξ", 0)
    assert traced.unknown == (0, 3)
    assert np.isfinite(traced.next_prob[:2]).all()
    assert np.isnan(traced.next_prob[2:]).all()
    assert traced.next_rank[2:].tolist() == [0, 0]


def test_without_a_probe_the_validation_part_is_read(trainer: Trainer) -> None:
    start = trainer.data.vocabulary.decode(trainer.data.validation[:33])
    assert trace(trainer, 1, None, 33).text == start


def test_one_character_can_be_traced(trainer: Trainer) -> None:
    assert trace(trainer, 1, "a", 0).next_rank.tolist() == [0]


def test_a_trace_of_a_large_network_is_kept_short_enough_to_send() -> None:
    config = RunConfig(hidden_size=4096, num_layers=8)
    assert 1 <= longest_reading(config) < 30
    assert longest_reading(replace(config, hidden_size=128, num_layers=1)) > 5000


def test_a_sample_goes_on_from_its_prompt_with_the_surprise_of_each_character(trainer: Trainer) -> None:
    drawn = draw_sample(trainer, Question(1, "the cat", Sampling(length=30), seed=4, request_id=9))
    assert drawn.text.startswith("the cat")
    assert len(drawn.text) == len(drawn.surprise_nats) == 37
    assert np.isnan(drawn.surprise_nats[0])
    ids = trainer.data.vocabulary.encode(drawn.text)[0]
    log_probs = trainer.learner.network.trace(ids).log_probs
    expected = [-log_probs[t, ids[t + 1]] for t in range(36)]
    assert drawn.surprise_nats[1:] == pytest.approx(expected, abs=1e-3)


def test_a_sample_without_a_prompt_begins_as_after_a_line_end(trainer: Trainer) -> None:
    drawn = draw_sample(trainer, Question(1, "", Sampling(length=30), seed=4))
    after = draw_sample(trainer, Question(1, "\n", Sampling(length=30), seed=4))
    assert drawn.prompt == ""
    assert drawn.text == after.text[1:]
    assert np.isfinite(drawn.surprise_nats).all()


def test_unknown_characters_of_a_prompt_are_told_and_shown(trainer: Trainer) -> None:
    drawn = draw_sample(trainer, Question(1, "aξ", Sampling(length=5), seed=4))
    assert drawn.unknown == (1,)
    assert drawn.text.startswith("aξ")


@pytest.mark.parametrize("sampling", [Sampling(temperature=-1), Sampling(top_p=0), Sampling(top_k=-1), Sampling(length=-1)])
def test_sampling_out_of_range_is_refused(sampling: Sampling, trainer: Trainer) -> None:
    with pytest.raises(InputError):
        draw_sample(trainer, Question(1, "a", sampling, seed=4))
