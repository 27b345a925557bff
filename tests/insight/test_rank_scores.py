"""Scores by ranks, against counting pairs one by one and against blocks that are really repeated."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.insight.linear_probe import Probe
from tui_rnn.insight.rank_scores import (
    Labels,
    Ranked,
    _of_amounts,
    _of_yes_and_no,
    interval,
    ranks,
    shifted,
    shifts,
)


def naive_auc(values: np.ndarray, labels: np.ndarray) -> float:
    pairs = [(yes > no) + (yes == no) / 2 for yes in values[labels > 0] for no in values[labels <= 0]]
    return float(np.mean(pairs))


def naive_ranks(values: np.ndarray) -> np.ndarray:
    return np.array([np.sum(values < one) + (np.sum(values == one) + 1) / 2 for one in values])


def with_ties(seed: int, n: int = 90) -> np.ndarray:
    return np.round(np.random.default_rng(seed).normal(size=n), 1).astype(np.float32)


def test_equal_values_share_their_rank() -> None:
    values = with_ties(0)
    np.testing.assert_array_equal(ranks(values[None])[0], naive_ranks(values))


def test_the_effect_of_yes_and_no_is_the_auc_that_counting_pairs_gives() -> None:
    values = np.stack([with_ties(seed) for seed in range(4)])
    labels = Labels((np.arange(90) % 3 == 0).astype(float), amount=False)
    found = Ranked(values, amount=False).effects(labels.weights[None])[0]
    assert [labels.score(one) for one in found] == pytest.approx([naive_auc(one, labels.values) for one in values], abs=1e-5)


def test_the_effect_of_amounts_is_the_correlation_of_ranks() -> None:
    values, amounts = with_ties(1), with_ties(2) + 0.5 * with_ties(1)
    labels = Labels(amounts.astype(float), amount=True)
    found = Ranked(values[None], amount=True).effects(labels.weights[None])[0, 0]
    assert found == pytest.approx(np.corrcoef(naive_ranks(values), naive_ranks(amounts))[0, 1], abs=1e-5)
    still = Ranked(np.ones((1, 90), np.float32), amount=True).effects(labels.weights[None])[0, 0]
    assert still == 0


@pytest.mark.parametrize("amount", [False, True])
def test_a_resample_scores_as_the_blocks_laid_one_after_another_do(amount: bool) -> None:
    values, labels = with_ties(3), (with_ties(4) if amount else (with_ties(4) > 0)).astype(float)
    block = np.arange(90) // 15
    drawn = np.array([[2, 0, 1, 1, 0, 2], [1, 1, 1, 1, 1, 1]], float)
    found = (_of_amounts if amount else _of_yes_and_no)(values, labels, block, drawn)
    for times, effect in zip(drawn, found, strict=True):
        rows = np.concatenate([np.flatnonzero(block == k) for k in range(6) for _ in range(int(times[k]))])
        if amount:  # by the ranks of the whole text
            expected = np.corrcoef(naive_ranks(values)[rows], naive_ranks(labels)[rows])[0, 1]
        else:
            expected = 2 * naive_auc(values[rows], labels[rows]) - 1
        assert effect == pytest.approx(expected, abs=1e-9)


def autocorrelated(rng: np.random.Generator, n: int, keeps: float = 0.97) -> np.ndarray:
    """A random walk that is drawn back to 0: what units do over a text."""
    found = np.zeros(n)
    for t, noise in enumerate(rng.normal(size=n)):
        found[t] = keeps * found[t - 1] + noise
    return found


def test_the_interval_holds_the_truth_about_as_often_as_it_says_though_neighbours_are_alike() -> None:
    rng, held = np.random.default_rng(11), 0
    for _ in range(60):
        labels = Labels((autocorrelated(rng, 3000) > 0).astype(float), amount=False)
        low, high = interval(autocorrelated(rng, 3000).astype(np.float32), labels)
        held += low <= 0 <= high  # the values tell nothing: the truth is 0
    assert held >= 50  # of 60; with independent characters in place of blocks, some 20


def test_labels_that_are_shifted_reach_what_unrelated_units_reach() -> None:
    rng, beyond = np.random.default_rng(12), 0
    for _ in range(60):
        labels = Labels((autocorrelated(rng, 2000) > 0).astype(float), amount=False)
        units = np.stack([autocorrelated(rng, 2000) for _ in range(8)]).astype(np.float32)
        weights = np.concatenate([labels.weights[None], shifted(labels.weights, shifts(2000))])
        found = np.abs(Ranked(units, amount=False).effects(weights)).max(axis=1)
        beyond += found[0] > np.quantile(found[1:], 0.95)
    assert beyond <= 8  # of 60, 3 are expected


def test_shifts_are_different_and_far_from_home() -> None:
    found = shifts(1000)
    assert len(set(found.tolist())) == len(found) == 200
    assert found.min() >= 100
    assert found.max() < 900
    assert len(shifts(30)) == len(set(shifts(30).tolist())) <= 24
    np.testing.assert_array_equal(shifted(np.arange(5.0), np.array([0, 2])), [[0, 1, 2, 3, 4], [3, 4, 0, 1, 2]])


@pytest.mark.parametrize("amount", [False, True])
def test_a_probe_finds_a_direction_among_noise(amount: bool) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1200, 20)).astype(np.float32)
    x[:, 4] = 3.0  # never changes
    score = x @ np.where(np.arange(20) % 5, 0, 1)
    labels = Labels(score.astype(float) if amount else (score > 0).astype(float), amount)
    said = Probe(x[:600], labels.part(slice(0, 600))).says(x[600:], labels.values[None, :600])
    second = labels.part(slice(600, None))
    assert Ranked(said.T, amount).effects(second.weights[None])[0, 0] > 0.97
