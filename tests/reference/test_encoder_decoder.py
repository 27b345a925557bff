"""Encoder-decoder with and without attention."""

from typing import Any

import numpy as np
import pytest

from tests.reference.networks import random_encoder_decoder, random_mask
from tests.reference.slopes import assert_gradients_are_slopes
from tui_rnn.reference import CELLS, attention, encoder_decoder, sequences

CELL_NAMES = sorted(CELLS.keys() - {"minlstm"})  # to the layers minLSTM is like minGRU: test_language_model.py has its step
OPTIONS: dict[str, dict[str, Any]] = {
    "one way": {},
    "both ways": {"both_ways": True},
    "two layers with embeddings": {"layers": 2, "embedding": 3, "both_ways": True},
    "tied": {"embedding": 3, "tied": True},
    "no bias": {"bias": False},
    "context readout": {"context_readout": True, "both_ways": True},
    "context readout of two layers without bias": {"context_readout": True, "layers": 2, "bias": False},
}
K, H = 4, 3
RNG = np.random.default_rng(0)
SOURCES = [RNG.integers(0, 5, n) for n in (4, 1)]
TARGETS = [RNG.integers(0, K, n) for n in (3, 0)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "general") for name in OPTIONS),
        ("one way", "dot"),
        *((name, "none") for name in ("both ways", "context readout")),
    ],
)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_every_gradient_is_the_slope_of_the_loss(cell, name, kind):
    options = OPTIONS[name]
    parameters = random_encoder_decoder(cell, 5, K, general=kind == "general", **options)
    rng, layers = np.random.default_rng(1), options.get("layers", 1)
    width = 2 * H if options.get("both_ways") else H
    masks = [
        (
            [random_mask(rng, len(source), width) for _ in range(layers)],
            [random_mask(rng, len(target) + 1, H) for _ in range(layers)],
        )
        for source, target in zip(SOURCES, TARGETS, strict=True)
    ]

    def run(parameters):
        return encoder_decoder.loss_and_gradients(parameters, cell, kind != "none", SOURCES, TARGETS, masks=masks)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, run(parameters)[1])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_what_the_decoder_fed_itself_counts_as_given(cell):
    parameters = random_encoder_decoder(cell, 5, K, both_ways=True)
    fed = [np.array([K, -1, -1, TARGETS[0][2]]), np.array([K])]

    def run(parameters):
        return encoder_decoder.loss_and_gradients(parameters, cell, True, SOURCES, TARGETS, fed)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, run(parameters)[1])


def test_a_symbol_that_is_not_given_is_the_likeliest_of_the_step_before():
    parameters = random_encoder_decoder("lstm", 5, K)
    memory = encoder_decoder.remember(
        parameters, sequences.read(encoder_decoder.side(parameters, "encoder"), "lstm", SOURCES[0])
    )
    done = encoder_decoder.decode(parameters, "lstm", True, memory, np.array([K, -1, -1]))
    np.testing.assert_array_equal(done.inputs, [K, *done.logits[:2].argmax(axis=1)])


def test_without_attention_every_step_reads_the_encoders_final_state():
    parameters = random_encoder_decoder("gru", 5, K)
    seen = sequences.read(encoder_decoder.side(parameters, "encoder"), "gru", SOURCES[0])
    done = encoder_decoder.decode(parameters, "gru", False, encoder_decoder.remember(parameters, seen), np.array([K, 0, 1]))
    np.testing.assert_array_equal(done.contexts, np.tile(seen.states[-1], (4, 1)))
    np.testing.assert_array_equal(done.moments[0][0]["h"][0], seen.states[-1])


def test_attention_looks_where_the_keys_point_the_querys_way():
    values = np.array([[1.0, 0], [0, 2], [0, 0]])
    context, weights = attention.attend(np.array([50.0, 0]), np.array([[1.0, 0], [0, 1], [-1, 0]]), values)
    np.testing.assert_allclose(weights, [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(context, [1, 0], atol=1e-12)


def test_attention_to_equal_keys_is_their_mean():
    values = np.array([[1.0, 0], [0, 2], [5, 1]])
    context, weights = attention.attend(np.array([3.0, 1]), np.ones((3, 2)), values)
    np.testing.assert_allclose(weights, 1 / 3)
    np.testing.assert_allclose(context, values.mean(axis=0))
