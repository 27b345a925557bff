"""Gates that share one matrix: the reference's gradients against slopes."""

import numpy as np
import pytest

from tests.reference.networks import random_encoder_decoder, random_stack, with_readout
from tests.reference.slopes import assert_gradients_are_slopes
from tui_rnn.reference import Parameters, encoder_decoder, sharing, tagging

H, VOCABULARY, CLASSES = 3, 5, 4
RNG = np.random.default_rng(0)
TEXTS = [RNG.integers(0, VOCABULARY, n) for n in (5, 1, 3)]


def shared(parameters: Parameters) -> Parameters:
    """The same with the first two blocks of each W, C and U as the gates' and the candidate's."""
    return {name: value[:, : 2 * H] if name.rpartition(".")[2][0] in "WUC" else value for name, value in parameters.items()}


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_gradient_by_the_shared_matrices_of_a_tagger_is_the_slope_of_the_loss(cell: str) -> None:
    parameters = shared(with_readout(random_stack(cell, VOCABULARY, layers=2, embedding=3, both_ways=True), CLASSES))
    ends, tags = [np.array([1, 4]), np.array([0]), np.array([0, 1, 2])], [np.array([3, 0]), np.array([1]), np.array([2, 2, 0])]

    def run(parameters: Parameters) -> tuple[float, Parameters]:
        return tagging.loss_and_gradients(sharing.written_out(parameters, cell), cell, TEXTS, ends, tags)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, sharing.gathered(run(parameters)[1], cell))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_gradient_by_the_shared_matrices_of_a_decoder_is_the_slope_of_the_loss(cell: str) -> None:
    parameters = shared(random_encoder_decoder(cell, VOCABULARY, CLASSES, layers=2))
    targets = [RNG.integers(0, CLASSES, n) for n in (2, 0, 3)]

    def run(parameters: Parameters) -> tuple[float, Parameters]:
        return encoder_decoder.loss_and_gradients(sharing.written_out(parameters, cell), cell, True, TEXTS, targets)

    assert_gradients_are_slopes(lambda p: run(p)[0], parameters, sharing.gathered(run(parameters)[1], cell))
