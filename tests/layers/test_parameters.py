"""Where parameters lie: every one in a place of its own, padded with zeros that stay zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.random_networks import cases
from tui_rnn.config import RunConfig
from tui_rnn.layers.language_model import layout_of
from tui_rnn.layers.parameters import PAD, initial_parameters, padded


@given(st.integers(1, 10_000))
def test_padding_goes_to_the_next_multiple(size):
    assert padded(size) % PAD == 0
    assert size <= padded(size) < size + PAD


@settings(max_examples=40, derandomize=True)
@given(cases())
def test_what_is_written_by_name_is_read_back_and_nothing_overlaps(case):
    layout = layout_of(case.config, case.vocab_size)
    flat, values, number = np.zeros(layout.size, np.float32), {}, 0
    for name, shape in layout.shapes().items():
        count = int(np.prod(shape))
        values[name] = np.arange(number + 1, number + count + 1, dtype=np.float32).reshape(shape)
        number += count
    layout.write(flat, values)
    for name, read in layout.read(flat).items():
        np.testing.assert_array_equal(read, values[name], err_msg=name)
    assert np.count_nonzero(flat) == number == layout.parameter_count


@settings(max_examples=25, derandomize=True)
@given(cases())
def test_the_kernels_views_hold_every_parameter_and_zeros(case):
    model, shapes = case.model(), layout_of(case.config, case.vocab_size).shapes()
    model.set_parameters({name: np.ones(shape, np.float32) for name, shape in shapes.items()})
    encoder, readout = model._shards[0].encoder, model._shards[0].readout
    views = [encoder._E, readout.V, readout.b]
    for layer in encoder._layers:
        views += layer._theta
    seen = sum(int(view.sum()) for view in views)
    tied = case.vocab_size * case.config.embedding_size if case.config.tie_weights else 0
    assert seen == model.parameter_count + tied, "tied, V shows E a second time"
    assert all(view.shape[-1] % PAD == 0 for view in views)


@settings(max_examples=25, derandomize=True)
@given(cases(max_steps=3, dropout_rates=(0.0, 0.3)))
def test_padding_stays_zero_through_training(case):
    model = case.model()
    model.train(case.tokens, case.fresh, np.full(len(case.tokens), 0.05), 0, threads=2)
    layout = layout_of(case.config, case.vocab_size)
    stripped = np.zeros(layout.size, np.float32)
    layout.write(stripped, model.parameters)
    np.testing.assert_array_equal(model._store.flat[0], stripped)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("hidden_size", [1, 7, 40])
def test_every_block_of_u_starts_orthogonal(cell, hidden_size):
    config = RunConfig(cell=cell, hidden_size=hidden_size, num_layers=2)
    layout = layout_of(config, 9)
    read = layout.read(initial_parameters(layout, config))
    for name in ("U0", "U1"):
        for block in np.split(read[name].astype(float), read[name].shape[1] // hidden_size, axis=1):
            np.testing.assert_allclose(block.T @ block, np.eye(hidden_size), atol=1e-5)


def test_an_lstms_forget_bias_starts_at_one_and_every_other_bias_at_zero():
    config = RunConfig(cell="lstm", hidden_size=5, num_layers=2)
    layout = layout_of(config, 9)
    read = layout.read(initial_parameters(layout, config))
    for name in ("b0", "b1"):
        np.testing.assert_array_equal(read[name], np.repeat([0, 1, 0, 0], 5))
    assert not read["b_out"].any()


def test_the_seed_decides_the_first_weights():
    configs = [RunConfig(hidden_size=16, embedding_size=8, seed=seed) for seed in (1, 1, 2)]
    first, again, other = (initial_parameters(layout_of(config, 9), config) for config in configs)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
