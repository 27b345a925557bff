"""The pages of Inspect about a unit's arithmetic and the network's health."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from tests.tui.lab_driver import playground, until
from tests.tui.test_cause_pages import standing
from tui_rnn.insight.arithmetic import Arithmetic
from tui_rnn.insight.biography import Biography
from tui_rnn.insight.surprise import BITS, Surprised
from tui_rnn.tui.colours import paint
from tui_rnn.tui.views.pages.page import Other, Pick, Room
from tui_rnn.tui.views.pages.two_runs import TwoRunsPage
from tui_rnn.tui.widgets.scatter import dots, signs


async def test_the_arithmetic_of_the_selected_unit_stands_line_by_line() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"arithmetic", "enter")
        await until(lab, lambda: "h = o · tanh(c) = " in lab.text)
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
        await until(lab, lambda: "h = o · tanh(c) = " in lab.text)
        row = next(line for line in lab.text.splitlines() if "· h_t−1[" in line)
        unit = int(row.partition("h_t−1[")[2].partition("]")[0])
        await lab.press("enter")
        assert lab.app.lab.panes.selection.unit == unit
        await until(lab, lambda: lab.engine.asked(Arithmetic)[-1][1].unit == unit)


async def test_health_draws_a_point_a_unit_and_enter_selects_one() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"health", "enter")
        await until(lab, lambda: "gate f of layer 1: 128 units" in lab.text)
        assert "→ try a smaller learning rate" in lab.text
        await lab.press("enter")
        assert lab.app.lab.panes.selection.unit == 127


async def test_the_map_has_every_letter_and_the_neighbours_of_the_one_at_the_cursor() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"embedding", "enter")
        await until(lab, lambda: "near 'i'" in lab.text)
        assert "near 'i': the nearest by chance 0.40  'j' 0.90  'h' 0.90" in lab.text
        assert "two of 32 dimensions show 30% of the variance" in " ".join(lab.text.split())
        map_of_letters = lab.text.partition("embedding map")[2].partition("near ")[0]
        assert all(letter in map_of_letters for letter in "abcdefghijklmnopqrstuvwxyz")


async def test_the_biography_of_a_unit_says_since_when_it_tracks_what_is_typed() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.train(2.0)
        await lab.press("a", *"biography", "enter")
        await until(lab, lambda: "The mill turns" in lab.text)
        await lab.press("t", *"vowel", "enter")
        await until(lab, lambda: "beyond chance since step 100" in lab.text)
        assert lab.engine.asked(Biography)[-1][1].where == "vowel"


def test_two_runs_stand_beside_each_other_by_kind_of_place() -> None:
    """The other run pays a bit more at each character, and two at the first quotation mark."""
    text = 'He said "come here" and went.\n' * 40
    own = np.ones(len(text), np.float32)
    more = own + np.float32(BITS)
    more[8] += np.float32(BITS)
    this, other = (Surprised(9, tuple(text), nats, 1.0, len(text), np.zeros(0, np.int64), (), 0) for nats in (own, more))
    at = standing(others=(Other(2, "Elman", other),))
    page = TwoRunsPage()
    rows = page.rows(this, at, Room(75, 15, paint("true", True)))
    told = [row.content.plain for row in rows if isinstance(row.content, Content)]
    assert told[1].split()[:2] == ["all", f"{len(text):,}"]
    assert "−1.00" in told[1]
    ahead = told.index("this run is ahead most")
    assert told[ahead + 1].split()[:2] == ["9", "−2.00"]
    assert rows[ahead + 1].pick == Pick(position=8)
    assert page.rows(this, standing(), Room(75, 15, paint("true", True)))[0].pick is None


def test_dots_stand_where_their_points_are() -> None:
    top_right, bottom_left = dots(np.array([1.0]), np.array([1.0]), 2, 2), dots(np.array([0.0]), np.array([0.0]), 2, 2)
    assert top_right == ["⠀⠈", "⠀⠀"]
    assert bottom_left == ["⠀⠀", "⡀⠀"]


def test_of_signs_in_one_cell_the_first_stands_there() -> None:
    lines, places = signs(np.array([0.0, 0.01, 0.99]), np.array([0.99, 0.99, 0.0]), "abc", 3, 2)
    assert ["".join(line) for line in lines] == ["a  ", "  c"]
    assert places.tolist() == [[0, -1, -1], [-1, -1, 2]]
