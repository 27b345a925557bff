"""Learning, held against the reference: loss, gradients, carried state and training steps."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_networks import (
    TOLERANCE,
    Case,
    assert_close,
    assert_same_bits,
    cases,
    in_float64,
    reference_cell,
    reference_masks,
    reference_state,
)
from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.tasks.language_model import LanguageModel

# ------------------------------------------------------- loss and gradients


@settings(max_examples=40, derandomize=True)
@given(cases(dropout_rates=(0.0, 0.0, 0.4)), st.integers(1, 3))
def test_loss_gradients_and_state_equal_the_references(case, threads):
    assert_equal_to_the_reference(case, threads)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_network_whose_u_is_larger_than_a_cores_cache_equals_the_reference(cell):
    config = RunConfig(cell=cell, hidden_size=224, batch_size=72, seq_len=3)
    tokens = np.random.default_rng(0).integers(0, 20, (1, 4, 72)).astype(np.int32)
    assert_equal_to_the_reference(Case(config, 20, tokens, np.ones((1, 72), bool)), threads=2)


def assert_equal_to_the_reference(case, threads):
    model = case.model()
    loss, gradients = model.loss_and_gradients(case.tokens[0], case.fresh[0], threads)

    config, parameters = case.config, in_float64(model.parameters)
    start = reference.zero_state(parameters, reference_cell(config), config.batch_size)
    expected_loss, expected, state = reference.loss_and_gradients(
        parameters, reference_cell(config), case.tokens[0], start, reference_masks(model, 0)
    )
    assert loss == pytest.approx(expected_loss, rel=TOLERANCE, abs=1e-6)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], name)
    for layer, moment in enumerate(reference_state(model)):
        for name, values in moment.items():
            assert_close(values, state[layer][name], f"state {name}{layer}")


@settings(max_examples=30, derandomize=True)
@given(cases(max_steps=3))
def test_the_state_is_carried_from_chunk_to_chunk_and_reset_where_fresh(case):
    model = case.model()
    config, parameters = case.config, in_float64(model.parameters)
    state = reference.zero_state(parameters, reference_cell(config), config.batch_size)
    for tokens, fresh in zip(case.tokens, case.fresh, strict=True):
        loss, gradients = model.loss_and_gradients(tokens, fresh)
        expected_loss, expected, state = reference.loss_and_gradients(
            parameters, reference_cell(config), tokens, reference.reset(state, fresh)
        )
        assert loss == pytest.approx(expected_loss, rel=TOLERANCE, abs=1e-6)
        for name, gradient in gradients.items():
            assert_close(gradient, expected[name], name)


@pytest.mark.parametrize("embedding_size", [0, 8])
def test_thousands_of_distinct_characters_are_like_any_other_number(embedding_size):
    config = RunConfig(hidden_size=9, embedding_size=embedding_size, seq_len=3, batch_size=2)
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, 5001, (1, 4, 2)).astype(np.int32)
    model = Case(config, 5001, tokens, np.ones((1, 2), bool)).model()
    loss, gradients = model.loss_and_gradients(tokens[0], np.ones(2, bool))
    parameters = in_float64(model.parameters)
    start = reference.zero_state(parameters, "lstm", 2)
    expected_loss, expected, _ = reference.loss_and_gradients(parameters, "lstm", tokens[0], start)
    assert loss == pytest.approx(expected_loss, rel=TOLERANCE)
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], name)


def test_a_fresh_model_predicts_nearly_uniformly():
    model = LanguageModel(RunConfig(hidden_size=32, batch_size=4, seq_len=8), 65)
    tokens = np.random.default_rng(0).integers(0, 65, (9, 4)).astype(np.int32)
    loss, _ = model.loss_and_gradients(tokens, np.ones(4, bool))
    assert loss == pytest.approx(np.log(65), rel=0.05)


# ------------------------------------------------------------------ training


@settings(max_examples=20, derandomize=True)
@given(cases(max_steps=4), st.sampled_from([0.1, 1.0]), st.sampled_from([0.0, 0.05]), st.integers(1, 3))
def test_each_training_step_clips_decays_and_moves_as_the_reference_does(case, clip_norm, decay, threads):
    case = case._replace(config=replace(case.config, clip_norm=clip_norm, weight_decay=decay))
    model, probe = case.model(), LanguageModel(case.config, case.vocab_size)
    adam = reference.Adam()
    for step, (tokens, fresh) in enumerate(zip(case.tokens, case.fresh, strict=True)):
        arrays = model.arrays()
        probe.load_arrays(arrays)
        loss, gradients = probe.loss_and_gradients(tokens, fresh)
        losses, norms = model.train(tokens[None], fresh[None], np.full(1, 0.01), step, threads)

        clipped, norm = reference.clip_by_global_norm(in_float64(gradients), clip_norm)
        before = in_float64({name: arrays[name] for name in gradients})
        expected, adam = reference.adam_step(before, clipped, adam, 0.01, decay)
        assert losses == [loss]
        assert norms[0] == pytest.approx(norm, rel=TOLERANCE)
        for name, values in model.parameters.items():
            assert_close(values, expected[name], name)


@pytest.mark.parametrize("cell", CELLS)
def test_a_training_run_follows_the_references_losses(cell):
    """Fifteen steps with layers, dropout, decay, clipping and resets, without looking at the kernels' own gradients."""
    config = RunConfig(
        cell=cell, hidden_size=17, num_layers=2, embedding_size=9, seq_len=6, batch_size=5, dropout=0.2, weight_decay=0.02
    )
    model, rng = LanguageModel(config, 11), np.random.default_rng(4)
    tokens = np.cumsum(rng.integers(0, 3, (15, 7, 5)), axis=1).astype(np.int32) % 11
    fresh, rates = rng.random((15, 5)) < 0.2, np.linspace(1e-3, 1e-2, 15)
    parameters, adam = in_float64(model.parameters), reference.Adam()
    state, expected = reference.zero_state(parameters, cell, 5), []
    for step in range(15):
        loss, gradients, state = reference.loss_and_gradients(
            parameters, cell, tokens[step], reference.reset(state, fresh[step]), reference_masks(model, step)
        )
        gradients, _ = reference.clip_by_global_norm(gradients, config.clip_norm)
        parameters, adam = reference.adam_step(parameters, gradients, adam, rates[step], config.weight_decay)
        expected.append(loss)
    losses, _ = model.train(tokens, fresh, rates, 0, threads=2)
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
    assert expected[-1] < expected[0]


@settings(max_examples=20, derandomize=True)
@given(cases(max_steps=5, dropout_rates=(0.0, 0.3)), st.data())
def test_neither_threads_nor_the_grouping_of_steps_change_a_bit(case, data):
    n = len(case.tokens)
    rates = np.linspace(1e-3, 1e-2, n)
    one = case.model()
    losses, norms = one.train(case.tokens, case.fresh, rates, 0, threads=1)

    other, parts, step = case.model(), [], 0
    while step < n:
        end = data.draw(st.integers(step + 1, n), "steps up to")
        threads = data.draw(st.integers(1, 3), "threads")
        parts.append(other.train(case.tokens[step:end], case.fresh[step:end], rates[step:end], step, threads))
        step = end
    np.testing.assert_array_equal(np.concatenate([part[0] for part in parts]), losses)
    np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), norms)
    assert_same_bits(other.arrays(), one.arrays())


@pytest.mark.parametrize(("batch_size", "hidden_size"), [(1, 128), (4, 160), (16, 64), (24, 144), (40, 32), (72, 192)])
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru", "mingru"])
def test_sizes_whose_work_is_shared_in_other_ways_have_the_same_bits_on_any_number_of_threads(cell, batch_size, hidden_size):
    config = RunConfig(cell=cell, hidden_size=hidden_size, num_layers=2, batch_size=batch_size, seq_len=5)
    rng = np.random.default_rng(0)
    tokens, fresh = rng.integers(0, 65, (2, 6, batch_size)).astype(np.int32), np.ones((2, batch_size), bool)
    model, found = LanguageModel(config, 65), []
    start = model.arrays()
    for threads in (1, 2, 3, 4):
        model.load_arrays(start)
        model.train(tokens, fresh, np.full(2, 0.01), 0, threads)
        found.append(model.arrays())
    for other in found[1:]:
        assert_same_bits(other, found[0])


@pytest.mark.parametrize("cell", CELLS)
def test_a_step_that_is_not_finite_is_not_applied_and_ends_the_call(cell):
    config = RunConfig(cell=cell, activation="relu", hidden_size=20, seq_len=8, batch_size=4)
    model, rng = LanguageModel(config, 30), np.random.default_rng(0)
    arrays = model.arrays()
    arrays["V"][3, 5] = np.nan
    model.load_arrays(arrays)
    tokens, fresh = rng.integers(0, 30, (6, 9, 4)).astype(np.int32), np.zeros((6, 4), bool)
    losses, norms = model.train(tokens, fresh, np.full(6, 0.01), 0, threads=2)
    assert len(losses) == len(norms) == 1
    assert not np.isfinite(losses[0])
    assert_same_bits(model.parameters, {name: arrays[name] for name in model.parameters})


@pytest.mark.parametrize("cell", CELLS)
def test_an_absurd_learning_rate_leaves_finite_weights(cell):
    config = RunConfig(cell=cell, activation="relu", hidden_size=20, num_layers=2, seq_len=8, batch_size=4)
    model, rng = LanguageModel(config, 30), np.random.default_rng(0)
    tokens, fresh = rng.integers(0, 30, (50, 9, 4)).astype(np.int32), np.zeros((50, 4), bool)
    losses, _ = model.train(tokens, fresh, np.full(50, 1e6), 0, threads=2)
    assert np.isfinite(losses[:-1]).all()
    for name, values in model.parameters.items():
        assert np.isfinite(values).all(), name
