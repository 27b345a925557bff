"""The loss chart's numbers: nothing is averaged, nothing explodes, and every label finds a row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.tui.views.chart_series import Level, Series, heights, leaves_out
from tui_rnn.tui.widgets.loss_series import (
    Axes,
    decimate,
    y_range,
)

losses = st.lists(st.floats(0, 10), min_size=1, max_size=400)


def test_bits_nats_and_perplexity_tell_the_same_loss() -> None:
    nats = np.array([math.log(2), 2 * math.log(2)])

    assert Axes("nats").y(nats) == pytest.approx(nats)
    assert Axes("bits").y(nats) == pytest.approx([1, 2])
    assert Axes("perplexity").y(nats) == pytest.approx([2, 4])


def test_a_log_axis_plots_the_logarithm_and_leaves_out_what_has_none() -> None:
    axes = Axes("nats", log_x=True, log_y=True)

    assert axes.y(np.array([0.1, 10.0])) == pytest.approx([-1, 1])
    assert np.isnan(axes.x(np.array([0.0]), np.array([5.0])))


def test_the_log_key_goes_through_all_four_axes() -> None:
    axes, seen = Axes(), []
    for _ in range(4):
        seen.append((axes.log_x, axes.log_y))
        axes = axes.next_log()

    assert len(set(seen)) == 4
    assert axes == Axes()


@given(losses, st.integers(1, 60))
def test_decimation_leaves_at_most_two_points_a_column(values: list[float], columns: int) -> None:
    x = np.arange(len(values), dtype=np.float64)
    kept_x, _ = decimate(x, np.array(values), x[0], x[-1], columns)

    assert len(kept_x) <= max(2 * (columns + 1), 2)


@given(losses, st.integers(1, 60))
def test_decimation_keeps_the_highest_and_the_lowest_value(values: list[float], columns: int) -> None:
    x = np.arange(len(values), dtype=np.float64)
    _, kept = decimate(x, np.array(values), x[0], x[-1], columns)

    assert (kept.min(), kept.max()) == (min(values), max(values))


@given(losses, st.integers(1, 60))
def test_decimation_only_leaves_points_out(values: list[float], columns: int) -> None:
    x = np.arange(len(values), dtype=np.float64)
    kept_x, kept = decimate(x, np.array(values), x[0], x[-1], columns)

    assert (np.diff(kept_x) > 0).all()
    assert kept.tolist() == [values[int(at)] for at in kept_x]


def test_a_zoomed_curve_runs_on_to_the_edges() -> None:
    x = np.arange(100.0)
    kept_x, _ = decimate(x, x, 40.5, 50.5, 1000)

    assert kept_x[0] == 40
    assert kept_x[-1] == 51


def test_values_that_are_not_finite_are_not_drawn() -> None:
    kept_x, _ = decimate(np.arange(3.0), np.array([1.0, np.nan, np.inf]), 0, 2, 10)

    assert kept_x.tolist() == [0.0]


def test_the_range_holds_the_curves_and_the_landmarks_below_them() -> None:
    x = np.linspace(0, 100, 50)  # a steady descent
    low, high = y_range([curve(x, np.linspace(4, 2, 50))], [1.5, 3.0, 6.0])

    assert low < 1.5
    assert high > 3.8


def test_the_steep_start_of_a_long_run_does_not_flatten_the_rest() -> None:
    x = np.linspace(0, 1000, 1001)
    y = np.where(x < 20, 6.0, 2.0 + 0.1 * np.sin(x))
    _, high = y_range([curve(x, y)], [])

    assert high < 3


def test_a_run_that_is_slower_than_the_others_does_not_flatten_them_by_its_start() -> None:
    """Its own start counts, not that of the longest run."""
    x = np.linspace(0, 1000, 1001)
    slow = np.linspace(0, 100, 101)
    _, high = y_range([curve(x, np.full(1001, 2.0)), curve(slow, np.where(slow < 15, 6.0, 2.2))], [])

    assert high < 3


def test_a_run_that_has_only_begun_does_not_flatten_the_others() -> None:
    x = np.linspace(0, 1000, 1001)
    _, high = y_range([curve(x, np.full(1001, 2.0)), curve(np.array([10.0, 20.0]), np.array([6.0, 2.5]))], [])

    assert 2.5 < high < 3


def test_evaluations_that_lie_behind_are_measured_by_how_far_the_run_has_come() -> None:
    """The next evaluation is still to come: the last one tells where the run is."""
    _, high = y_range([(np.array([0.0, 4e3, 17e3, 72e3]), np.array([5.3, 5.2, 4.3, 2.5]), 230e3)] * 3, [])

    assert high < 3


def test_the_first_points_are_all_shown() -> None:
    low, high = y_range([curve(np.array([10.0, 20.0]), np.array([6.0, 2.5]))], [])

    assert low < 2.5 < 6.0 < high


def test_a_steady_descent_is_shown_from_its_first_step() -> None:
    x = np.linspace(0, 100, 50)
    _, high = y_range([curve(x, np.linspace(6, 2, 50))], [])

    assert high >= 6


@given(st.lists(st.floats(0, 9), min_size=1, max_size=60), st.lists(st.floats(0, 9), max_size=4))
def test_the_whole_range_leaves_nothing_out(values: list[float], landmarks: list[float]) -> None:
    low, high = y_range([curve(np.arange(float(len(values))), np.array(values))], landmarks, 10.0, whole=True)

    assert low <= min([*values, *landmarks])
    assert high >= max([*values, *landmarks])


def test_late_evaluations_of_a_metric_are_told_apart() -> None:
    """Two taggers at 98 and 99% after a start at 5%: the 1% between them has a good part of the chart."""
    chars = np.arange(1.0, 41.0)
    curves = [_metric_curve(chars, np.where(chars < 6, 5.0, late)) for late in (98.0, 99.0)]
    low, high = heights(curves, [Level(60.0, "counting alone")], "accuracy", whole=False)

    assert low < 98.0 < 99.0 < high
    assert 1.0 / (high - low) > 0.4
    assert leaves_out(curves, low, high)


def test_a_baseline_that_a_metric_has_yet_to_reach_is_in_the_chart() -> None:
    chars = np.arange(1.0, 41.0)
    _, high = heights([_metric_curve(chars, np.linspace(20, 50, 40))], [Level(65.0, "counting alone")], "accuracy", whole=False)

    assert high > 65.0


def test_the_whole_chart_of_a_metric_goes_from_the_worst_to_the_best_and_no_further_than_a_share_can() -> None:
    chars = np.arange(1.0, 41.0)
    curves = [_metric_curve(chars, np.where(chars < 6, 0.0, 100.0))]
    low, high = heights(curves, [Level(60.0, "counting alone")], "accuracy", whole=True)

    assert -2.0 <= low <= 0.0
    assert 100.0 <= high <= 102.0
    assert not leaves_out(curves, low, high)


def _metric_curve(chars: np.ndarray, percent: np.ndarray) -> Series:
    return Series(chars, percent, "#ffffff", "1", "1", 1, float(chars[-1]), "bold #ffffff")


def curve(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """With a run that has come as far as the curve."""
    return x, y, float(x[-1]) if len(x) else 0.0


def test_a_diverging_run_does_not_flatten_the_others() -> None:
    x = np.linspace(0, 100, 50)
    low, high = y_range([curve(x, np.full(50, 2.0)), curve(x, np.linspace(2, 1e6, 50))], [1.5, 6.0], 6.9)

    assert low > 0
    assert high < 8


@given(
    st.lists(st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf, -math.inf]), max_size=5),
    st.lists(st.floats(0, 9), max_size=4),
)
def test_there_is_always_a_range_to_draw_in(values: list[float], landmarks: list[float]) -> None:
    low, high = y_range([curve(np.arange(float(len(values))), np.array(values, dtype=np.float64))], landmarks, 10.0)

    assert math.isfinite(low)
    assert low < high
