"""The pages that look for units and passages: what they ask, what they draw, and what becomes selected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.tui.lab_driver import Driver, playground, until
from tui_rnn.insight.alike import Alike
from tui_rnn.insight.passages import Passages
from tui_rnn.insight.question import Question
from tui_rnn.insight.units import Units
from tui_rnn.lab.messages import Ask
from tui_rnn.tui.selection import BEFORE


async def open_page(lab: Driver, name: str) -> None:
    await lab.press("I")
    await lab.train(3)
    await lab.press("a", *name, "enter")
    await lab.calm()


def asked(lab: Driver, kind: type[Question[Any]]) -> Question[Any]:
    """The last question of a class that was put."""
    found = [one.question for one in lab.engine.sent if isinstance(one, Ask) and isinstance(one.question, kind)]
    return found[-1]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_units_are_listed_with_chance_and_probe_and_enter_selects_one(size: tuple[int, int]) -> None:
    async with playground(size=size) as lab:
        await open_page(lab, "which")
        assert asked(lab, Units) == Units("vowel", listed=8)
        assert "AUC" in lab.text
        assert "[vowel]" in lab.text
        assert ".91" in lab.text
        assert "by chance, the best of 48 in 5%" in lab.text
        assert "not beyond chance" in lab.text
        await lab.press("down", "enter")
        await lab.calm()
        assert lab.app.lab.panes.selection.layer == 0
        assert "unit 5" in lab.text


async def test_a_hypothesis_can_be_typed_and_what_is_none_is_told() -> None:
    async with playground() as lab:
        await open_page(lab, "which")
        await lab.press("t", *"ctrl+u".split(","), *"column", "greater_than_sign", *"40", "enter")
        await until(lab, lambda: asked(lab, Units) == Units("column>40", listed=8))
        await lab.press("t", "ctrl+u", *"nothing", "enter")
        await lab.calm()
        assert asked(lab, Units) == Units("column>40", listed=8)
        assert "is no hypothesis" in lab.text or any("is no hypothesis" in one for one in lab.notices)


async def test_passages_are_those_of_the_selected_unit_and_lead_to_their_place() -> None:
    async with playground() as lab:
        await open_page(lab, "passages of")
        question = asked(lab, Passages)
        assert isinstance(question, Passages)
        assert (question.layer, question.direction) == (1, "forward")
        assert "[x]" in lab.text
        await lab.press("enter")
        await lab.calm()
        assert lab.app.lab.panes.selection.position == 3


async def test_a_passage_far_behind_what_the_map_reads_is_gone_to_and_home_leads_back() -> None:
    async with playground() as lab:
        await open_page(lab, "passages of")
        await lab.press("down", "down", "enter")
        await until(lab, lambda: lab.app.lab.panes.views.focus_on.now.start == 9000 - BEFORE)
        await lab.press()
        assert "validation from 8,501" in lab.top
        assert "9,001 " in lab.top  # the place, counted in all that validates

        await lab.press("home")
        assert "8,501 " in lab.top
        await lab.press("home")
        await until(lab, lambda: lab.app.lab.panes.views.focus_on.now.start == 0)


def length(question: Alike) -> int:
    """How many characters its range has."""
    start, end = map(int, question.range.split(":"))
    return end - start


async def test_alike_says_that_a_range_is_needed_and_takes_the_selected_one() -> None:
    async with playground() as lab:
        await open_page(lab, "alike")
        assert "no range is selected" in lab.text
        await lab.press("shift+right", "shift+right")
        question = asked(lab, Alike)
        assert isinstance(question, Alike)
        assert length(question) == 3
        assert question.text
        assert "a passage" in lab.text
        assert "12%" in lab.text


async def test_the_first_hypothesis_is_the_one_that_comes_with_the_corpus_until_a_person_chooses() -> None:
    async with playground() as lab:
        page = next(page for page in lab.app.lab.panes.views.book.pages if page.asks is Units)
        await lab.press("I")
        standing = lab.app.lab.panes.views.pages[0].standing()
        assert standing is not None
        named = replace(standing, tracks="quotes")
        assert page.question(named) == Units("quotes", listed=8)
        assert page.type("upper") == ""
        assert page.question(named) == Units("upper", listed=8)
