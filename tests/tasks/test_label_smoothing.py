"""Training towards (1 - ε) of the truth and ε of all answers alike; what is reported stays the loss of the truth."""

from dataclasses import replace

import numpy as np
import pytest

from tests.tasks.random_sequences import assert_same_gradients, random_sequences
from tui_rnn.config import RunConfig
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger

VOCABULARY, CLASSES, SHARE = 9, 4, 0.3
PLAIN = RunConfig("classify", hidden_size=20, embedding_size=5, pool="mean")
SMOOTHED = replace(PLAIN, label_smoothing=SHARE)
RNG = np.random.default_rng(0)
TEXTS = random_sequences(RNG, 11, VOCABULARY)
ENDS = [np.unique(RNG.integers(0, len(text), 3)) for text in TEXTS]
LABELS = RNG.integers(0, CLASSES, len(TEXTS))
TAGS = [RNG.integers(0, CLASSES, len(ends)) for ends in ENDS]


def by_classifier(config, answer=None):
    labels = LABELS if answer is None else np.full_like(LABELS, answer)
    return Classifier(config, VOCABULARY, CLASSES).loss_and_gradients(TEXTS, labels, 2)


def by_tagger(config, answer=None):
    tags = TAGS if answer is None else [np.full_like(tags, answer) for tags in TAGS]
    return Tagger(config, VOCABULARY, CLASSES).loss_and_gradients(TEXTS, ENDS, tags, 2)


@pytest.mark.parametrize("ask", [by_classifier, by_tagger])
def test_the_gradient_is_a_mixture_of_those_of_the_truth_and_of_every_answer(ask):
    _, of_truth = ask(PLAIN)
    of_answers = [ask(PLAIN, answer)[1] for answer in range(CLASSES)]
    expected = {
        name: (1 - SHARE) * truth.astype(np.float64) + SHARE * np.mean([of[name] for of in of_answers], axis=0)
        for name, truth in of_truth.items()
    }
    assert_same_gradients(ask(SMOOTHED)[1], expected)


@pytest.mark.parametrize("ask", [by_classifier, by_tagger])
def test_the_loss_is_that_of_the_truth(ask):
    assert ask(SMOOTHED)[0] == ask(PLAIN)[0]


def test_an_encoder_decoder_is_pulled_from_what_it_wrote_towards_all_symbols_and_the_end():
    targets = random_sequences(np.random.default_rng(1), len(TEXTS), CLASSES, shortest=0)
    (_, plain), (_, smoothed) = (
        Seq2Seq(config, VOCABULARY, CLASSES).loss_and_gradients(TEXTS, targets) for config in (PLAIN, SMOOTHED)
    )
    written = np.concatenate([np.append(target, CLASSES) for target in targets])
    shares = np.bincount(written, minlength=CLASSES + 1) / len(written)
    expected = SHARE * (shares - 1 / (CLASSES + 1))
    np.testing.assert_allclose((smoothed["b_out"] - plain["b_out"]).ravel(), expected, atol=1e-6)
