"""The loss chart's ticks and labels: few, round, told apart, and each in a row of its own."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.tui.widgets.loss_series import (
    EndLabel,
    decimal_labels,
    labelled,
    log_ticks,
    place,
    ticks,
)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(1, 12))
def test_ticks_are_few_and_inside(low: float, span: float, most: int) -> None:
    found = ticks(low, low + span, most)

    assert len(found) <= most + 1
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in found)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 10, 5, [0, 2, 4, 6, 8, 10]),
        (1.9, 4.1, 5, [2, 2.5, 3, 3.5, 4]),
        (0, 5_000_000, 3, [0, 2e6, 4e6]),
        (0, 436_000, 1, [0, 2e5]),
        (0, 436_000, 2, [0, 2e5, 4e5]),  # 0 alone would not tell the scale
    ],
)
def test_ticks_are_round(low: float, high: float, most: int, expected: list[float]) -> None:
    assert ticks(low, high, most) == pytest.approx(expected)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (math.nan, 1.0), (0.0, math.inf), (2.0, 1.0)])
def test_an_impossible_range_has_no_ticks(low: float, high: float) -> None:
    assert ticks(low, high, 5) == []
    assert log_ticks(low, high, 5) == []


def test_what_is_counted_has_no_tick_between_whole_numbers() -> None:
    assert ticks(1.4, 4.5, 8) == pytest.approx([1.5, 2, 2.5, 3, 3.5, 4, 4.5])
    assert ticks(1.4, 4.5, 8, whole=True) == [2, 3, 4]
    logs = log_ticks(math.log10(1.4), math.log10(4.5), 8, whole=True)
    assert [10**tick for tick in logs] == pytest.approx([2, 3, 4])


def test_log_ticks_stand_at_round_values() -> None:
    values = [10**tick for tick in log_ticks(0.0, 2.0, 8)]

    assert values == pytest.approx([1, 2, 5, 10, 20, 50, 100])


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([5.2, 5.25, 5.3], ["5.20", "5.25", "5.30"]),
        ([3.712, 3.714, 3.716], ["3.712", "3.714", "3.716"]),
        ([0, 20, 40], ["0", "20", "40"]),
        ([1, 1.5, 2], ["1.0", "1.5", "2.0"]),
        ([50.0], ["50"]),
        ([], []),
    ],
)
def test_labels_have_the_digits_that_tell_neighbours_apart(values: list[float], labels: list[str]) -> None:
    assert decimal_labels(values, log=False, cells=5) == labels


def test_labels_over_decades_have_the_digits_that_each_needs() -> None:
    assert decimal_labels([-1.0, 0.0, math.log10(20)], log=True, cells=5) == ["0.1", "1", "20"]


def test_labels_keep_to_their_room() -> None:
    assert decimal_labels([100.001, 100.002], log=False, cells=5) == ["100.0", ""]


def test_a_label_that_reads_like_the_one_before_is_left_out() -> None:
    assert labelled([0.0, 0.5, 1.0], log=False, text=lambda value: f"{int(value)}") == ["0", "", "1"]


def test_log_ticks_of_a_narrow_range_are_still_there() -> None:
    values = [10**tick for tick in log_ticks(math.log10(2.1), math.log10(3.9), 5)]

    assert values == pytest.approx([2.5, 3.0, 3.5])


def labels(*rows: float) -> list[EndLabel]:
    return [EndLabel(row, str(i), "", rank=i) for i, row in enumerate(rows)]


def test_labels_that_do_not_meet_stand_where_they_belong() -> None:
    assert {row: label.text for row, label in place(labels(7, 2), 10).items()} == {7: "0", 2: "1"}


def test_labels_that_meet_make_room_for_each_other_evenly() -> None:
    assert sorted(place(labels(5, 5, 5), 11)) == [4, 5, 6]


def test_the_least_important_label_gives_way() -> None:
    assert {label.text for label in place(labels(0, 1, 2), 2).values()} == {"0", "1"}


@given(st.lists(st.floats(-50, 50), max_size=20), st.integers(1, 12))
def test_labels_keep_the_order_of_their_heights(rows: list[float], count: int) -> None:
    placed = place(labels(*rows), count)
    heights = [placed[row].row for row in sorted(placed)]

    assert len(placed) == min(len(rows), count)
    assert all(0 <= row < count for row in placed)
    assert heights == sorted(heights)
