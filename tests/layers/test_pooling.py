"""From the states of all positions to the rows that are read out, and the derivatives' way back."""

import numpy as np
import pytest

from tui_rnn.layers.batch import batch_of
from tui_rnn.layers.pooling import Mean, Pick
from tui_rnn.layers.team import Team

LENGTHS, H = [3, 7, 1, 4], 16


@pytest.fixture
def batch():
    return batch_of(LENGTHS)


@pytest.fixture
def states(batch):
    return np.random.default_rng(0).normal(size=(batch.rows, 2 * H)).astype(np.float32)


def run(pool, states):
    """out, then the derivative by the states for random derivatives by out."""
    rows = len(pool.out)
    pool.dout[:] = np.random.default_rng(1).normal(size=pool.dout.shape)
    dstates = np.full_like(states, np.nan)
    Team().run(2, [lambda program: pool.forward(program, states)], [lambda program: pool.backward(program, dstates)])
    assert rows == len(pool.out)
    return dstates


def test_each_direction_is_picked_at_its_own_row(batch, states):
    first, last = batch.first_and_last()
    pool = Pick(2 * H)
    pool.begin(batch, last, first)
    dstates = run(pool, states)
    np.testing.assert_array_equal(pool.out[: pool.rows], np.hstack([states[last, :H], states[first, H:]]))
    expected = np.zeros_like(states)
    expected[last, :H] += pool.dout[: pool.rows, :H]
    expected[first, H:] += pool.dout[: pool.rows, H:]
    np.testing.assert_allclose(dstates, expected)


def test_a_row_that_is_picked_twice_gets_both_derivatives(batch, states):
    pool = Pick(2 * H)
    pool.begin(batch, *[np.array([2, 2], np.int32)] * 2)
    dstates = run(pool, states)
    np.testing.assert_allclose(dstates[2], pool.dout[0] + pool.dout[1], rtol=1e-6)
    assert not np.delete(dstates, 2, axis=0).any()


def test_the_mean_is_over_each_sequences_own_states(batch, states):
    pool = Mean(2 * H)
    pool.begin(batch)
    dstates = run(pool, states)
    for k, n in enumerate(LENGTHS):
        rows, place = batch.at(np.full(n, k), np.arange(n)), batch.place[k]
        np.testing.assert_allclose(pool.out[place], states[rows].mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(dstates[rows], np.tile(pool.dout[place] / n, (n, 1)), atol=1e-6)
