"""The reference is right: its gradients are the slopes of its loss, and its parts do what their definitions say."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.reference.networks import COLUMNS
from tests.reference.slopes import assert_gradients_are_slopes
from tui_rnn import reference
from tui_rnn.reference import CELLS, Adam, Array, Moment, Parameters

CELL_NAMES = sorted(CELLS)


class Case(NamedTuple):
    """A small network with random weights, something to read, and a state to start from."""

    parameters: Parameters
    cell: str
    tokens: NDArray[np.int64]
    state: list[Moment]
    masks: list[Array] | None

    def loss_and_gradients(self) -> tuple[float, Parameters, list[Moment]]:
        return reference.loss_and_gradients(self.parameters, self.cell, self.tokens, self.state, self.masks)

    @property
    def loss(self) -> float:
        return self.loss_and_gradients()[0]


def make_case(
    cell: str,
    *,
    layers: int = 1,
    embedding: int = 0,
    tied: bool = False,
    bias: bool = True,
    dropout: float = 0.0,
    vocabulary: int = 5,
    H: int = 4,
    T: int = 4,
    B: int = 2,
) -> Case:
    rng = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {"E": (vocabulary, embedding)} if embedding else {}
    w, u, b = COLUMNS[cell]
    for k in range(layers):
        shapes |= {f"W{k}": (H if k else embedding or vocabulary, w * H), f"U{k}": (H, u * H)}
        shapes |= {f"b{k}": (b * H,)} if bias else {}
    shapes |= {} if tied else {"V": (vocabulary, H)}
    shapes |= {"b_out": (vocabulary,)} if bias else {}
    parameters = {name: rng.normal(0, 0.6, shape) for name, shape in shapes.items()}
    tokens = rng.integers(0, vocabulary, (T + 1, B))
    state = [{name: rng.normal(0, 0.5, (B, H)) for name in CELLS[cell].carried} for _ in range(layers)]
    masks = [(rng.random((T, B, H)) > dropout) / (1 - dropout) for _ in range(layers)] if dropout else None
    return Case(parameters, cell, tokens, state, masks)


OPTIONS = {
    "one-hot": {},
    "embedding": {"embedding": 3},
    "two layers": {"layers": 2},
    "tied": {"embedding": 4, "tied": True},
    "no bias": {"bias": False},
    "dropout": {"layers": 2, "dropout": 0.4},
    "everything": {"layers": 3, "embedding": 4, "tied": True, "dropout": 0.2},
    "one step, one stream, one unit": {"T": 1, "B": 1, "H": 1},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_every_gradient_is_the_slope_of_the_loss(cell, options):
    case = make_case(cell, **options)
    _, gradients, _ = case.loss_and_gradients()
    assert_gradients_are_slopes(lambda p: case._replace(parameters=p).loss, case.parameters, gradients)


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_weights_of_zero_give_the_uniform_loss(cell):
    case = make_case(cell, vocabulary=9)
    flat = case._replace(parameters={name: np.zeros_like(value) for name, value in case.parameters.items()})
    assert flat.loss == pytest.approx(math.log(9))


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_two_chunks_with_the_state_carried_equal_one_long_chunk(cell):
    case = make_case(cell, layers=2, T=6)
    whole = reference.forward(case.parameters, cell, case.tokens, case.state)
    first = reference.forward(case.parameters, cell, case.tokens[:3], case.state)
    second = reference.forward(case.parameters, cell, case.tokens[3:], first.state)
    np.testing.assert_array_equal(np.concatenate([first.logits, second.logits]), whole.logits)


def test_reset_clears_the_fresh_streams_and_no_others():
    case = make_case("lstm", layers=2, B=3)
    after = reference.reset(case.state, np.array([False, True, False]))
    for before, now in zip(case.state, after, strict=True):
        for name in ("h", "c"):
            assert not now[name][1].any()
            np.testing.assert_array_equal(now[name][[0, 2]], before[name][[0, 2]])


def test_zero_state_has_what_each_cell_carries_for_each_layer():
    for cell in CELL_NAMES:
        state = reference.zero_state(make_case(cell, layers=3).parameters, cell, batch_size=2)
        assert [{name: array.shape for name, array in layer.items()} for layer in state] == [
            {name: (2, 4) for name in CELLS[cell].carried}
        ] * 3


def test_an_elman_step_by_hand():
    parameters = {"W0": np.array([[0.5], [1.0]]), "U0": np.array([[2.0]]), "V": np.array([[1.0], [-1.0]])}
    seen = reference.forward(parameters, "elman", np.array([[1], [0]]), [{"h": np.array([[0.25]])}])
    h1 = math.tanh(1.0 + 2.0 * 0.25)
    h2 = math.tanh(0.5 + 2.0 * h1)
    np.testing.assert_allclose(seen.signal("h").ravel(), [h1, h2])
    np.testing.assert_allclose(seen.logits[:, 0], [[h1, -h1], [h2, -h2]])


def test_an_lstm_that_forgets_nothing_and_lets_nothing_in_keeps_its_cell():
    open_gate, shut_gate = 100.0, -100.0
    moment = CELLS["lstm"].forward(
        np.array([[shut_gate, open_gate, 0.7, open_gate]]), {"h": np.zeros((1, 1)), "c": np.array([[1.5]])}
    )
    assert moment["c"] == pytest.approx(1.5)
    assert moment["h"] == pytest.approx(math.tanh(1.5))


def test_a_gru_with_its_update_gate_open_keeps_its_state():
    moment = CELLS["gru"].forward(np.array([[0.3, 0.2, 100.0, 0.1]]), {"h": np.array([[0.8]])})
    assert moment["h"] == pytest.approx(0.8)


def test_clipping_keeps_the_direction_and_bounds_the_joint_norm():
    gradients = {"a": np.array([3.0, 0.0]), "b": np.array([[4.0]])}
    clipped, norm = reference.clip_by_global_norm(gradients, 1.0)
    assert norm == 5.0
    np.testing.assert_allclose(clipped["a"], [0.6, 0.0])
    np.testing.assert_allclose(clipped["b"], [[0.8]])
    untouched, _ = reference.clip_by_global_norm(gradients, 5.0)
    np.testing.assert_array_equal(untouched["a"], gradients["a"])


def test_the_first_adam_step_moves_each_weight_by_the_learning_rate_against_its_gradient():
    parameters = {"a": np.array([1.0, -2.0])}
    moved, adam = reference.adam_step(parameters, {"a": np.array([1e-3, -50.0])}, Adam(), learning_rate=0.1)
    np.testing.assert_allclose(moved["a"], [0.9, -1.9], rtol=1e-4)
    assert adam.steps == 1


def test_weight_decay_shrinks_weights_that_get_no_gradient():
    moved, _ = reference.adam_step({"a": np.array([2.0])}, {"a": np.array([0.0])}, Adam(), 0.1, weight_decay=0.5)
    np.testing.assert_allclose(moved["a"], [2.0 * (1 - 0.5 * 0.1)])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_a_repeated_pattern_is_learned(cell):
    case = make_case(cell, vocabulary=3, H=8, T=12)
    tokens = np.stack([np.arange(13) % 3, np.arange(1, 14) % 3], axis=1)
    state = reference.zero_state(case.parameters, cell, 2)
    parameters, adam, loss = case.parameters, Adam(), math.inf
    for _ in range(80):
        loss, gradients, _ = reference.loss_and_gradients(parameters, cell, tokens, state)
        gradients, _ = reference.clip_by_global_norm(gradients, 1.0)
        parameters, adam = reference.adam_step(parameters, gradients, adam, learning_rate=0.05)
    assert loss < 0.1


LOGITS = np.log(np.array([0.1, 0.4, 0.2, 0.3]))


def test_temperature_one_draws_from_the_softmax():
    np.testing.assert_allclose(reference.sampling_probabilities(LOGITS), [0.1, 0.4, 0.2, 0.3])


def test_temperature_zero_takes_the_likeliest_and_the_first_among_equals():
    np.testing.assert_array_equal(reference.sampling_probabilities(LOGITS, temperature=0), [0, 1, 0, 0])
    np.testing.assert_array_equal(reference.sampling_probabilities(np.zeros(3), temperature=0), [1, 0, 0])


def test_temperature_a_half_squares_the_odds():
    np.testing.assert_allclose(
        reference.sampling_probabilities(LOGITS, temperature=0.5), np.array([1, 16, 4, 9]) / 30, rtol=1e-12
    )


def test_top_k_keeps_the_k_likeliest():
    np.testing.assert_allclose(reference.sampling_probabilities(LOGITS, top_k=2), [0, 4 / 7, 0, 3 / 7])


def test_top_p_keeps_the_fewest_that_hold_the_share():
    np.testing.assert_allclose(reference.sampling_probabilities(LOGITS, top_p=0.75), [0, 4 / 9, 2 / 9, 3 / 9])
    np.testing.assert_allclose(reference.sampling_probabilities(LOGITS, top_p=0.01), [0, 1, 0, 0])


def test_top_p_counts_within_what_top_k_left():
    np.testing.assert_allclose(reference.sampling_probabilities(LOGITS, top_k=2, top_p=0.5), [0, 1, 0, 0])
