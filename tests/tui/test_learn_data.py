"""The data and networks of a lesson: asked for once, shown when they are there, and without news about what is odd."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.lab_driver import playground
from tests.tui.small_lesson import learn, settled
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import AddRun, DataOpened, Event, Notice, OpenData, RunAdded, Unanswered
from tui_rnn.lessons.lesson import Lesson


async def test_pages_that_are_turned_while_the_networks_are_on_their_way_ask_for_them_once(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playground() as lab:
        events, late = lab.engine.events, list[Event]()

        def all_but_runs() -> list[Event]:
            came = events()
            late.extend(one for one in came if isinstance(one, RunAdded))
            return [one for one in came if not isinstance(one, RunAdded)]

        monkeypatch.setattr(lab.engine, "events", all_but_runs)
        lab.app.lab.navigation.learn(lesson)
        await lab.look()
        await lab.press("full_stop", "full_stop", "comma")
        assert "networks of this page come when its data are read" in lab.text
        monkeypatch.setattr(lab.engine, "events", lambda: [*(late.pop() for _ in late[:]), *events()])
        await settled(lab)
        assert len(lab.app.lab.state.runs) == 1
        assert not lab.engine.sent_of(AddRun)
        assert len([one for one in lab.engine.sent_of(OpenData) if one.request == lesson.runs[0].request]) == 1


async def test_data_that_say_more_than_was_asked_for_are_those_of_the_page(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playground() as lab:
        events = lab.engine.events

        def with_a_format() -> list[Event]:
            return [with_format(one) if isinstance(one, DataOpened) else one for one in events()]

        monkeypatch.setattr(lab.engine, "events", with_a_format)
        await learn(lab, lesson)
        assert "It has made" in lab.text


def with_format(opened: DataOpened) -> DataOpened:
    """As the engine tells what it found in the content of the files."""
    assert opened.request is not None
    return replace(opened, request=replace(opened.request, files=replace(opened.request.files, format="lines")))


async def test_while_the_data_of_a_page_are_read_nothing_is_shown_of_those_before(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playground() as lab:
        await lab.press("I")
        assert "LSTM" in lab.line(1)
        lab.app.lab.navigation.learn(lesson)
        monkeypatch.setattr(lab.engine, "events", lambda: [Unanswered(1, 99, Trace(), "this run is gone")])
        await lab.look()
        assert not lab.line(1).strip()
        assert "LSTM" not in "\n".join(lab.text.splitlines()[3:-2])
        assert "this run is gone" not in lab.notices


async def test_where_the_data_of_a_page_can_not_be_opened_the_runs_before_are_seen_again(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playground() as lab:
        lab.app.lab.navigation.learn(lesson)
        monkeypatch.setattr(lab.engine, "events", lambda: [Notice("tale.txt is not there", "error")])
        await lab.look()
        await lab.press("I")
        assert "LSTM" in lab.line(1)


async def test_what_is_odd_about_a_lessons_data_is_no_news_but_that_a_run_was_saved_elsewhere_is(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playground() as lab:
        events = lab.engine.events

        def with_a_notice() -> list[Event]:
            return [replace(one, notices=("it repeats itself",)) if isinstance(one, DataOpened) else one for one in events()]

        monkeypatch.setattr(lab.engine, "events", with_a_notice)
        assert not lab.app.lab.has_class("-learning")
        await learn(lab, lesson)
        assert lab.app.lab.has_class("-learning")  # notices lie over the runs: see ToastRack in theme.tcss
        assert "it repeats itself" not in lab.notices

        lab.engine.emit(Notice("the text repeats itself"), Notice("saved in another folder instead", "warning"))
        await lab.look()
        assert "the text repeats itself" not in lab.notices
        assert "saved in another folder instead" in lab.notices
