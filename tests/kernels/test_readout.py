"""Logits, softmax and cross-entropy against the reference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn import reference
from tui_rnn.kernels.equations import readout
from tui_rnn.kernels.machine import matmul


def padded_logits(values):
    rows, vocab = values.shape
    logits = np.full((rows, -(-vocab // 16) * 16), readout.NOWHERE, np.float32)
    logits[:, :vocab] = values
    return logits


def score(values, targets, weight):
    logits, losses = padded_logits(values), np.zeros(len(values))
    readout.cross_entropy(logits, targets.astype(np.int32), losses, 0, len(values), values.shape[1], np.float32(weight))
    return logits, losses


@settings(deadline=None, max_examples=50)
@given(vocab=st.integers(1, 100), rows=st.integers(1, 9), scale=st.sampled_from([0.0, 1.0, 30.0]), seed=st.integers(0, 5))
def test_losses_and_derivatives_equal_the_references(vocab, rows, scale, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(0, scale, (rows, vocab)).astype(np.float32)
    targets = rng.integers(0, vocab, rows)
    derivative, losses = score(values, targets, 1 / rows)
    loss, dlogits = reference.cross_entropy(values[:, None].astype(float), targets[:, None])
    assert losses.mean() == pytest.approx(loss, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(derivative[:, :vocab], dlogits[:, 0], atol=1e-6 / rows)
    assert not derivative[:, vocab:].any(), "padding gets no gradient"


def test_a_target_below_zero_is_not_scored():
    derivative, losses = score(np.array([[1.0, 2.0], [3.0, 1.0]], np.float32), np.array([-1, 0]), 0.5)
    assert losses[0] == 0
    assert losses[1] > 0
    assert not derivative[0].any()


def test_huge_logits_neither_overflow_nor_lose_the_loss():
    _, losses = score(np.array([[1e30, -1e30, 0]], np.float32), np.array([0]), 1.0)
    assert losses[0] == pytest.approx(0, abs=1e-6)
    _, losses = score(np.array([[0.0, 500.0]], np.float32), np.array([0]), 1.0)
    assert losses[0] == pytest.approx(500)


def test_a_logit_that_is_nan_makes_the_loss_nan():
    _, losses = score(np.array([[0.0, np.nan, 1.0]], np.float32), np.array([0]), 1.0)
    assert np.isnan(losses[0])


def test_logits_are_the_hidden_state_times_v_transposed_plus_the_bias():
    rng = np.random.default_rng(2)
    rows, H, vocab = 11, 32, 37
    y = rng.normal(0, 1, (rows, H)).astype(np.float32)
    V, b = np.zeros((48, H), np.float32), np.zeros(48, np.float32)
    V[:vocab], b[:vocab] = rng.normal(0, 1, (vocab, H)), rng.normal(0, 1, vocab)
    panels = np.zeros((matmul.panel_count(48), H, matmul.PANEL), np.float32)
    matmul.pack_transposed(V, panels, 0, 1)
    logits = np.zeros((rows, 48), np.float32)
    readout.logits_of(y, 0, panels, b, logits, 0, rows, vocab)
    np.testing.assert_allclose(logits[:, :vocab], y.astype(float) @ V[:vocab].T + b[:vocab], atol=2e-5)
    assert (logits[:, vocab:] < -1e29).all(), "padding has no probability"
