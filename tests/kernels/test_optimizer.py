"""Clipping and Adam against the reference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn import reference
from tui_rnn.kernels.equations import optimizer


def blocks_of(size):
    """(blocks, 2)"""
    starts = np.arange(0, size, optimizer.BLOCK)
    return np.stack([starts, np.minimum(starts + optimizer.BLOCK, size)], axis=1)


def padded(values):
    """The kernels take multiples of 16."""
    return np.concatenate([values, np.zeros(-len(values) % 16)]).astype(np.float32)


@settings(deadline=None, max_examples=25)
@given(size=st.sampled_from([16, 4096, 4112, 20000]), scale=st.sampled_from([1e-3, 1.0, 1e3]))
def test_the_norm_is_the_root_of_the_sum_of_squares(size, scale):
    gradient = np.random.default_rng(size).normal(0, scale, size).astype(np.float32)
    blocks = blocks_of(size)
    partial = np.zeros(len(blocks))
    optimizer.sum_squares(gradient, blocks, partial, 0, len(blocks))
    assert optimizer.norm_of(partial, np.zeros(0), 0, 0) == pytest.approx(np.linalg.norm(gradient.astype(float)), rel=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_norm_of_a_gradient_that_is_not_finite_is_not_finite(bad):
    gradient = np.zeros(8192, np.float32)
    gradient[5000] = bad
    partial = np.zeros(2)
    optimizer.sum_squares(gradient, blocks_of(8192), partial, 0, 2)
    assert not np.isfinite(optimizer.norm_of(partial, np.zeros(0), 0, 0))


@settings(deadline=None, max_examples=25)
@given(
    size=st.sampled_from([16, 4096, 9008]),
    clip=st.sampled_from([0.1, 1.0, 1e9]),
    decay=st.sampled_from([0.0, 0.05]),
    rate=st.sampled_from([1e-4, 1e-2]),
    scale=st.sampled_from([1e-3, 1.0]),
)
def test_three_steps_equal_the_references(size, clip, decay, rate, scale):
    rng = np.random.default_rng(size)
    theta = rng.normal(0, 1, size).astype(np.float32)
    gradient, m, v = (np.zeros(size, np.float32) for _ in range(3))
    expected, adam = {"a": theta.astype(float)}, reference.Adam()
    for step in range(1, 4):
        gradient[:] = rng.normal(0, scale, size)
        clipped, norm = reference.clip_by_global_norm({"a": gradient.astype(float)}, clip)
        expected, adam = reference.adam_step(expected, clipped, adam, rate, decay)
        blocks = blocks_of(size)
        optimizer.adam(theta, gradient, m, v, blocks, norm, clip, rate, decay, step, 0, len(blocks))
        assert not gradient.any(), "the gradient is left at zero for the next step"
    np.testing.assert_allclose(theta, expected["a"], atol=2e-6)
    np.testing.assert_allclose(m, adam.m["a"], atol=1e-5 * np.abs(adam.m["a"]).max())
    np.testing.assert_allclose(v, adam.v["a"], atol=1e-5 * np.abs(adam.v["a"]).max())


def test_without_a_gradient_the_means_fall_to_zero_and_are_never_numbers_that_take_a_processor_long():
    theta, gradient = np.ones(16, np.float32), np.zeros(16, np.float32)
    m, v = np.full(16, 1e-3, np.float32), np.full(16, 1e-6, np.float32)
    for step in range(1, 7_000):
        optimizer.adam(theta, gradient, m, v, blocks_of(16), 0.0, 1.0, 1e-3, 0.0, step, 0, 1)
        assert all(value == 0 or value > 1e-31 for value in (m[0], v[0]))
    assert m[0] == v[0] == 0


def test_any_split_into_shares_gives_the_same_bits():
    size = 9008
    rng = np.random.default_rng(0)
    start = [rng.random(size).astype(np.float32) for _ in range(4)]
    whole, parts = [a.copy() for a in start], [a.copy() for a in start]
    optimizer.adam(*whole, blocks_of(size), 3.0, 1.0, 0.01, 0.1, 5, 0, 3)
    for first, last in ((0, 1), (1, 3)):
        optimizer.adam(*parts, blocks_of(size), 3.0, 1.0, 0.01, 0.1, 5, first, last)
    for a, b in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_gradients_of_several_shards_are_added_up_by_whatever_share_of_the_blocks():
    size = 9008
    flat = np.random.default_rng(0).integers(-50, 50, (6, size)).astype(np.float32)
    before = flat.copy()
    for first, last in ((0, 2), (2, 3)):
        optimizer.join_gradients(flat, blocks_of(size), first, last)
    np.testing.assert_array_equal(flat[1], before[1] + before[4] + before[5])
    np.testing.assert_array_equal(flat[[0, 2, 3]], before[[0, 2, 3]])
    assert not flat[4:].any(), "further gradients are left at zero for the next step"
