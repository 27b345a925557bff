"""Drawing the next character: over evenly spread u, each id comes up as often as the reference says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.kernels.equations.sampling import draw
from tui_rnn.reference import sampling_probabilities


def draw_at(values, u, temperature=1.0, top_k=0, top_p=1.0):
    vocab = len(values)
    logits = np.full((1, -(-vocab // 16) * 16), -1e30, np.float32)
    logits[0, :vocab] = values
    return draw(logits, vocab, temperature, top_k, top_p, u, np.zeros(vocab), np.zeros(vocab, np.int32))


def frequencies(values, n=2000, **options):
    ids = [draw_at(values, (i + 0.5) / n, **options) for i in range(n)]
    return np.bincount(ids, minlength=len(values)) / n


@settings(deadline=None, max_examples=40)
@given(
    vocab=st.integers(1, 40),
    temperature=st.sampled_from([0.0, 0.3, 1.0, 5.0]),
    top_k=st.integers(0, 45),
    top_p=st.sampled_from([0.01, 0.5, 0.9, 1.0]),
    seed=st.integers(0, 20),
)
def test_frequencies_are_the_references_probabilities(vocab, temperature, top_k, top_p, seed):
    values = np.random.default_rng(seed).normal(0, 2, vocab).astype(np.float32)
    expected = sampling_probabilities(values.astype(float), temperature, top_k, top_p)
    found = frequencies(values, temperature=temperature, top_k=top_k, top_p=top_p)
    np.testing.assert_allclose(found, expected, atol=1.01 / 2000)


def test_among_equals_the_lower_id_is_kept():
    values = np.array([1.0, 2.0, 2.0, 2.0], np.float32)
    assert frequencies(values, top_k=2)[[1, 2]] == pytest.approx([0.5, 0.5])
    assert draw_at(values, 0.99, temperature=0.0) == 1


@pytest.mark.parametrize("u", [1e-12, 0.5, 1 - 1e-12])
def test_an_impossible_character_is_never_drawn(u):
    values = np.array([-1e30, 0.0, -1e30], np.float32)
    assert draw_at(values, u) == 1
    assert draw_at(values, u, top_k=3) == 1
    assert draw_at(values, u, top_p=0.99) == 1
