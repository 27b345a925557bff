"""Characters that are read as others while training."""

from dataclasses import replace

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger

VOCABULARY, CLASSES = 10, 4
CONFIG = RunConfig("seq2seq", hidden_size=16, embedding_size=0, input_noise=0.3)
TEXTS = [np.full(n, 3, np.int32) for n in (40, 35, 20, 40)]
KINDS = {
    "classifier": (Classifier, (np.array([0, 1, 2, 3]),)),
    "tagger": (Tagger, ([np.array([5, 9])] * 4, [np.array([0, 3])] * 4)),
    "encoder-decoder": (Seq2Seq, ([np.array([1, 2], np.int32)] * 4,)),
}


def read_by(model):
    """The characters that the encoder read last, row by row: one-hot, they are the rows of W that were looked up."""
    return model._shards[0].encoder._given.reads[0].copy()


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def test_in_training_the_share_that_was_asked_for_is_read_as_any_of_the_characters(kind):
    network, answers = kind
    model, wrong = network(CONFIG, VOCABULARY, CLASSES), []
    for step in range(60):
        model.train(TEXTS, *answers, 0.0, step)
        wrong.append(read_by(model) != 3)
        assert read_by(model).max() < VOCABULARY
    # a random character is the same as before one time in ten
    assert abs(np.mean(wrong) - 0.3 * 0.9) < 0.02
    assert not (wrong[0] == wrong[1]).all()


def test_the_gradient_is_that_of_the_characters_that_were_read(kind):
    network, answers = kind
    noisy = network(replace(CONFIG, input_noise=0.3), VOCABULARY, CLASSES)
    loss, gradients = noisy.loss_and_gradients(TEXTS, *answers)
    batch = noisy._shards[0].encoder._batch
    as_read = [read_by(noisy)[batch.at(np.full(len(text), k), np.arange(len(text)))] for k, text in enumerate(TEXTS)]
    plain = network(replace(CONFIG, input_noise=0.0), VOCABULARY, CLASSES)
    expected_loss, expected = plain.loss_and_gradients(as_read, *answers)
    assert loss == expected_loss
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(gradient, expected[name])


def test_what_is_predicted_is_predicted_of_the_text_as_it_is():
    noisy = Classifier(CONFIG, VOCABULARY, CLASSES)
    plain = Classifier(replace(CONFIG, input_noise=0.0), VOCABULARY, CLASSES)
    np.testing.assert_array_equal(noisy.log_probs(TEXTS), plain.log_probs(TEXTS))
