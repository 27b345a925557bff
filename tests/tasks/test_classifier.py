"""The classifier, held against the reference, and texts together against each alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tasks.random_sequences import (
    assert_same_bits,
    assert_same_gradients,
    configs,
    in_float64,
    masks,
    random_sequences,
    reference_cell,
    replace,
    with_biases,
)
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.reference import classification, log_softmax
from tui_rnn.tasks.classifier import PREFIX_LIMIT, Classifier

VOCABULARY, CLASSES = 11, 5
POOLS = st.sampled_from(["final", "mean"])


def batch_of(seed, count) -> tuple[list[NDArray[np.int32]], NDArray[np.int64]]:
    """Texts of unequal lengths, and labels."""
    rng = np.random.default_rng(seed)
    return random_sequences(rng, count, VOCABULARY), rng.integers(0, CLASSES, count)


@settings(max_examples=25, derandomize=True)
@given(configs("classify", dropout_rates=(0.0, 0.0, 0.4)), POOLS, st.sampled_from([1, 2, 9, 20]), st.integers(1, 3))
def test_loss_and_gradients_equal_the_references(config, pool, count, threads):
    config = replace(config, pool=pool)
    model, (texts, labels) = with_biases(Classifier(config, VOCABULARY, CLASSES)), batch_of(config.seed, count)
    loss, gradients = model.loss_and_gradients(texts, labels, threads)
    expected_loss, expected = classification.loss_and_gradients(
        in_float64(model.parameters), reference_cell(config), pool, texts, labels, masks(config, list(map(len, texts)), 0)
    )
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert_same_gradients(gradients, expected)


@settings(max_examples=12, derandomize=True)
@given(configs("classify"), POOLS, st.sampled_from([2, 9, 20]), st.integers(1, 3))
def test_each_text_comes_out_bit_for_bit_as_it_would_alone(config, pool, count, threads):
    model, (texts, _) = Classifier(replace(config, pool=pool), VOCABULARY, CLASSES), batch_of(config.seed, count)
    together = model.log_probs(texts, threads)
    for text, found in zip(texts, together, strict=True):
        np.testing.assert_array_equal(found, model.log_probs([text])[0])


@settings(max_examples=8, derandomize=True)
@given(configs("classify", dropout_rates=(0.0, 0.3)), POOLS, st.sampled_from([1, 9, 20]), st.integers(2, 3))
def test_the_number_of_threads_changes_no_bit_of_training(config, pool, count, threads):
    found = []
    for used in (1, threads):
        model = Classifier(replace(config, pool=pool), VOCABULARY, CLASSES)
        found.append(([model.train(*batch_of(step, count), 0.01, step, used) for step in range(3)], model.arrays()))
    assert found[0][0] == found[1][0]
    assert_same_bits(found[0][1], found[1][1])


def test_array_shapes_are_those_of_the_arrays():
    for bidirectional in (False, True):
        config = RunConfig("classify", hidden_size=7, num_layers=2, embedding_size=3, bidirectional=bidirectional)
        arrays = Classifier(config, VOCABULARY, CLASSES).arrays()
        assert Classifier.array_shapes(config, VOCABULARY, CLASSES) == {name: a.shape for name, a in arrays.items()}


def test_parameter_count_counts_every_number_once():
    config = RunConfig("classify", hidden_size=7, num_layers=2, embedding_size=3)
    layers = 2 * ((3 + 7 + 1) * 28 + (14 + 7 + 1) * 28)
    assert Classifier(config, VOCABULARY, CLASSES).parameter_count == VOCABULARY * 3 + layers + CLASSES * 14 + CLASSES


@pytest.mark.parametrize("pool", ["final", "mean"])
def test_evaluation_sums_the_loss_and_names_the_likeliest_classes(pool):
    config = RunConfig("classify", hidden_size=20, num_layers=2, pool=pool, dropout=0.5)
    model, (texts, labels) = Classifier(config, VOCABULARY, CLASSES), batch_of(3, 30)
    parameters = in_float64(model.parameters)
    expected, _ = classification.loss_and_gradients(parameters, "lstm", pool, texts, labels)
    nats, count, predicted = model.evaluate(texts, labels)
    assert count == 30
    assert nats == pytest.approx(expected * 30, rel=1e-5)
    logits = [classification.logits(parameters, "lstm", pool, text) for text in texts]
    np.testing.assert_array_equal(predicted, np.argmax(logits, axis=1))


def test_a_long_list_is_read_in_chunks_with_the_same_result():
    model = Classifier(RunConfig("classify", hidden_size=16), VOCABULARY, CLASSES)
    texts = random_sequences(np.random.default_rng(0), 600, VOCABULARY, longest=40)
    found = model.log_probs(texts, threads=2)
    for k in (0, 17, 599):
        np.testing.assert_array_equal(found[k], model.log_probs([texts[k]])[0])


def test_a_cancelled_evaluation_says_what_it_did_not_read():
    model, (texts, labels) = Classifier(RunConfig("classify", hidden_size=16), VOCABULARY, CLASSES), batch_of(0, 5)
    nats, count, predicted = model.evaluate(texts, labels, cancelled=lambda: True)
    assert (nats, count, predicted.tolist()) == (0.0, 0, [-1] * 5)


@pytest.mark.parametrize("pool", ["final", "mean"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_after_each_character_it_says_what_it_would_if_the_text_ended_there(bidirectional, pool):
    model = Classifier(RunConfig("classify", hidden_size=20, bidirectional=bidirectional, pool=pool), VOCABULARY, CLASSES)
    text, parameters = np.array([3, 1, 4, 1, 5, 9, 2]), in_float64(model.parameters)
    expected = [log_softmax(classification.logits(parameters, "lstm", pool, text[: k + 1])) for k in range(len(text))]
    np.testing.assert_allclose(model.after_each_character(text), expected, atol=1e-5)


def test_a_text_with_too_many_prefixes_is_refused():
    model = Classifier(RunConfig("classify", hidden_size=16), VOCABULARY, CLASSES)
    with pytest.raises(InputError, match=f"expected 1 to {PREFIX_LIMIT}"):
        model.after_each_character(np.zeros(PREFIX_LIMIT + 1, np.int32))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_contributions_by_position_and_the_bias_sum_to_the_logits(bidirectional):
    config = RunConfig("classify", hidden_size=20, num_layers=2, bidirectional=bidirectional, pool="mean")
    model, text = with_biases(Classifier(config, VOCABULARY, CLASSES)), np.array([3, 1, 4, 1, 5])
    parameters = in_float64(model.parameters)
    found = model.contributions(text)
    assert found.shape == (5, CLASSES)
    expected = classification.logits(parameters, "lstm", "mean", text)
    np.testing.assert_allclose(found.sum(axis=0) + parameters["b_out"], expected, atol=1e-5)


def test_the_final_state_has_no_contributions_by_position():
    with pytest.raises(InputError, match="mean"):
        Classifier(RunConfig("classify", hidden_size=16), VOCABULARY, CLASSES).contributions(np.array([1]))


@pytest.mark.parametrize(("labels", "error"), [([CLASSES], InputError), ([-1], InputError), ([0, 1], ValueError)])
def test_labels_that_are_no_class_or_not_as_many_are_refused(labels, error):
    with pytest.raises(error):
        Classifier(RunConfig("classify", hidden_size=16), VOCABULARY, CLASSES).train([np.array([1])], np.array(labels), 0.01, 0)


@pytest.mark.parametrize("pool", ["final", "mean"])
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_whether_a_text_has_a_character_is_learned(cell, pool):
    rng = np.random.default_rng(0)
    config = RunConfig("classify", cell=cell, hidden_size=16, embedding_size=8, pool=pool)
    model = Classifier(config, 6, 2)
    for step in range(200):
        texts = random_sequences(rng, 16, 6, longest=6)
        loss, _ = model.train(texts, np.array([int(2 in text) for text in texts]), 0.02, step)
    assert loss < 0.2
