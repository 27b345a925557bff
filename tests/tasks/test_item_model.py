"""The language model over items: each item is what it would be alone, and what the model of running text makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.tasks.random_networks import assert_same_bits
from tests.tasks.random_sequences import assert_same_gradients, random_sequences, with_biases
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel

SIZE = 11
CONFIGS = [
    RunConfig(cell="lstm", hidden_size=17, embedding_size=9, num_layers=2),
    RunConfig(cell="gru", hidden_size=16, embedding_size=16, tie_weights=True),
    RunConfig(cell="elman", hidden_size=33, embedding_size=0, bias=False),
]
configs = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.cell)


def model_of(config: RunConfig) -> ItemModel:
    return with_biases(ItemModel(config, SIZE))


def alone(config: RunConfig, model: ItemModel, item: np.ndarray) -> tuple[LanguageModel, np.ndarray]:
    """A model of running text with the same weights, and <s> item </s> as one chunk for it."""
    other = LanguageModel(replace(config, batch_size=1, seq_len=len(item) + 1), SIZE + 1)
    other.set_parameters(model.parameters)
    return other, np.concatenate([[SIZE], item, [SIZE]]).astype(np.int32)[:, None]


@configs
def test_the_loss_and_gradient_of_an_item_are_those_of_the_running_text(config: RunConfig) -> None:
    model = model_of(config)
    item = random_sequences(np.random.default_rng(1), 1, SIZE, longest=9, shortest=9)[0]
    other, tokens = alone(config, model, item)
    expected, gradients = other.loss_and_gradients(tokens, np.array([True]))
    loss, found = model.loss_and_gradients([item])
    assert loss == pytest.approx(expected, rel=1e-5)
    assert_same_gradients(found, gradients)


@configs
def test_items_together_are_the_sum_of_items_alone(config: RunConfig) -> None:
    model = model_of(config)
    items = random_sequences(np.random.default_rng(2), 7, SIZE)
    nats, count = model.evaluate(items)
    assert count == sum(len(item) + 1 for item in items)
    assert nats == pytest.approx(sum(model.evaluate([item])[0] for item in items), rel=1e-5)
    loss, _ = model.loss_and_gradients(items)
    assert loss == pytest.approx(nats / count, rel=1e-5)


@configs
def test_the_gradient_of_a_batch_is_the_mean_over_all_its_tokens(config: RunConfig) -> None:
    model = model_of(config)
    items = random_sequences(np.random.default_rng(3), 5, SIZE)
    weights = [(len(item) + 1) / sum(len(item) + 1 for item in items) for item in items]
    singly = [model.loss_and_gradients([item])[1] for item in items]
    expected = {name: sum(w * one[name] for w, one in zip(weights, singly, strict=True)) for name in singly[0]}
    assert_same_gradients(model.loss_and_gradients(items)[1], expected)


@configs
def test_training_repeats_on_any_number_of_threads(config: RunConfig) -> None:
    one, two = ItemModel(config, SIZE), ItemModel(config, SIZE)
    rng = np.random.default_rng(4)
    for step in range(5):
        items = random_sequences(rng, 20, SIZE)
        assert one.train(items, 0.01, step, threads=1) == two.train(items, 0.01, step, threads=2)
    assert_same_bits(one.arrays(), two.arrays())


@configs
def test_the_reader_predicts_what_the_items_are_scored_by(config: RunConfig) -> None:
    model = model_of(config)
    item = random_sequences(np.random.default_rng(5), 1, SIZE, longest=6, shortest=6)[0]
    log_probs = model.reader().trace(np.concatenate([[SIZE], item])).log_probs
    expected = -log_probs[np.arange(len(item) + 1), np.concatenate([item, [SIZE]])].sum()
    assert model.evaluate([item])[0] == pytest.approx(expected, rel=1e-5)


def test_the_reader_has_the_weights_of_now() -> None:
    model = ItemModel(CONFIGS[0], SIZE)
    before = model.reader().parameters["V"]
    model.train([np.array([1, 2, 3], np.int32)], 0.1, 0)
    assert not np.array_equal(model.reader().parameters["V"], before)


def test_an_evaluation_can_be_cancelled() -> None:
    assert ItemModel(CONFIGS[0], SIZE).evaluate([np.array([1], np.int32)], cancelled=lambda: True) == (0.0, 0)


def test_ids_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="an item has ids"):
        ItemModel(CONFIGS[0], SIZE).evaluate([np.array([SIZE + 1], np.int32)])
    with pytest.raises(InputError, match="vocabulary has 0"):
        ItemModel(CONFIGS[0], 0)
