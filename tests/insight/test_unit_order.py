"""Orders of units: what stands together, and that nothing jumps without a reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_rnn.insight.unit_order import ORDERS, order_units


def two_families(per_family: int = 6, length: int = 60) -> np.ndarray:
    """Interleaved units: even ones follow a slow wave, odd ones a fast one, all with some noise of their own."""
    rng = np.random.default_rng(0)
    t = np.arange(length)
    waves = np.stack([np.sin(t / 9), np.sin(t * 1.3)])
    values = waves[np.arange(2 * per_family) % 2] + rng.normal(0, 0.2, (2 * per_family, length))
    return values.T.astype(np.float32)


def test_by_index_is_the_order_of_the_arrays() -> None:
    assert order_units(np.ones((4, 3)), "index").tolist() == [0, 1, 2]


def test_by_mean_puts_the_largest_mean_first_and_keeps_ties_in_index_order() -> None:
    values = np.array([[0.0, 0.5, 0.1, 0.5], [0.2, 0.7, 0.1, 0.7]])
    assert order_units(values, "mean").tolist() == [1, 3, 0, 2]


def test_by_variation_puts_the_unit_that_changes_most_first() -> None:
    values = np.array([[9.0, 0.0, -1.0], [9.0, 0.1, 1.0], [9.0, 0.0, -1.0]])
    assert order_units(values, "variation").tolist() == [2, 1, 0]


def test_by_similarity_keeps_units_that_rise_and_fall_together_side_by_side() -> None:
    families = order_units(two_families(), "similarity") % 2
    assert np.count_nonzero(np.diff(families)) == 1


def test_by_similarity_raises_the_correlation_of_neighbours() -> None:
    values = np.random.default_rng(1).normal(size=(100, 8)) @ np.random.default_rng(2).normal(size=(8, 64))

    def neighbours(order: np.ndarray) -> float:
        return float(np.diagonal(np.corrcoef(values.T[order]), 1).mean())

    assert neighbours(order_units(values, "similarity")) > neighbours(np.arange(64)) + 0.3


def test_by_similarity_puts_units_that_never_change_last() -> None:
    values = two_families()
    values[:, [2, 7]] = 0.25
    assert sorted(order_units(values, "similarity")[-2:].tolist()) == [2, 7]


def test_by_similarity_ignores_scale_and_offset() -> None:
    values = two_families().astype(np.float64)
    stretched = values.copy()
    stretched[:, 3] = stretched[:, 3] * 0.01 + 5
    start = int(np.argmax(values.std(axis=0)))
    assert start != 3
    assert order_units(stretched, "similarity").tolist() == order_units(values, "similarity").tolist()


@given(
    values=arrays(
        np.float32, st.tuples(st.integers(0, 20), st.integers(1, 12)), elements=st.floats(-3, 3, width=32) | st.just(np.nan)
    ),
    by=st.sampled_from(ORDERS),
)
def test_every_order_shows_each_unit_once_and_is_the_same_for_the_same_values(values: np.ndarray, by: str) -> None:
    order = order_units(values, by)
    assert sorted(order.tolist()) == list(range(values.shape[1]))
    assert order.tolist() == order_units(values.copy(), by).tolist()


def test_an_unknown_order_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"'size'.*similarity"):
        order_units(np.ones((3, 2)), "size")
