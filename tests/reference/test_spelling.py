"""The gradients of words with their letters are slopes of the loss."""

import numpy as np

from tests.reference.slopes import assert_gradients_are_slopes
from tui_rnn.config import RunConfig
from tui_rnn.layers.encoder import labelling_layout
from tui_rnn.reference import Parameters, spelling
from tui_rnn.reference.sequences import layers_backward, read, read_out, read_out_backward, score

IDS, TAGS = np.array([1, 0, 2, 1]), np.array([0, 2, 1, 1])
LETTERS = [np.array([1, 2, 3]), np.array([0]), np.array([4, 4]), np.array([1, 2, 3])]


def parameters() -> Parameters:
    config = RunConfig("tag", hidden_size=5, embedding_size=3)
    rng = np.random.default_rng(2)
    shapes = labelling_layout(config, 3, 3, letters=5).shapes()
    return {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}


def loss_and_gradients(given: Parameters) -> tuple[float, Parameters]:
    spelled = spelling.spell(given, "lstm", IDS, LETTERS)
    own = {name: value for name, value in given.items() if not name.startswith(spelling.PREFIX)}
    seen = read(own, "lstm", IDS, inputs=spelled.inputs)
    loss, dlogits = score(read_out(own, seen.states), TAGS, len(TAGS))
    dy, of_readout = read_out_backward(own, seen.states, dlogits)
    of_layers, dx = layers_backward(own, "lstm", seen, dy)
    return loss, of_readout | of_layers | spelling.spell_backward(given, "lstm", IDS, LETTERS, spelled, dx)


def test_the_gradients_are_slopes() -> None:
    given = parameters()
    assert_gradients_are_slopes(lambda changed: loss_and_gradients(changed)[0], given, loss_and_gradients(given)[1])


def test_what_reads_the_letters_sees_their_order_and_their_ends() -> None:
    given = parameters()
    found = [spelling.spell(given, "lstm", np.array([1]), [np.array(word)]).inputs for word in ([1, 2], [2, 1], [1, 2, 2])]
    assert not np.allclose(found[0], found[1])
    assert not np.allclose(found[0], found[2])
