"""Learn on the screen: the list of lessons, the view beside a page, and the way back to what was seen before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import playground
from tests.tui.small_lesson import LESSON, learn, settled
from tui_rnn.lab.messages import OpenData
from tui_rnn.lessons import lesson as lessons
from tui_rnn.lessons import progress, reading, shelf
from tui_rnn.lessons.lesson import Lesson, Look
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.learn.looking import SLOTS, look_at
from tui_rnn.tui.views.pages.hold import HoldPage
from tui_rnn.tui.views.pages.registry import all_pages
from tui_rnn.tui.views.registry import VIEWS
from tui_rnn.tui.widgets.entry import Entry


async def test_a_view_beside_a_lesson_is_of_the_gate_that_a_key_chooses(tmp_path: Path) -> None:
    path = tmp_path / "gates.toml"
    view = 'view = { name = "what if it is held", signal = "f" }'
    path.write_text(LESSON.replace('"elman"', '"lstm"').replace('view = { name = "loss" }', view), encoding="utf-8")
    async with playground() as lab:
        await learn(lab, reading.read(path))
        assert "off: f := 0" in lab.line(1)
        await lab.press("g")
        assert "off: g := 0" in lab.line(1)
        await lab.press("v")
        assert "what if it is held: settings" in lab.text


async def test_a_page_shows_its_view_with_what_is_selected_there(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        assert lab.app.lab.panes.seen == {"lesson", "loss"}
        await lab.press("full_stop")
        await settled(lab)
        assert lab.app.lab.panes.seen == {"lesson", "loss"}  # before the guess nothing that tells the answer
        await lab.press("enter")
        await settled(lab)
        assert lab.app.lab.panes.seen == {"lesson", "map"}
        selection = lab.app.lab.panes.selection
        assert (selection.text, selection.position, selection.unit) == ("ab", 1, 3)

        await lab.press("T")
        await lab.look()
        assert "gates" in lab.app.lab.panes.seen, "the playground stays usable beside a lesson"
        await lab.press("L", "full_stop")
        await settled(lab)
        assert "Third" in lab.text
        assert len(lab.engine.sent_of(OpenData)) == 2  # the playground's own, and the lesson's once
        await lab.press("p")
        assert isinstance(lab.app.screen.focused, Entry), "the key that the view names for typing"


async def test_a_lesson_goes_on_where_it_was_left_and_the_list_says_how_far_one_is(
    lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "lessons.json"
    monkeypatch.setattr(progress, "lessons_path", lambda: kept)
    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("full_stop", "full_stop")
        await lab.app.workers.wait_for_complete()
        assert json.loads(kept.read_text("utf-8"))["small"]["page"] == 2
    async with playground() as lab:
        await learn(lab, lesson)
        assert "Third" in lab.text


async def test_the_list_opens_a_lesson_and_a_leads_back_to_it_and_help_is_about_what_is_seen() -> None:
    async with playground() as lab:
        await lab.press("L")
        await lab.look()
        assert lab.app.lab.panes.acts.about_current.help.shows.startswith("the chapter's lessons")
        for one in shelf.lessons():
            assert str(one.number) in lab.text
        await lab.press("enter")
        await lab.look()
        assert lab.app.lab.teacher.lesson is not None
        assert lab.app.lab.panes.acts.about_current.help.shows.startswith("a lesson")
        await lab.press("a")
        await lab.look()
        assert lab.app.lab.teacher.lesson is None


async def test_on_a_small_screen_text_and_view_alternate(lesson: Lesson) -> None:
    async with playground(size=(80, 24)) as lab:
        await learn(lab, lesson)
        assert lab.app.lab.panes.seen == {"lesson"}
        assert "It has made" in lab.text
        await lab.press("tab")
        assert lab.app.lab.panes.seen == {"loss"}
        await lab.press("full_stop")
        await settled(lab)
        assert lab.app.lab.panes.seen == {"lesson"}


def test_a_lesson_can_show_every_view_that_there_is() -> None:
    of_tasks = {view.name for views in VIEWS.values() for view in views}
    assert set(lessons.TASK_VIEWS) == of_tasks
    assert set(lessons.PAGES) == {page.name for page in all_pages()}
    assert set(SLOTS) == set(lessons.VIEWS)


async def test_the_chooser_of_a_first_start_leads_to_the_lessons() -> None:
    app = PlaygroundApp(FakeEngine(), ())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("L")
        await pilot.pause()
        assert app.lab.panes.teaches
        assert app.lab.panes.views.lesson.to_copy == ""  # the list, not a page


async def test_the_list_marks_the_lesson_that_was_left() -> None:
    async with playground() as lab:
        await lab.press("L")
        await lab.press("down", "down", "enter", "a")
        await lab.look()
        assert "What is ŷ[w] in the cross-entropy?" in lab.app.lab.panes.views.lesson.query_one(Static).content.plain  # type: ignore[union-attr]


async def test_a_page_can_hold_a_cut_state_and_the_next_one_holds_the_signal_again(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        hold = next(one for one in lab.app.lab.panes.views.book.pages if isinstance(one, HoldPage))
        first = lesson.pages[0]
        look_at(lab.app.lab, replace(first, look=Look("what if it is held", cut="Uh")))
        assert hold.settings[0].value() == "cut Uh"
        look_at(lab.app.lab, first)
        assert hold.settings[0].value() == "signal"
