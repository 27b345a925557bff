"""Two writers from one text and one seed: at two temperatures, two runs, two moments of one run."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.tui.lab_driver import Driver, playground, setting, until
from tui_rnn.insight.sample import Sample
from tui_rnn.lab.messages import Ask
from tui_rnn.tui.views.desk.beside import first_difference
from tui_rnn.tui.views.desk.pane import DeskPane


@pytest.fixture
async def lab() -> AsyncIterator[Driver]:
    async with playground() as driver:
        await begin(driver)
        yield driver


async def begin(lab: Driver) -> None:
    await lab.train(30)
    await lab.press("W")
    await settled(lab)
    await lab.press("p", *"one text", "enter", "escape")


def desk(lab: Driver) -> DeskPane:
    return lab.app.lab.panes.views.desk


async def settled(lab: Driver) -> None:
    await until(lab, lambda: desk(lab).writing.candidates is not None and not desk(lab).stoppable)


def drawn(lab: Driver) -> list[Ask]:
    """The texts that were asked for, oldest first."""
    return [one for one in lab.engine.sent if isinstance(one, Ask) and isinstance(one.question, Sample)]


def sample(ask: Ask) -> Sample:
    assert isinstance(ask.question, Sample)
    return ask.question


def texts(lab: Driver) -> tuple[str, str]:
    return desk(lab).writing.text, desk(lab).beside.writing.text


async def test_another_temperature_goes_on_from_the_same_text_with_the_same_seed(lab: Driver) -> None:
    await lab.press(setting("desk", "beside: temperature"), setting("desk", "beside: temperature"), "N")
    await settled(lab)
    one, two = drawn(lab)[:2]
    assert sample(one).prompt == sample(two).prompt == "one text"
    assert (sample(one).sampling.temperature, sample(two).sampling.temperature) == (0.8, 0.2)
    assert (sample(one).seed, one.at_step, one.run_id) == (sample(two).seed, two.at_step, two.run_id)
    assert all(len(text) == len("one text") + 100 for text in texts(lab))
    assert "temperature 0.2" in lab.text


async def test_another_run_writes_with_weights_of_its_own_which_are_held_first(lab: Driver) -> None:
    await lab.press(setting("desk", "beside: run"))
    await until(lab, lambda: desk(lab).places.second is not None)
    await lab.press("N")
    await settled(lab)
    one, two = drawn(lab)[:2]
    assert {one.run_id, two.run_id} == set(lab.app.lab.state.runs)
    assert one.question == two.question
    at = first_difference(*texts(lab))
    assert at is not None
    assert f"they differ from token {at + 1} on" in " ".join(lab.text.replace("│", " ").split())
    await lab.press("N")
    await settled(lab)
    assert all(len(text) == len("one text") + 200 for text in texts(lab))


async def test_another_moment_of_the_same_run_writes(lab: Driver) -> None:
    (first, *_) = desk(lab).places.other_moments
    await lab.press(setting("desk", "beside: moment"), "w")
    await settled(lab)
    one, two = drawn(lab)[:2]
    assert (one.run_id, one.question) == (two.run_id, two.question)
    assert two.at_step == first != one.at_step
    assert f"step {first:,}" in lab.text


async def test_what_a_person_changes_is_the_text_of_both(lab: Driver) -> None:
    await lab.press(setting("desk", "beside: temperature"), "N")
    await settled(lab)
    await lab.press("home", "p", *"anew", "enter", "escape")
    assert texts(lab) == ("anew", "anew")
    assert "the same so far, 4 tokens" in " ".join(lab.text.split())


async def test_one_way_to_have_a_second_writer_ends_the_others(lab: Driver) -> None:
    await lab.press(setting("desk", "beside: temperature"), setting("desk", "beside: moment"))
    other = desk(lab).beside.other
    assert other is not None
    assert (other.temperature, other.run_id) == (None, None)
    await lab.press(setting("desk", "beside: moment", -1))
    assert desk(lab).beside.other is None
    assert "seed 1" in lab.text


async def test_what_sets_the_second_writer_apart_stands_on_a_small_screen_too() -> None:
    async with playground(size=(80, 24)) as lab:
        await begin(lab)
        await lab.press(setting("desk", "beside: temperature"), "N")
        await settled(lab)
        told = " ".join(lab.text.replace("│", " ").split())
        assert re.search(r"temperature 0\.\d", told)
        assert re.search(r"they differ from token \d+ on|the same so far, \d+ tokens", told)
        (first, *_) = desk(lab).places.other_moments
        await lab.press(setting("desk", "beside: moment"), "w")
        await settled(lab)
        assert f"step {first:,}" in lab.text
        await lab.press(setting("desk", "beside: moment", -1))
        assert "seed 1" in lab.text


async def test_both_are_stopped_by_one_key(lab: Driver) -> None:
    await lab.press(setting("desk", "beside: temperature"), "u")
    await lab.look()
    await lab.press("escape")
    assert not desk(lab).stoppable
    before = texts(lab)
    await settled(lab)
    assert texts(lab) == before


def test_where_one_begins_with_the_other_they_do_not_differ() -> None:
    assert first_difference("abc", "ab") is None
    assert first_difference("abc", "axc") == 1
    assert first_difference("", "a") is None
