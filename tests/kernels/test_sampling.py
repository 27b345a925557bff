"""Drawing the next character: over evenly spread u, each id comes up as often as the reference says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.kernels.equations.sampling import Drawing, draw, penalise
from tui_rnn.reference import penalised, sampling_probabilities


def draw_at(values, u, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, penalty=1.0, window=0, text=()):
    vocab = len(values)
    logits = np.full((1, -(-vocab // 16) * 16), -1e30, np.float32)
    logits[0, :vocab] = values
    how = Drawing(temperature, top_k, top_p, min_p, penalty, window, 0)
    p, scratch = np.zeros(vocab), np.zeros(vocab, np.int32)
    penalise(logits, vocab, how, np.array([*text, 0], np.int32), len(text), p, scratch)
    return draw(p, vocab, how, u, scratch)


def frequencies(values, n=2000, **options):
    ids = [draw_at(values, (i + 0.5) / n, **options) for i in range(n)]
    return np.bincount(ids, minlength=len(values)) / n


@settings(deadline=None, max_examples=40)
@given(
    vocab=st.integers(1, 40),
    temperature=st.sampled_from([0.0, 0.3, 1.0, 5.0]),
    top_k=st.integers(0, 45),
    top_p=st.sampled_from([0.01, 0.5, 0.9, 1.0]),
    min_p=st.sampled_from([0.0, 0.0, 0.02, 0.3, 1.0]),
    penalty=st.sampled_from([1.0, 1.3, 5.0, 0.5]),
    window=st.integers(0, 9),
    seed=st.integers(0, 20),
)
def test_frequencies_are_the_references_probabilities(vocab, temperature, top_k, top_p, min_p, penalty, window, seed):
    rng = np.random.default_rng(seed)
    values, text = rng.normal(0, 2, vocab).astype(np.float32), rng.integers(0, vocab, 7)
    logits = penalised(values.astype(float), text[-window:], penalty)
    expected = sampling_probabilities(logits, temperature, top_k, top_p, min_p)
    how = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "min_p": min_p, "penalty": penalty, "window": window}
    np.testing.assert_allclose(frequencies(values, n=500, **how, text=text), expected, atol=1.01 / 500)


def test_min_p_keeps_what_is_so_many_times_as_likely_as_the_likeliest_after_the_temperature():
    values = np.log(np.array([0.5, 0.26, 0.14, 0.1], np.float32))
    assert frequencies(values, min_p=0.5)[:2] == pytest.approx(np.array([50, 26]) / 76, abs=1e-3)
    # at temperature 2 the square roots: .71, .51, .37, .32
    assert (frequencies(values, min_p=0.5, temperature=2.0) > 0).tolist() == [True, True, True, False]
    assert frequencies(values, min_p=1.0).tolist() == [1, 0, 0, 0]


def test_a_penalty_makes_what_came_less_likely_whatever_the_sign_of_its_logit():
    values = np.array([2.0, -1.0, 0.0], np.float32)
    p = np.exp([2.0 / 1.5, -1.0 * 1.5, 0.0])
    assert frequencies(values, penalty=1.5, text=[0, 1, 2, 0]) == pytest.approx(p / p.sum(), abs=1e-3)
    p = np.exp([2.0, -1.0 * 1.5, 0.0])
    assert frequencies(values, penalty=1.5, window=2, text=[0, 1, 1]) == pytest.approx(p / p.sum(), abs=1e-3)
    assert draw_at(values, 0.5, temperature=0.0, penalty=9.0, text=[0]) == 0  # 0.22 is still the largest
    assert draw_at(np.array([2.0, 1.9], np.float32), 0.5, temperature=0.0, penalty=1.1, text=[0]) == 1


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
    assert draw_at(values, u, min_p=1e-9) == 1
