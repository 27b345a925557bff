"""Networks that read whole sequences: tagging and classification, stacked and bidirectional."""

import numpy as np
import pytest

from tests.reference.networks import random_mask, random_stack, with_readout
from tests.reference.slopes import assert_gradients_are_slopes
from tui_rnn import reference
from tui_rnn.reference import classification, sequences, tagging

CELL_NAMES = sorted(
    reference.CELLS.keys() - {"minlstm"}
)  # to the layers minLSTM is like minGRU: test_language_model.py has its step
OPTIONS = {
    "one way": {},
    "both ways": {"both_ways": True},
    "two layers both ways with an embedding": {"layers": 2, "embedding": 3, "both_ways": True},
    "no bias": {"layers": 2, "both_ways": True, "bias": False},
}
VOCABULARY, CLASSES = 5, 4
RNG = np.random.default_rng(0)
TEXTS = [RNG.integers(0, VOCABULARY, n) for n in (5, 1, 3)]


def masks_for(parameters):
    layers, width = sequences.layers_of(parameters), 3 * len(sequences.directions_of(parameters))
    rng = np.random.default_rng(1)
    return [[random_mask(rng, len(text), width) for _ in range(layers)] for text in TEXTS]


def network(cell, options):
    return with_readout(random_stack(cell, VOCABULARY, **options), CLASSES, bias=options.get("bias", True))


@pytest.mark.parametrize("dropout", [False, True])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_every_gradient_of_tagging_is_the_slope_of_the_loss(cell, options, dropout):
    parameters = network(cell, options)
    masks = masks_for(parameters) if dropout else None
    ends, tags = [np.array([1, 4]), np.array([0]), np.array([0, 1, 2])], [np.array([3, 0]), np.array([1]), np.array([2, 2, 0])]

    def run(parameters):
        return tagging.loss_and_gradients(parameters, cell, TEXTS, ends, tags, masks)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, run(parameters)[1])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_without_overlap_every_gradient_of_tagging_is_the_slope_of_the_loss(cell):
    parameters = network(cell, {"both_ways": True, "embedding": 3})
    ends, tags = [np.array([1, 4]), np.array([0]), np.array([0, 1, 2])], [np.array([3, 0]), np.array([1]), np.array([2, 2, 0])]

    def run(parameters):
        return tagging.loss_and_gradients(parameters, cell, TEXTS, ends, tags, masks_for(parameters), overlap=False)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, run(parameters)[1])


def test_without_overlap_what_stands_at_a_position_enters_through_the_forward_half_alone():
    parameters = network("lstm", {"both_ways": True})
    ids, other = np.array([0, 1, 2, 3]), np.array([0, 1, 4, 3])
    (one, two), (one_apart, two_apart) = (
        [join(sequences.read(parameters, "lstm", text).states) for text in (ids, other)]
        for join in (lambda states: states, tagging.apart)
    )
    assert (one[2, :3] != two[2, :3]).all()
    assert (one[2, 3:] != two[2, 3:]).all()
    assert (one_apart[2, :3] != two_apart[2, :3]).all()
    np.testing.assert_array_equal(one_apart[2, 3:], two_apart[2, 3:])
    np.testing.assert_array_equal(one_apart[:2, :3], two_apart[:2, :3])
    np.testing.assert_array_equal(one_apart[3, 3:], np.zeros(3))


@pytest.mark.parametrize("pool", ["final", "mean"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_every_gradient_of_classification_is_the_slope_of_the_loss(cell, options, pool):
    parameters = network(cell, options)
    labels, masks = np.array([3, 0, 1]), masks_for(parameters)

    def run(parameters):
        return classification.loss_and_gradients(parameters, cell, pool, TEXTS, labels, masks)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, run(parameters)[1])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_the_reverse_direction_reads_the_mirrored_text_with_its_own_weights(cell):
    parameters = random_stack(cell, VOCABULARY, both_ways=True)
    reverse = {name.removesuffix("_reverse"): value for name, value in parameters.items() if name.endswith("_reverse")}
    both = sequences.read(parameters, cell, TEXTS[0]).states
    mirrored = sequences.read(reverse, cell, TEXTS[0][::-1]).states
    np.testing.assert_array_equal(both[:, 3:], mirrored[::-1])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_one_way_and_one_layer_is_the_language_models_layer(cell):
    parameters = with_readout(random_stack(cell, VOCABULARY), VOCABULARY)
    seen = reference.forward(parameters, cell, TEXTS[0][:, None], reference.zero_state(parameters, cell, 1))
    np.testing.assert_array_equal(sequences.read(parameters, cell, TEXTS[0]).states, seen.inputs[-1][:, 0])


def test_the_final_state_of_both_ways_is_where_each_has_read_everything():
    parameters = random_stack("lstm", VOCABULARY, both_ways=True)
    states = sequences.read(parameters, "lstm", TEXTS[0]).states
    np.testing.assert_array_equal(sequences.final_state(states, parameters), np.concatenate([states[-1, :3], states[0, 3:]]))


def test_pooling_a_text_of_one_character_is_the_same_either_way():
    parameters = network("gru", {"both_ways": True})
    final, mean = (classification.logits(parameters, "gru", pool, TEXTS[1]) for pool in ("final", "mean"))
    np.testing.assert_allclose(final, mean)


def test_a_signal_stands_at_the_position_that_it_belongs_to_in_either_direction():
    parameters = random_stack("lstm", VOCABULARY, both_ways=True, layers=2)
    seen = sequences.read(parameters, "lstm", TEXTS[0])
    h = np.concatenate([seen.signal("h", direction)[:, 1] for direction in (0, 1)], axis=1)
    np.testing.assert_array_equal(h, seen.states)
