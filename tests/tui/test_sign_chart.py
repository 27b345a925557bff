"""Curves made of signs: where they stand, and that they read without colours."""

from __future__ import annotations

import numpy as np
import pytest
from rich.style import Style

from tui_rnn.tui.widgets.sign_chart import MARGIN, Axis, Curve, chart

WIDTH, HEIGHT = MARGIN + 21, 12
X, Y = Axis(0.0, 10.0, [(0.0, "0"), (5.0, "5"), (10.0, "10")]), Axis(0.0, 1.0, [(0.0, "low"), (1.0, "high")])


def drawn(*curves: tuple[list[float], list[float], str]) -> list[str]:
    made = [Curve(np.array(x), np.array(y), sign, Style(bold=True)) for x, y, sign in curves]
    return ["".join(segment.text for segment in line) for line in chart(made, X, Y, WIDTH, HEIGHT, Style())]


def test_every_line_fills_the_width_and_the_axes_have_their_words() -> None:
    lines = drawn(([0, 10], [0, 1], "1"))
    assert [len(line) for line in lines] == [WIDTH] * HEIGHT
    assert lines[0].startswith("  high ")
    assert lines[-2].startswith("   low ")
    assert lines[-1].split() == ["0", "5", "10"]


def test_a_line_goes_from_corner_to_corner_without_a_gap() -> None:
    lines = drawn(([0, 10], [0, 1], "1"))
    assert lines[-2][MARGIN] == lines[0][-1] == "1"
    assert all("1" in line for line in lines[:-1])
    assert all("1" in {line[MARGIN + column] for line in lines[:-1]} for column in range(21))


@pytest.mark.parametrize("y", [[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]])
def test_a_steep_curve_stands_in_every_row_that_it_crosses(y: list[float]) -> None:
    lines = drawn(([0, 5, 5.4, 10], y, "1"))
    assert all("1" in line for line in lines[:-1])


def test_what_is_no_number_or_lies_below_is_left_out() -> None:
    lines = drawn(([0, 4, 5, 6, 10], [0.5, 0.5, np.nan, -0.5, -0.5], "1"), ([np.nan], [np.nan], "2"))
    assert not any("1" in line[MARGIN + 14 :] for line in lines[:-1])
    assert not any("2" in line for line in lines)


def test_where_curves_meet_the_last_one_is_seen() -> None:
    lines = drawn(([0, 10], [1, 1], "1"), ([5, 10], [1, 1], "2"))
    assert lines[0][MARGIN:] == "1" * 10 + "2" * 11
