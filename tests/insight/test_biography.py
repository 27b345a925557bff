"""A unit over the moments of a run: planted at a moment, it is found from that moment on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.running_text import in_tokens
from tui_rnn.errors import InputError
from tui_rnn.insight.biography import Biography
from tui_rnn.insight.question import Subject, refuse
from tui_rnn.insight.registry import answer
from tui_rnn.insight.surprise import BITS, Surprise
from tui_rnn.training.subjects import copy_of, subject_of, with_past
from tui_rnn.training.trainer import Trainer

WORDS = np.random.default_rng(1).choice(["the cat ", "a dog ", "sat. ", "ran away ", "oh, ", "under it "], 900)
UNIT = 2


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    config = RunConfig(cell="elman", hidden_size=6, embedding_size=0, seq_len=16, batch_size=4, warmup_steps=2)
    found = Trainer(config, in_tokens(corpus_from_text("".join(WORDS)), "char"))
    while found.step < 20:
        found.advance(20 - found.step)
    return found


@pytest.fixture(scope="module")
def planted(trainer: Trainer) -> Subject:
    """From step 100 on, a unit is high after vowels; before, it is as it began."""
    subject = subject_of(trainer)
    before = trainer.moments.weights[0]
    after = {name: array.copy() for name, array in before.items()}
    after["U0"][:, UNIT] = 0
    for k, letter in enumerate(subject.symbols.vocabulary.characters):
        after["W0"][k, UNIT] = 1.0 if letter in "aeiou" else -1.0
    start = {name: array.copy() for name, array in before.items()}
    start["W0"][:, UNIT], start["U0"][:, UNIT] = 0, 0
    start["U0"][0, UNIT] = 1e-3
    return with_past(subject, {0: start, 50: start, 100: after, 200: after})


def test_a_unit_tracks_what_was_planted_since_the_moment_of_planting(planted: Subject) -> None:
    found = answer(replace(planted, step=200), Biography(UNIT, where="vowel", signal="h"))
    assert found.at.tolist() == [0, 20, 50, 100, 200] or found.at.tolist() == [0, 50, 100, 200]
    assert found.score[-1] > 0.95
    assert found.chance < 0.7
    assert found.since == 100
    assert "beyond chance since step 100" in found.in_words


def test_losses_and_texts_are_those_of_the_moments(trainer: Trainer) -> None:
    subject = copy_of(trainer)
    found = answer(subject, Biography(1, length=400))
    assert subject.at_moment is not None
    for k, step in enumerate(found.at.tolist()):
        moment = subject.at_moment(step)
        assert found.bits[k] == pytest.approx(answer(moment, Surprise(length=400)).mean_nats / BITS, rel=1e-5)
        h = moment.network.trace(moment.part[:400]).signals["h"][:, 0, 1]  # type: ignore[index]
        assert found.means["h"][k] == pytest.approx(float(h.mean()), abs=1e-5)
        assert len(found.samples[k]) == 48
    assert len(found.at) <= 24


def test_without_its_corpus_a_run_still_writes_at_every_moment(trainer: Trainer) -> None:
    found = answer(replace(copy_of(trainer), open_part=refuse("the text is gone")), Biography(1))
    assert found.not_read == "the text is gone"
    assert found.means == {}
    assert all(found.samples)
    assert len(list(found.lines())) == 2 + len(found.at)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Biography(6), "unit is 6"),
        (Biography(0, 2), "layer is 2"),
        (Biography(0, direction="backward"), "reads forward only"),
        (Biography(0, signal="f"), "the run's cell has h"),
        (Biography(0, where="digit"), "nothing to tell apart"),
    ],
)
def test_what_can_not_be_told_is_named(trainer: Trainer, question: Biography, says: str) -> None:
    with pytest.raises(InputError, match=says):
        answer(copy_of(trainer), question)


def test_networks_that_answer_have_a_biography_too(subjects: dict[str, Subject]) -> None:
    found = answer(subjects["tag"], Biography(3, where="vowel"))
    assert found.samples == ("",)
    assert np.isnan(found.bits).all()
    assert found.means["f"].shape == (1,)
    assert not any("nan" in line or "bits" in line or "text" in line for line in found.lines())
