"""How sure an effect over many predictions is, and what it breaks."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.insight.effects import Broken, broken, chance_of_largest, paired
from tui_rnn.insight.interventions import Predictions


def test_the_standard_error_is_that_of_block_means() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0.1, 1, (500, 40 * 25))
    errors = [paired(one, np.repeat(np.arange(40), 25)) for one in noise]
    assert np.mean([error for _, error in errors]) == pytest.approx(np.std([mean for mean, _ in errors]), rel=0.1)
    one, all_alike = np.ones(10), np.zeros(10, np.int64)
    assert paired(one, np.arange(10)) == (1.0, 0.0)
    assert np.isnan(paired(one, all_alike)[1])


def test_the_largest_of_many_chances_stays_below_its_level_19_times_of_20() -> None:
    chances = np.random.default_rng(1)
    largest = chances.normal(size=(20_000, 64)).max(axis=1)
    assert (largest < chance_of_largest(64, 100_000)).mean() == pytest.approx(0.95, abs=0.01)
    largest = chances.standard_t(11, size=(20_000, 64)).max(axis=1)
    assert (largest < chance_of_largest(64, 12)).mean() == pytest.approx(0.95, abs=0.01)


def test_what_is_broken_is_told_by_the_sum_of_what_was_lost() -> None:
    predictions = Predictions(np.array([0, 0, 1, 2]), lambda ids: tuple("abc"[k] for k in ids), np.arange(4), lambda n: "")
    found = broken(predictions, np.array([1.0, 2.0, 2.0, -1.0]), 5)
    assert found == (Broken("a", 2, 1.5, 0.6), Broken("b", 1, 2.0, 0.4))
