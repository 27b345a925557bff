"""Networks that read each word's letters beside its embedding, held against the reference."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_sequences import (
    assert_same_bits,
    assert_same_gradients,
    configs,
    in_float64,
    reference_cell,
    with_biases,
)
from tui_rnn.config import RunConfig
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.lexicon import SpelledLexicon
from tui_rnn.data.spelled import Spelled, letters_of
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.reference import classification, spelling
from tui_rnn.reference.sequences import (
    add,
    final_state_backward,
    layers_backward,
    read,
    read_out,
    read_out_backward,
    score,
)
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.tagger import Tagger

WORDS, LETTERS, TAGS, UNKNOWN = 7, 9, 4, 6
SIZES = st.sampled_from([1, 5, 24])


def sentences_of(seed: int, count: int, forms: int = 11) -> list[Any]:
    """Sentences of words, of which some are spelled alike though their ids differ: they share the forms."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 8, forms)
    letters = Ragged.from_lengths(rng.integers(0, LETTERS, lengths.sum()).astype(np.int32), lengths)
    return [
        Spelled(rng.integers(0, WORDS, n).astype(np.int32), rng.integers(0, forms, n).astype(np.int32), letters)
        for n in rng.integers(1, 9, count)
    ]


def tags_of(sentences: Sequence[Spelled]) -> tuple[list[Any], list[Any]]:
    rng = np.random.default_rng(5)
    return [np.arange(len(one)) for one in sentences], [rng.integers(0, TAGS, len(one)) for one in sentences]


def by_reference(parameters: Any, cell: str, sentences: Sequence[Spelled], truths: Sequence[Any], pool: str) -> Any:
    """pool: "" of a tagger, else as the classifier's."""
    own = {name: value for name, value in parameters.items() if not name.startswith(spelling.PREFIX)}
    total, count = 0.0, sum(len(np.atleast_1d(truth)) for truth in truths)
    gradients: dict[str, Any] = {}
    for one, truth in zip(sentences, truths, strict=True):
        letters = [one.letters[form] for form in one.forms]
        spelled = spelling.spell(parameters, cell, one.ids, letters)
        seen = read(own, cell, one.ids, inputs=spelled.inputs)
        x = classification.pooled(seen.states, own, pool) if pool else seen.states
        loss, dlogits = score(read_out(own, x), np.atleast_1d(truth), count)
        dx, of_readout = read_out_backward(own, x, dlogits)
        dy = dx
        if pool:
            dy = (
                np.broadcast_to(dx / len(one), seen.states.shape)
                if pool == "mean"
                else final_state_backward(seen.states, own, dx[0])
            )
        of_layers, dinputs = layers_backward(own, cell, seen, dy)
        of_words = spelling.spell_backward(parameters, cell, one.ids, letters, spelled, dinputs)
        total += loss
        gradients = add(add(gradients, of_readout), of_layers | of_words)
    return total, gradients


@settings(max_examples=20, derandomize=True)
@given(configs(embedding_size=5), SIZES, st.sampled_from([1, 3, 9, 20]), st.integers(1, 3))
def test_a_taggers_loss_and_gradients_equal_the_references(config, size, count, threads):
    config = RunConfig("tag", **{**config.settings, "embedding_size": size})
    model, sentences = with_biases(Tagger(config, WORDS, TAGS, LETTERS, UNKNOWN)), sentences_of(config.seed, count)
    ends, tags = tags_of(sentences)
    loss, gradients = model.loss_and_gradients(sentences, ends, tags, threads)
    expected_loss, expected = by_reference(in_float64(model.parameters), reference_cell(config), sentences, tags, "")
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert_same_gradients(gradients, expected)


@settings(max_examples=10, derandomize=True)
@given(configs(kind="classify", embedding_size=5), st.sampled_from(["final", "mean"]), st.sampled_from([1, 3, 20]))
def test_a_classifiers_loss_and_gradients_equal_the_references(config, pool, count):
    config = RunConfig("classify", **{**config.settings, "pool": pool})
    model, sentences = with_biases(Classifier(config, WORDS, TAGS, LETTERS, UNKNOWN)), sentences_of(config.seed, count)
    labels = np.random.default_rng(1).integers(0, TAGS, count)
    loss, gradients = model.loss_and_gradients(sentences, labels)
    expected_loss, expected = by_reference(in_float64(model.parameters), reference_cell(config), sentences, labels, pool)
    assert loss == pytest.approx(expected_loss, rel=1e-5, abs=1e-6)
    assert_same_gradients(gradients, expected)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_the_number_of_threads_changes_no_bit_of_training(dropout):
    found = []
    for threads in (1, 2, 3):
        config = RunConfig("tag", hidden_size=17, embedding_size=9, dropout=dropout, input_noise=0.2)
        model = Tagger(config, WORDS, TAGS, LETTERS, UNKNOWN)
        losses = []
        for step in range(3):
            sentences = sentences_of(step, 20)
            losses.append(model.train(sentences, *tags_of(sentences), 0.01, step, threads))
        found.append((losses, model.arrays()))
    for losses, arrays in found[1:]:
        assert losses == found[0][0]
        assert_same_bits(arrays, found[0][1])


def test_each_sentence_comes_out_bit_for_bit_as_it_would_alone_and_from_a_table_of_its_own():
    model = Tagger(RunConfig("tag", hidden_size=17, embedding_size=9), WORDS, TAGS, LETTERS, UNKNOWN)
    sentences = sentences_of(0, 9) + sentences_of(1, 9)
    ends, _ = tags_of(sentences)
    for one, end, together in zip(sentences, ends, model.log_probs(sentences, ends), strict=True):
        own = Ragged.from_sequences([one.letters[form] for form in one.forms])
        apart: Any = Spelled(one.ids, np.arange(len(one), dtype=np.int32), own)
        np.testing.assert_array_equal(together, model.log_probs([apart], [end])[0])


def test_noise_reads_words_as_unknown_and_leaves_their_letters():
    config = RunConfig("tag", hidden_size=8, embedding_size=4, input_noise=0.999999)
    model, sentences = Tagger(config, WORDS, TAGS, LETTERS, UNKNOWN), sentences_of(3, 4)
    unknown: Any = [Spelled(np.full_like(one.ids, UNKNOWN), one.forms, one.letters) for one in sentences]
    ends, tags = tags_of(sentences)
    noisy, _ = model.loss_and_gradients(sentences, ends, tags)
    nats, words, _ = model.evaluate(unknown, ends, tags)
    assert noisy == pytest.approx(nats / words, rel=1e-6)


def test_without_an_embedding_it_says_what_is_missing():
    with pytest.raises(InputError, match="embedding_size is 0, but words with their letters have an embedding"):
        Tagger(RunConfig("tag", embedding_size=0), WORDS, TAGS, LETTERS, UNKNOWN)


def test_letters_of_several_tables_are_joined():
    sentences = [sentences_of(0, 1)[0], sentences_of(1, 1)[0], sentences_of(0, 1)[0][:1]]
    numbers, found = letters_of(sentences)
    for one, own in zip(sentences, numbers, strict=True):
        for form, number in zip(one.forms, own, strict=True):
            np.testing.assert_array_equal(found[number], one.letters[form])


def test_a_long_word_is_read_at_its_two_ends():
    lexicon = SpelledLexicon(("ab",), letters=Vocabulary(" abc"))
    sentence: Any = lexicon.spelled([("a" * 25 + "c" * 25, "b")])[0]
    assert sentence.ids.tolist() == [1, 1]
    assert sentence.letters[0].tolist() == [1] * 20 + [3] * 20
