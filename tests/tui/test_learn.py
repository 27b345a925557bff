"""A page of a lesson: its words are filled in from the networks on the screen, and it waits for what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.tui.lab_driver import playground
from tests.tui.small_lesson import LESSON, learn, page, settled
from tui_rnn.lab.messages import OpenData
from tui_rnn.lessons import reading
from tui_rnn.lessons.formulas import Pending
from tui_rnn.lessons.lesson import Lesson
from tui_rnn.tui.views.lesson import pane
from tui_rnn.tui.views.lesson.seen import GuessSeen, PageSeen


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


async def test_what_a_page_waits_for_is_told_as_it_stands_until_it_comes(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        assert "now: 0 ≥ 40 does not hold yet" in page(lab)
        await lab.train(20)
        await settled(lab)
        assert "It happened: it has made 40 steps" in page(lab)


async def test_a_page_that_waits_for_a_paused_network_says_which_key_lets_it_train(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        assert "paused" not in page(lab)
        await lab.press("space")
        await settled(lab)
        assert "does not hold yet; the network is paused: space lets it train" in page(lab)


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
        lab.app.lab.frozen.go_to(None)
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


def test_a_title_keeps_its_page_and_an_equation_that_has_no_room_breaks_between_its_parts() -> None:
    seen = PageSeen("10 A long name", 1, 4, "", ())
    assert [pane._title(seen, width).plain for width in (40, 22, 14)] == [
        "10 A long name · page 2 of 4",
        "10 A long name · 2/4",
        "10 A lo… · 2/4",
    ]
    assert pane._equation("a = b + c    d = e", 30) == "  a = b + c    d = e"
    assert pane._equation("a = b + c    d = e", 15) == "  a = b + c\n  d = e"
    assert pane._equation("a = b + c    d = e", 10) == "  a = b +\n      c\n  d = e"


async def test_a_key_that_a_page_waits_for_does_what_it_does_and_is_noted(lesson: Lesson) -> None:
    async with playground() as lab:
        await learn(lab, lesson)
        await lab.press("full_stop", "full_stop")
        await settled(lab)
        assert "Wait until a step was made by hand" in page(lab)
        await lab.press("n")
        await settled(lab)
        assert "It happened: a step was made by hand" in page(lab)


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
