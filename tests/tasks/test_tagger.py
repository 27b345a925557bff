"""The tagger, held against the reference, and sentences together against each alone."""

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
    with_biases,
    without_overlap,
)
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.reference import log_softmax, sequences, tagging
from tui_rnn.tasks.tagger import Tagger

VOCABULARY, TAGS = 11, 7


def batch_of(seed, count) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """Sentences of unequal lengths, where some of their words end, and tags."""
    rng = np.random.default_rng(seed)
    sentences = random_sequences(rng, count, VOCABULARY)
    ends = [np.unique(rng.integers(0, len(s), 3)) for s in sentences]
    return sentences, ends, [rng.integers(0, TAGS, len(e)) for e in ends]


@settings(max_examples=25, derandomize=True)
@given(configs(dropout_rates=(0.0, 0.0, 0.4)), st.booleans(), st.sampled_from([1, 2, 3, 9, 20]), st.integers(1, 3))
def test_loss_and_gradients_equal_the_references(config, overlap, count, threads):
    config = config if overlap else without_overlap(config)
    model, (sentences, ends, tags) = with_biases(Tagger(config, VOCABULARY, TAGS)), batch_of(config.seed, count)
    loss, gradients = model.loss_and_gradients(sentences, ends, tags, threads)
    expected_loss, expected = tagging.loss_and_gradients(
        in_float64(model.parameters), reference_cell(config), sentences, ends, tags,
        masks(config, list(map(len, sentences)), 0), overlap,
    )  # fmt: skip
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert_same_gradients(gradients, expected)


@settings(max_examples=12, derandomize=True)
@given(configs(), st.booleans(), st.sampled_from([2, 9, 20]), st.integers(1, 3))
def test_each_sentence_comes_out_bit_for_bit_as_it_would_alone(config, overlap, count, threads):
    config = config if overlap else without_overlap(config)
    model, (sentences, ends, _) = Tagger(config, VOCABULARY, TAGS), batch_of(config.seed, count)
    together = model.log_probs(sentences, ends, threads)
    for sentence, e, found in zip(sentences, ends, together, strict=True):
        np.testing.assert_array_equal(found, model.log_probs([sentence], [e])[0])


@settings(max_examples=8, derandomize=True)
@given(configs(dropout_rates=(0.0, 0.3)), st.sampled_from([1, 9, 20]), st.integers(2, 3))
def test_the_number_of_threads_changes_no_bit_of_training(config, count, threads):
    found = []
    for used in (1, threads):
        model = Tagger(config, VOCABULARY, TAGS)
        found.append(([model.train(*batch_of(step, count), 0.01, step, used) for step in range(3)], model.arrays()))
    assert found[0][0] == found[1][0]
    assert_same_bits(found[0][1], found[1][1])


@settings(max_examples=12, derandomize=True)
@given(configs(dropout_rates=(0.0, 0.3)))
def test_a_model_made_from_another_ones_arrays_goes_on_with_the_same_bits(config):
    first, second = Tagger(config, VOCABULARY, TAGS), Tagger(config, VOCABULARY, TAGS)
    first.train(*batch_of(0, 4), 0.01, 0)
    second.load_arrays(first.arrays())
    assert Tagger.array_shapes(config, VOCABULARY, TAGS) == {name: a.shape for name, a in first.arrays().items()}
    for model in (first, second):
        model.log_probs(*batch_of(1, 9)[:2])
        model.train(*batch_of(2, 5), 0.01, 1)
    assert_same_bits(first.arrays(), second.arrays())


def test_arrays_of_another_network_are_refused():
    arrays = Tagger(RunConfig("tag", hidden_size=16, bidirectional=False), VOCABULARY, TAGS).arrays()
    with pytest.raises(InputError, match="W0_reverse is missing"):
        Tagger(RunConfig("tag", hidden_size=16), VOCABULARY, TAGS).load_arrays(arrays)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_evaluation_sums_the_loss_and_names_the_likeliest_tags(bidirectional):
    config = RunConfig("tag", hidden_size=20, num_layers=2, bidirectional=bidirectional, dropout=0.5)
    model, (sentences, ends, tags) = Tagger(config, VOCABULARY, TAGS), batch_of(3, 30)
    parameters = in_float64(model.parameters)
    expected, _ = tagging.loss_and_gradients(parameters, "lstm", sentences, ends, tags)
    nats, words, predicted = model.evaluate(sentences, ends, tags)
    assert words == sum(map(len, tags))
    assert nats == pytest.approx(expected * words, rel=1e-5)
    for sentence, e, found in zip(sentences, ends, predicted, strict=True):
        np.testing.assert_array_equal(found, tagging.logits(parameters, "lstm", sentence, e).argmax(axis=1))


def test_log_probabilities_are_the_references_in_the_order_of_the_words():
    model = Tagger(RunConfig("tag", hidden_size=20), VOCABULARY, TAGS)
    sentence, ends = np.array([3, 1, 4, 1, 5, 9]), np.array([5, 0, 0])
    expected = log_softmax(tagging.logits(in_float64(model.parameters), "lstm", sentence, ends))
    np.testing.assert_allclose(model.log_probs([sentence], [ends])[0], expected, atol=1e-5)


def test_without_overlap_a_long_batch_before_leaves_nothing_behind_the_last_row_of_a_shorter_one() -> None:
    model = with_biases(Tagger(RunConfig("tag", hidden_size=16, overlap=False), VOCABULARY, TAGS))
    short, long = batch_of(1, 3), batch_of(2, 20)
    before = model.loss_and_gradients(*short)
    model.train(*long, 0.0, 0)
    model.log_probs(*long[:2])
    loss, gradients = model.loss_and_gradients(*short)
    assert loss == before[0]
    assert_same_bits(gradients, before[1])


def test_a_sentence_without_words_is_not_read():
    model = Tagger(RunConfig("tag", hidden_size=16), VOCABULARY, TAGS)
    found = model.log_probs([np.array([1, 2]), np.array([3])], [np.array([], int), np.array([0])])
    assert [rows.shape for rows in found] == [(0, TAGS), (1, TAGS)]


def test_a_cancelled_evaluation_scores_what_it_read():
    model, (sentences, ends, tags) = Tagger(RunConfig("tag", hidden_size=16), VOCABULARY, TAGS), batch_of(0, 5)
    assert model.evaluate(sentences, ends, tags, cancelled=lambda: True)[:2] == (0.0, 0)


@settings(max_examples=12, derandomize=True)
@given(configs())
def test_a_trace_holds_the_references_gates_of_each_direction_and_layer(config):
    model, ids = with_biases(Tagger(config, VOCABULARY, TAGS)), np.arange(9) % VOCABULARY
    seen = sequences.read(in_float64(model.parameters), reference_cell(config), ids)
    trace = model.trace(ids)
    assert len(trace.directions) == 1 + config.bidirectional
    for direction, signals in enumerate(trace.directions):
        assert list(signals) == [signal.name for signal in CELLS[config.cell].signals]
        for name, values in signals.items():
            expected = seen.signal(name, direction)
            assert values.shape == (9, config.num_layers, config.hidden_size)
            np.testing.assert_allclose(values, expected, atol=1e-5 * max(1, np.abs(expected).max()), err_msg=name)


@pytest.mark.parametrize("damage", ["character", "tag", "end", "no word"])
def test_what_would_reach_beyond_an_array_is_refused(damage):
    model = Tagger(RunConfig("tag", hidden_size=16), VOCABULARY, TAGS)
    sentence, ends, tags = np.array([1, 2, 3]), np.array([1, 2]), np.array([0, 1])
    if damage == "character":
        sentence[0] = VOCABULARY
    elif damage == "tag":
        tags[0] = TAGS
    elif damage == "end":
        ends[1] = 3
    else:
        ends, tags = ends[:0], tags[:0]
    with pytest.raises(InputError):
        model.train([sentence], [ends], [tags], 0.01, 0)


def test_a_step_that_is_not_finite_is_not_applied():
    model, batch = Tagger(RunConfig("tag", hidden_size=16), VOCABULARY, TAGS), batch_of(0, 5)
    parameters = model.parameters
    parameters["V"][0, 0] = np.nan
    model.set_parameters(parameters)
    loss, _ = model.train(*batch, 0.01, 0, threads=2)
    assert not np.isfinite(loss)
    assert_same_bits(model.parameters, parameters)
    parameters["V"][0, 0] = 0.1
    model.set_parameters(parameters)
    assert np.isfinite(model.train(*batch, 0.01, 0)).all(), "nothing is left of the bad gradient"


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_a_tag_that_depends_on_what_comes_later_is_learned_in_both_directions_only(cell):
    """The tag of the first character is the last character: nothing that reads from the start alone can know it."""
    rng, losses = np.random.default_rng(0), []
    for bidirectional in (False, True):
        config = RunConfig("tag", cell=cell, hidden_size=16, embedding_size=8, bidirectional=bidirectional)
        model = Tagger(config, 3, 3)
        for step in range(150):
            sentences = random_sequences(rng, 16, 3, longest=5)
            loss, _ = model.train(sentences, [np.array([0])] * 16, [s[-1:] for s in sentences], 0.02, step)
        losses.append(loss)
    assert losses[0] > 0.4
    assert losses[1] < 0.1
