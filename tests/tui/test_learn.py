"""The workspace Learn: a lesson's words are filled in from the networks on the screen, and its pages wait for what they say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver, playground
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import AddRun, DataOpened, Event, Notice, OpenData, RunAdded, Unanswered
from tui_rnn.lessons import lesson as lessons
from tui_rnn.lessons import progress, reading, shelf
from tui_rnn.lessons.formulas import Pending
from tui_rnn.lessons.lesson import Lesson, Look
from tui_rnn.tui.app import PlaygroundApp
from tui_rnn.tui.learn.looking import SLOTS, look_at
from tui_rnn.tui.views.lesson import pane
from tui_rnn.tui.views.lesson.seen import GuessSeen, PageSeen
from tui_rnn.tui.views.pages.hold import HoldPage
from tui_rnn.tui.views.pages.registry import all_pages
from tui_rnn.tui.views.registry import VIEWS
from tui_rnn.tui.widgets.entry import Entry

LESSON = """
title = "A small lesson"
afterwards = ["what a step is"]
source = "prose"

[[runs]]
name = "one"
cell = "elman"
hidden_size = 8
seed = 5

[[pages]]
title = "First"
text = "It has made {step:d} steps and has {parameters:,d} weights.\\n\\nIts loss is {val_loss:.2f} nats."
view = { name = "loss" }

[pages.until]
says = "it has made 40 steps"
holds = "step >= 40"

[[pages]]
title = "Second"
text = "It reads [{trace(text='ab').text}]."
view = { name = "gates", text = "ab", position = 1, unit = 3 }

[pages.guess]
asks = "How many characters does it read?"
choices = [
    { says = "two", holds = "len(trace(text='ab').text) == 2" },
    { says = "three", holds = "len(trace(text='ab').text) == 3" },
]

[[pages]]
title = "Third"
text = "Now it is your turn."
view = { name = "samples" }
do = "Press n."

[pages.until]
says = "a step was made by hand"
key = "n"
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    path = tmp_path / "small.toml"
    path.write_text(LESSON, encoding="utf-8")
    return reading.read(path)


async def learn(lab: Driver, lesson: Lesson) -> None:
    lab.app.lab.navigation.learn(lesson)
    await settled(lab)


async def settled(lab: Driver) -> None:
    """Until the page's runs are there and all it asks is answered."""
    teacher = lab.app.lab.teacher
    for _ in range(200):
        await lab.look()
        teacher.look()
        if teacher.is_complete:
            await lab.look()
            return
    raise AssertionError("the page is not filled in")


def page(lab: Driver) -> str:
    """The words of the page, whatever the lines are broken like."""
    return lab.app.lab.panes.views.lesson.to_copy


async def test_a_page_is_filled_in_from_the_network_on_the_screen_and_kept_fresh(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        opened = lab.engine.sent_of(OpenData)[-1]
        assert (opened.request, opened.configs) == (lesson.runs[0].request, (lesson.runs[0].config,))
        assert "A small lesson · page 1 of 3" in lab.text
        assert "It has made 0 steps" in lab.text
        assert "The text has nats, the views have bits: 1 nat is 1.4427 bits." in page(lab)
        await lab.train(0.2)
        await settled(lab)
        (run,) = lab.app.lab.state.runs.values()
        assert run.snapshot is not None
        assert run.snapshot.step > 0
        assert f"It has made {run.snapshot.step} steps" in lab.text


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


async def test_what_a_page_waits_for_is_told_as_it_stands_until_it_comes(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        assert "now: 0 ≥ 40 does not hold yet" in page(lab)
        await lab.train(20)
        await settled(lab)
        assert "It happened: it has made 40 steps" in page(lab)


async def test_a_guess_comes_first_and_the_network_says_which_choice_holds(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("full_stop")
        await settled(lab)
        assert "Guess first." in lab.text
        assert "It reads [" not in lab.text
        await lab.press("down", "enter")
        await settled(lab)
        assert "You guessed: three" in page(lab)
        assert "It reads [ab]" in lab.text
        assert "the network's numbers say: two" in page(lab)


async def test_what_was_said_of_a_guess_stands_while_newer_weights_are_asked_and_the_frame_says_so(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yet(run: str, question: object) -> None:
        raise Pending

    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("full_stop", "enter")
        await settled(lab)
        monkeypatch.setattr(lab.app.lab.teacher.world, "ask", not_yet)
        await lab.train(20)
        lab.app.lab.frozen.newest()
        await lab.look()
        lab.app.lab.teacher.look()
        assert "It reads [ab]" in page(lab)
        assert "You guessed: two ✓ the network's numbers say so too" in page(lab)
        assert re.search(r"step 0 → [\d,]+ ", str(lab.app.lab.panes.views.lesson.border_subtitle))


async def test_choices_have_the_focus_when_they_come_to_a_page_that_is_read(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        shown = lab.app.lab.panes.views.lesson
        assert isinstance(shown.found, PageSeen)
        shown.show(replace(shown.found, guess=GuessSeen((), ((("this", False),), (("that", False),)), None, None)))
        await lab.pilot.pause()
        assert isinstance(lab.app.screen.focused, OptionList)


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


async def test_what_is_odd_about_a_lessons_data_is_no_news_also_when_its_networks_are_there(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        lab.engine.emit(Notice("the text repeats itself"))
        await lab.look()
        assert "the text repeats itself" not in lab.notices


async def test_that_a_run_was_saved_elsewhere_is_said_beside_a_lesson_too(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        lab.engine.emit(Notice("saved in another folder instead", "warning"))
        await lab.look()
        assert "saved in another folder instead" in lab.notices


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


async def test_the_key_that_a_view_names_for_typing_works_beside_a_lesson(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("full_stop", "full_stop")
        await settled(lab)
        await lab.press("p")
        assert isinstance(lab.app.screen.focused, Entry)


def test_a_title_keeps_its_page_and_an_equation_that_has_no_room_breaks_between_its_parts() -> None:
    seen = PageSeen("10 A long name", 1, 4, "", ())
    assert [pane._title(seen, width).plain for width in (40, 22, 14)] == [
        "10 A long name · page 2 of 4",
        "10 A long name · 2/4",
        "10 A lo… · 2/4",
    ]
    assert pane._equation("a = b + c    d = e", 30) == "  a = b + c    d = e"
    assert pane._equation("a = b + c    d = e", 15) == "  a = b + c\n  d = e"


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


async def test_a_key_that_a_page_waits_for_does_what_it_does_and_is_noted(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("full_stop", "full_stop")
        await settled(lab)
        assert "Wait until a step was made by hand" in page(lab)
        await lab.press("n")
        await settled(lab)
        assert "It happened: a step was made by hand" in page(lab)


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


async def test_the_list_opens_a_lesson_and_a_leads_back_to_it() -> None:
    async with playground() as lab:
        await lab.press("L")
        await lab.look()
        for one in shelf.lessons():
            assert str(one.number) in lab.text
        await lab.press("enter")
        await lab.look()
        assert lab.app.lab.teacher.lesson is not None
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


async def test_the_playground_stays_usable_beside_a_lesson(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("T")
        await lab.look()
        assert "gates" in lab.app.lab.panes.seen
        await lab.press("L")
        await settled(lab)
        assert "It has made" in lab.text
        assert len(lab.engine.sent_of(OpenData)) == 2  # the playground's own, and the lesson's once


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


async def test_a_guess_that_is_decided_once_stays_as_the_network_said_then(tmp_path: Path) -> None:
    path = tmp_path / "once.toml"
    choices = '[{ says = "yes", holds = "step < 40" }, { says = "no", holds = "step >= 40" }]'
    guess = f'[pages.guess]\nonce = true\nasks = "Is it new?"\nchoices = {choices}\n'
    head, page_with_until = LESSON.split("[[pages]]")[:2]
    path.write_text(f"{head}[[pages]]{page_with_until.split('[pages.until]')[0]}{guess}", encoding="utf-8")
    async with playground() as lab:
        await learn(lab, reading.read(path))
        await lab.press("enter")
        await lab.train(20)
        await settled(lab)
        assert "the network's numbers say so too" in page(lab)


async def test_help_on_the_list_of_lessons_is_about_the_list_and_on_a_page_about_the_page() -> None:
    async with playground() as lab:
        await lab.press("L")
        assert lab.app.lab.panes.acts.about_current.help.shows.startswith("the chapter's lessons")
        await lab.press("enter")
        await lab.look()
        assert lab.app.lab.panes.acts.about_current.help.shows.startswith("a lesson")


async def test_the_list_marks_the_lesson_that_was_left() -> None:
    async with playground() as lab:
        await lab.press("L")
        await lab.press("down", "down", "enter", "a")
        await lab.look()
        assert "What is ŷ[w] in the cross-entropy?" in lab.app.lab.panes.views.lesson.query_one(Static).content.plain  # type: ignore[union-attr]


async def test_only_in_learn_notices_lie_over_the_runs_where_they_cover_nothing_of_a_page(lesson: Lesson) -> None:
    async with playground() as lab:
        assert not lab.app.lab.has_class("-learning")
        await learn(lab, lesson)
        assert lab.app.lab.has_class("-learning")  # see ToastRack in theme.tcss


async def test_what_is_odd_about_a_lessons_own_data_is_not_said(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        events = lab.engine.events

        def with_a_notice() -> list[Event]:
            return [replace(one, notices=("it repeats itself",)) if isinstance(one, DataOpened) else one for one in events()]

        monkeypatch.setattr(lab.engine, "events", with_a_notice)
        await learn(lab, lesson)
        assert "it repeats itself" not in lab.notices


async def test_a_page_can_hold_a_cut_state_and_the_next_one_holds_the_signal_again(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        hold = next(one for one in lab.app.lab.panes.views.book.pages if isinstance(one, HoldPage))
        first = lesson.pages[0]
        look_at(lab.app.lab, replace(first, look=Look("what if it is held", cut="Uh")))
        assert hold.settings[0].value() == "cut Uh"
        look_at(lab.app.lab, first)
        assert hold.settings[0].value() == "signal"
