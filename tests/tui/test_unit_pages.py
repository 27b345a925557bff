"""The pages of Inspect about a unit's arithmetic and the network's health."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tui.lab_driver import playground
from tui_rnn.insight.arithmetic import Arithmetic
from tui_rnn.tui.widgets.scatter import dots, signs


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_arithmetic_of_the_selected_unit_stands_line_by_line(size: tuple[int, int]) -> None:
    async with playground(size=size) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"arithmetic", "enter")
        asked = lab.engine.asked(Arithmetic)[-1][1]
        assert f"{asked.position + 1} 'i' │ layer 1" in lab.line(1)  # the selection
        assert f"unit {asked.unit}" in lab.line(1)
        for part in ("z_f = U_f h_t−1 + W_f e + b_f = ", "f = σ(z_f) = σ(", "c = j + k = ", "h = o · tanh(c) = "):
            assert part in lab.text


async def test_enter_on_a_term_goes_to_the_unit_that_it_comes_from() -> None:
    async with playground(size=(120, 56)) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"arithmetic", "enter")
        row = next(line for line in lab.text.splitlines() if "· h_t−1[" in line)
        unit = int(row.partition("h_t−1[")[2].partition("]")[0])
        await lab.press("enter")
        assert lab.app.lab.panes.selection.unit == unit
        assert lab.engine.asked(Arithmetic)[-1][1].unit == unit


async def test_health_draws_a_point_a_unit_and_enter_selects_one() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"health", "enter")
        assert "gate f of layer 1: 128 units" in lab.text
        assert "→ try a smaller learning rate" in lab.text
        await lab.press("enter")
        assert lab.app.lab.panes.selection.unit == 127


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_map_has_every_letter_and_the_neighbours_of_the_one_at_the_cursor(size: tuple[int, int]) -> None:
    async with playground(size=size) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"embedding", "enter")
        assert "near 'i':  'j' 0.90  'h' 0.90  by chance 0.40" in lab.text
        assert "two of 32 dimensions show 30% of the variance" in " ".join(lab.text.split())
        map_of_letters = lab.text.partition("embedding map")[2].partition("near ")[0]
        assert all(letter in map_of_letters for letter in "abcdefghijklmnopqrstuvwxyz")


def test_dots_stand_where_their_points_are() -> None:
    top_right, bottom_left = dots(np.array([1.0]), np.array([1.0]), 2, 2), dots(np.array([0.0]), np.array([0.0]), 2, 2)
    assert top_right == ["⠀⠈", "⠀⠀"]
    assert bottom_left == ["⠀⠀", "⡀⠀"]


def test_of_signs_in_one_cell_the_first_stands_there() -> None:
    lines, places = signs(np.array([0.0, 0.01, 0.99]), np.array([0.99, 0.99, 0.0]), "abc", 3, 2)
    assert ["".join(line) for line in lines] == ["a  ", "  c"]
    assert places.tolist() == [[0, -1, -1], [-1, -1, 2]]
