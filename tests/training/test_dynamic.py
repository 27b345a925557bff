"""Dynamic evaluation, against the reference that learns from what it has read."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tasks.random_networks import in_float64
from tui_rnn import reference
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.reference.learning import Adam, adam_step, clip_by_global_norm
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.dynamic import CHUNK, evaluated_dynamically

VOCABULARY = 7


def network(cell: str = "gru") -> LanguageModel:
    model = LanguageModel(RunConfig(cell=cell, hidden_size=9, embedding_size=5, dropout=0.4, weight_decay=0.3), VOCABULARY)
    rng = np.random.default_rng(3)
    model.set_parameters({name: rng.normal(0, 0.4, a.shape).astype(np.float32) for name, a in model.parameters.items()})
    return model


def text(length: int) -> np.ndarray:
    return np.random.default_rng(4).integers(0, VOCABULARY, length).astype(np.uint8)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_each_chunk_is_scored_before_the_reference_learns_from_it(cell: str) -> None:
    model, ids = network(cell), text(3 * CHUNK + 11)
    parameters, adam, total = in_float64(model.parameters), Adam(), 0.0
    state = reference.zero_state(parameters, cell, 1)
    for start in range(0, len(ids) - 1, CHUNK):
        chunk = ids[start : start + CHUNK + 1].astype(int)[:, None]
        loss, gradients, state = reference.loss_and_gradients(parameters, cell, chunk, state)
        total += loss * (len(chunk) - 1)
        gradients, _ = clip_by_global_norm(gradients, model.config.clip_norm)
        parameters, adam = adam_step(parameters, gradients, adam, 0.01)

    found = evaluated_dynamically(model, ids, 0.01)

    assert (found.count, found.rate, found.chunk) == (len(ids) - 1, 0.01, CHUNK)
    assert found.loss_nats == pytest.approx(total / found.count, abs=1e-5)


def test_the_network_itself_learns_nothing() -> None:
    model = network()
    before = model.arrays()
    assert evaluated_dynamically(model, text(200), 0.01).loss_nats == evaluated_dynamically(model, text(200), 0.01).loss_nats
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_text_of_one_chunk_has_the_networks_own_score() -> None:
    model = network()
    ids = text(CHUNK)
    trace = model.reader().trace(ids[:-1].astype(np.int32))
    own = -trace.log_probs[np.arange(len(ids) - 1), ids[1:]].mean()
    assert evaluated_dynamically(model, ids, 0.1).loss_nats == pytest.approx(own, abs=1e-6)


def test_a_text_that_is_too_short_and_a_network_that_diverges_are_named() -> None:
    with pytest.raises(InputError, match="the text has 1 tokens, expected at least 2"):
        evaluated_dynamically(network(), text(1), 0.01)
    broken = network()
    broken.set_parameters({name: np.full_like(array, 1e30) for name, array in broken.parameters.items()})
    with pytest.raises(InputError, match=r"at the rate 0\.1 the network diverged at token"):
        evaluated_dynamically(broken, text(200), 0.1)
