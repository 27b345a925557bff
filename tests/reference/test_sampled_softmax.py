"""The reference's sampled softmax: its gradient is the slope of its loss, and with all words drawn it is the full one."""

from functools import partial

import numpy as np
import pytest

from tests.reference.slopes import assert_gradients_are_slopes
from tests.reference.test_language_model import make_case
from tui_rnn import reference

CHANCES, DRAWN = np.array([0.2, 0.9, 1.0, 0.5, 0.4, 0.7, 0.3]), np.array([1, 2, 5])


@pytest.mark.parametrize("cell", ["elman", "lstm"])
def test_every_gradient_is_the_slope_of_the_sampled_loss(cell: str) -> None:
    case = make_case(cell, embedding=3, vocabulary=7)
    score = partial(reference.sampled_cross_entropy, drawn=DRAWN, chances=CHANCES)

    def loss_and_gradients(parameters: reference.Parameters) -> tuple[float, reference.Parameters]:
        loss, gradients, _ = reference.loss_and_gradients(parameters, cell, case.tokens, case.state, score=score)
        return loss, gradients

    assert_gradients_are_slopes(lambda p: loss_and_gradients(p)[0], case.parameters, loss_and_gradients(case.parameters)[1])


@pytest.mark.parametrize("target", [1, 4])
def test_the_true_word_is_compared_with_those_drawn_alone(target: int) -> None:
    logits, compared = np.random.default_rng(0).normal(0, 1, (1, 1, 7)), sorted({*DRAWN.tolist(), target})
    weights = np.exp(logits[0, 0]) / CHANCES
    loss, dlogits = reference.sampled_cross_entropy(logits, np.array([[target]]), DRAWN, CHANCES)
    assert loss == pytest.approx(-np.log(weights[target] / weights[compared].sum()))
    assert np.flatnonzero(dlogits[0, 0]).tolist() == compared


def test_with_all_words_drawn_for_certain_loss_gradient_and_estimate_are_those_of_the_full_softmax() -> None:
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(0, 2, (3, 2, 7)), rng.integers(0, 7, (3, 2))
    loss, dlogits = reference.cross_entropy(logits, targets)
    everything = np.arange(7), np.ones(7)
    found, gradient = reference.sampled_cross_entropy(logits, targets, *everything)
    assert found == pytest.approx(loss)
    np.testing.assert_allclose(gradient, dlogits, atol=1e-12)
    assert reference.estimated_cross_entropy(logits, targets, *everything) == pytest.approx(loss)


def test_the_estimates_denominator_is_on_average_the_full_softmaxs() -> None:
    rng = np.random.default_rng(0)
    logits, target = rng.normal(0, 1, (1, 1, 7)), np.array([[4]])
    totals = []
    for _ in range(20_000):
        drawn = np.flatnonzero(rng.random(7) < CHANCES)
        totals.append(np.exp(reference.estimated_cross_entropy(logits, target, drawn, CHANCES) + logits[0, 0, 4]))
    assert np.mean(totals) == pytest.approx(np.exp(logits).sum(), rel=0.02)
