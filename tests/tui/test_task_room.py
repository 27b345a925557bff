"""The playground on the tasks in much and in little room: what is named, what a matrix shows, where its cursor is."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.tui import fake_tasks
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import (
    NEXT_VIEW,
    PREVIOUS_VIEW,
    playground,
)
from tests.tui.task_examples import confusion
from tui_rnn.insight.answers import ClassifiedText
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.widgets.heatmap import HeatMap


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_narrow_pane_names_the_view_and_how_many_there_are(size: tuple[int, int]) -> None:
    async with playground(FakeEngine("classify"), size=size) as lab:
        await lab.press("c", NEXT_VIEW, NEXT_VIEW)

        assert ", .  contributions  3 of 4" in lab.text


@pytest.mark.parametrize("view", [1, 2])  # as read, contributions
async def test_another_long_text_is_shown_where_its_cursor_is(view: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("x" * 60, "y" * 60, "z" * 60)
    monkeypatch.setitem(fake_tasks.TEXTS, "classify", texts)
    async with playground(FakeEngine("classify"), size=(100, 30)) as lab:
        await lab.train(1)
        await lab.press(*[NEXT_VIEW] * view, "tab", "end", "right_square_bracket")
        await lab.train(1)

        start = 0 if view == 1 else int(np.abs(first_contributions()).argmax())
        assert start in lab.task_pane().query_one(HeatMap).characters_in_view


def first_contributions() -> np.ndarray:
    """Of each character to the class that the fake network names."""
    answer = fake_tasks.answer("classify", fake_tasks.TEXTS["classify"][1])
    assert isinstance(answer, ClassifiedText)
    assert answer.contributions is not None
    found: np.ndarray = answer.contributions[:, 0]
    return found


async def test_a_confusion_that_is_seen_whole_says_nothing_of_it_and_its_cursor_stays_where_it_began(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = "truth Polish, said Czech"  # the most frequent mistake, at first
    async with playground(FakeEngine("classify")) as lab:
        await lab.press(NEXT_VIEW, NEXT_VIEW, NEXT_VIEW)
        await lab.train(1)
        assert told in lab.text
        assert " of the row" in lab.text
        assert not re.search(r"(rows|columns) \d+–\d+ of 3", lab.text), "it is seen whole"

        other = confusion(fake_tasks.CLASSES, [[2, 1, 7], [1, 7, 0], [0, 0, 5]])
        scored = fake_tasks.scored
        monkeypatch.setattr(fake_tasks, "scored", lambda *args: replace(scored(*args), confusion=other))
        await lab.train(4)
        assert told in lab.text
        assert "12.5% · " in lab.text  # 1 of 8


@pytest.mark.parametrize("kind", ["seq2seq", "items"])
async def test_resizing_never_fails(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press("c")
        for width, height in ((80, 24), (1, 1), (100, 28)):
            await lab.pilot.resize_terminal(width, height)
            await lab.press("full_stop", "tab")
            await lab.train(4)

        assert lab.app.is_running


async def test_in_a_very_small_terminal_it_is_said_which_of_how_many_views_is_seen() -> None:
    async with playground(FakeEngine("classify"), size=(60, 20)) as lab:
        assert lab.text.splitlines()[-1].split() == "space pause p type c two runs tab 1/3 ? help q quit".split()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_matrix_that_is_seen_in_part_says_so(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fake_tasks.TEXTS, "seq2seq", ("1234567890" * 4,))
    async with playground(FakeEngine("seq2seq"), size=size) as lab:
        await lab.press("c", NEXT_VIEW)
        await lab.train(4)
        rows = re.search(r"rows 1–(\d+)(?: of |/)(\d+)", lab.text)
        assert rows is not None
        (seen, count) = map(int, rows.groups())
        assert count == 41
        assert "characters 1–" in lab.text

        lab.task_pane().focus()
        await lab.press(*["down"] * (seen + 1))
        assert re.search(f"rows 3–{seen + 2}(?: of |/)41", lab.text)


async def test_the_label_of_a_row_stands_beside_its_numbers() -> None:
    async with playground(FakeEngine("classify"), size=(200, 60)) as lab:
        lab.task_pane().focus()
        await lab.press(PREVIOUS_VIEW, "m")
        await lab.train(4)

        for label, share in (("Czech", 80), ("Polish", 75), ("Dutch", 100)):
            assert re.search(rf"│{label} .* {share} ", lab.text)


async def test_without_colour_the_number_in_a_full_cell_stands_on_its_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playground(FakeEngine("classify"), size=(200, 60)) as lab:
        lab.task_pane().focus()
        await lab.press(PREVIOUS_VIEW, "m", "up", "up", "up", "left", "left", "left")  # the cursor out of the way
        await lab.train(4)

        numbers = [
            segment for strip in lab.app.screen._compositor.render_strips() for segment in strip if "100" in segment.text
        ]
        assert any(segment.text.strip() == "100" and segment.style and segment.style.reverse for segment in numbers)


@pytest.mark.parametrize(("kind", "view"), [("classify", "as read"), ("seq2seq", "attention")])
async def test_a_character_that_is_chosen_in_a_matrix_is_chosen_in_the_gates_and_the_other_way_round(
    kind: str, view: str
) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press("tab", NEXT_VIEW)
        assert lab.task_pane().view.name == view
        gates = lab.app.screen.query_one("#gates-1", GatesPane)
        lab.task_pane().focus()
        await lab.press("left", "left", "left", "left", "left", "left", "left", "left", "left", "right", "right")
        assert gates.focus_on.pinned[0] == 2

        gates.focus()
        await lab.press("right")
        assert gates.focus_on.pinned[0] == 3
        assert lab.task_pane()._stage._place(lab.task_pane()._stage.scene.body)[0] == 3  # type: ignore[arg-type]
