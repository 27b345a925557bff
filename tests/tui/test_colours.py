"""Levels, colours and glyphs: what a reader can tell apart on each kind of terminal."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from textual.app import App

from tui_rnn.tui.colour_space import lightness
from tui_rnn.tui.colours import BLANK, LEVELS, NOT_A_NUMBER, Depth, Kind, Paint, levels, paint_of

KINDS: tuple[Kind, ...] = ("sequential", "diverging", "surprise")
MIDDLE = LEVELS // 2


def light(colour: Color) -> float:
    assert colour.triplet is not None
    return lightness(colour.triplet.hex)


# ---------------------------------------------------------------- levels


def test_the_limits_are_the_first_and_the_last_level_and_what_lies_beyond_stays_there() -> None:
    assert levels(np.array([-9.0, -2.0, 0.0, 2.0, 9.0]), -2, 2).tolist() == [0, 0, MIDDLE, LEVELS - 1, LEVELS - 1]


@given(st.floats(-2, 2))
def test_a_level_is_the_nearest_one(value: float) -> None:
    level = int(levels(np.array([value], np.float32), -2, 2)[0])
    assert abs(-2 + 4 * level / (LEVELS - 1) - value) <= 2 / (LEVELS - 1) + 1e-5


def test_what_is_not_a_number_has_a_level_of_its_own_and_infinity_is_beyond_the_limit() -> None:
    assert levels(np.array([np.nan, np.inf, -np.inf]), 0, 1).tolist() == [NOT_A_NUMBER, LEVELS - 1, 0]


# ---------------------------------------------------------------- colours


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_in_true_colour_each_level_has_its_own_colour(kind: Kind, dark: bool) -> None:
    assert len(set(Paint("true", dark).colours(kind))) == LEVELS + 2


@pytest.mark.parametrize("depth", ["true", "256"])
@pytest.mark.parametrize("kind", ["sequential", "surprise"])
def test_a_sequential_map_grows_away_from_the_background(kind: Kind, depth: Depth) -> None:
    slack = 0.0 if depth == "true" else 0.03  # the 256 fixed colours have no evenly light row
    for dark in (True, False):
        shades = [light(c) for c in Paint(depth, dark).colours(kind)[:LEVELS]]
        towards = 1 if dark else -1
        assert all(towards * (b - a) > -slack for a, b in itertools.pairwise(shades))
        assert abs(shades[-1] - shades[0]) > 0.35


@pytest.mark.parametrize("depth", ["true", "256"])
@pytest.mark.parametrize("dark", [True, False])
def test_a_diverging_map_is_blue_below_zero_and_orange_above(depth: Depth, dark: bool) -> None:
    colours = Paint(depth, dark).colours("diverging")
    for level in itertools.chain(range(MIDDLE - 2), range(MIDDLE + 3, LEVELS)):
        triplet = colours[level].triplet
        assert triplet is not None
        assert (triplet.red < triplet.blue) == (level < MIDDLE)


@pytest.mark.parametrize("dark", [True, False])
def test_both_ends_of_a_diverging_map_stand_out_equally_from_zero(dark: bool) -> None:
    colours = [light(c) for c in Paint("true", dark).colours("diverging")]
    low, zero, high = colours[0], colours[MIDDLE], colours[LEVELS - 1]
    assert min(abs(low - zero), abs(high - zero)) > 0.35
    assert abs(low - high) < 0.1


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_with_256_colours_a_colour_reaches_the_terminal_as_it_was_chosen(kind: Kind, dark: bool) -> None:
    for colour in Paint("256", dark).colours(kind)[:LEVELS]:
        sent = colour.downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
        assert colour.triplet is not None
        assert max(abs(a - b) for a, b in zip(sent, colour.triplet, strict=True)) <= 10


def test_a_half_block_shows_one_level_above_the_other() -> None:
    paint = Paint("true", True)
    mark, style = paint.half_blocks("sequential", 3, 17)
    colours = paint.colours("sequential")
    assert (mark, style.color, style.bgcolor) == ("▀", colours[3], colours[17])


def test_a_line_without_a_lower_unit_leaves_the_background_there() -> None:
    assert Paint("true", True).half_blocks("sequential", 3, BLANK)[1].bgcolor is None


# ---------------------------------------------------------------- without ramps


def test_with_16_colours_the_sign_is_a_colour_and_the_size_a_shade() -> None:
    for dark in (True, False):
        paint = Paint("16", dark)
        (low, below), (high, above) = paint.shade("diverging", 0), paint.shade("diverging", LEVELS - 1)
        assert low == high == "█"
        assert below.color != above.color


def test_16_colours_are_sent_as_they_were_chosen() -> None:
    for dark in (True, False):
        styles = [Paint("16", dark).shade("diverging", level)[1] for level in (0, LEVELS - 1)]
        for colour in (style.color for style in styles):
            assert colour is not None
            assert colour.triplet is not None
            sent = colour.downgrade(ColorSystem.STANDARD)
            assert sent.number is not None
            assert Color.from_ansi(sent.number).downgrade(ColorSystem.STANDARD).number == sent.number


def test_without_colour_the_sign_and_the_size_of_a_value_show_in_glyphs() -> None:
    paint = Paint("none", True)
    drawn = [paint.shade("diverging", round(k * (LEVELS - 1) / 8)) for k in range(9)]
    assert len({(mark, bool(style.reverse)) for mark, style in drawn}) == 9
    assert all(style.color is None and style.bgcolor is None for _, style in drawn)


def test_without_colour_surprise_shows_in_four_growing_marks() -> None:
    paint = Paint("none", True)
    drawn = [paint.surprise(level) for level in range(LEVELS)]
    assert list(dict.fromkeys(drawn)) == list(paint.marks)
    assert len(set(paint.marks)) == 4


# ---------------------------------------------------------------- the terminal


@pytest.mark.parametrize(("system", "depth"), [("truecolor", "true"), ("256", "256"), ("standard", "16")])
def test_the_depth_follows_the_terminal(system: str, depth: Depth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", system)
    assert paint_of(App()).depth == depth


def test_no_color_wins_over_what_the_terminal_can_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")
    assert paint_of(App()).depth == "none"
