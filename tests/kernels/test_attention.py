"""Attention of one state against the reference."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.kernels.equations import attention
from tui_rnn.reference import attention as reference


def numbers(rng, *shape):
    return rng.normal(0, 0.5, shape).astype(np.float32)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(count=st.integers(1, 40), first=st.integers(0, 3), H=st.sampled_from([16, 48]), seed=st.integers(0, 9))
def test_forward_and_backward_equal_the_references(count, first, H, seed):
    rng = np.random.default_rng(seed)
    rows = first + count + 2
    states, keys, query = numbers(rng, rows, H), numbers(rng, rows, H), numbers(rng, 3, H)
    weights, context = np.full((2, 48), 9, np.float32), np.zeros((2, H), np.float32)
    attention.attend(states, keys, first, count, query, 2, weights, context, 1)

    own = slice(first, first + count)
    expected = query[2].astype(float), keys[own].astype(float), states[own].astype(float)
    expected_context, expected_weights = reference.attend(*expected)
    np.testing.assert_allclose(context[1], expected_context, atol=1e-6)
    np.testing.assert_allclose(weights[1, :count], expected_weights, atol=1e-6)
    assert not weights[1, count : -(-count // 16) * 16].any(), "nothing beyond the source"

    dcontext = numbers(rng, 2, H)
    dstates, dkeys, dquery = np.ones_like(states), np.ones_like(keys), np.full((4, H), 7, np.float32)
    attention.attend_backward(states, keys, dstates, dkeys, first, count, query, 2, weights, dcontext, 1, dquery, 3)
    for found, slope in zip(
        (dquery[3], dkeys[own] - 1, dstates[own] - 1),
        reference.attend_backward(*expected, expected_weights, dcontext[1].astype(float)),
        strict=True,
    ):
        np.testing.assert_allclose(found, slope, atol=2e-6)
    for untouched in (
        np.delete(dstates, np.arange(first, first + count), 0),
        np.delete(dkeys, np.arange(first, first + count), 0),
    ):
        assert (untouched == 1).all(), "other sources get no gradient"


def test_scores_of_any_size_neither_overflow_nor_divide_by_zero():
    states = np.eye(16, dtype=np.float32)[:3]
    query = np.full((1, 16), 3e4, np.float32)
    weights, context = np.zeros((1, 16), np.float32), np.zeros((1, 16), np.float32)
    attention.attend(states, states * np.array([[1], [-1], [0]], np.float32), 0, 3, query, 0, weights, context, 0)
    np.testing.assert_allclose(weights[0, :3], [1, 0, 0], atol=1e-6)
