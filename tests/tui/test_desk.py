"""The writing desk: what is chosen, typed, drawn and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver, playground, until
from tui_rnn.insight.copied import Copied
from tui_rnn.insight.draft import Draft
from tui_rnn.insight.sample import Sample
from tui_rnn.lab.messages import Ask
from tui_rnn.tui.views.desk import pane as desk_pane


@pytest.fixture
async def lab() -> AsyncIterator[Driver]:
    async with playground(size=(120, 40)) as driver:
        await driver.train(3)
        await driver.press("W")
        await asked(driver)
        yield driver


async def asked(lab: Driver) -> None:
    """Until the desk knows what may come next."""
    desk = lab.app.lab.panes.views.desk
    await until(lab, lambda: desk.writing.candidates is not None and not desk.stoppable)


def draft(lab: Driver) -> Draft:
    return lab.app.lab.panes.views.desk.writing.draft


async def test_the_candidate_under_the_cursor_is_written_and_taken_back(lab: Driver) -> None:
    await lab.press("right")
    await asked(lab)
    await lab.press("down", "enter")
    assert draft(lab).text() == "et"
    await lab.press("left", "left")
    assert draft(lab).text() == ""
    await lab.press("end")
    assert draft(lab).text() == "et"
    assert [draft(lab).nodes[at].by for at in draft(lab).path()] == ["chosen", "chosen"]


async def test_candidates_that_are_chosen_before_they_are_known_are_written_as_they_come(lab: Driver) -> None:
    await lab.press("right", "right", "right")
    await until(lab, lambda: len(draft(lab).path()) == 3)
    assert draft(lab).text() == "eee"
    await asked(lab)
    await lab.press("right", "right", "left")
    await asked(lab)
    assert draft(lab).text() == "eee", "taking back takes back what was not known yet, too"


async def test_while_candidates_are_of_an_older_text_the_caption_says_so(lab: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "asking what may come next" not in lab.text
    monkeypatch.setattr(desk_pane, "WAIT_S", 3600.0)
    await lab.press("right")
    assert "asking what may come next" in lab.text


async def test_the_line_of_the_selection_names_the_step_of_the_weights_that_write(lab: Driver) -> None:
    held = lab.app.lab.panes.selection.steps[lab.current.run_id]
    await lab.train(5)
    await lab.press("greater_than_sign")
    await until(lab, lambda: lab.app.lab.panes.selection.steps[lab.current.run_id] > held)
    await lab.look()
    now = lab.app.lab.panes.selection.steps[lab.current.run_id]
    assert f"❄ step {now:,}" in lab.text
    assert f"· step {now:,} " in lab.text


async def test_what_is_typed_is_added_and_goes_on_being_typed(lab: Driver) -> None:
    await lab.press("p", *"and so", "enter", *" on", "enter", "escape")
    assert draft(lab).text() == "and so on"
    assert "and so on" in lab.text


async def test_keys_are_letters_while_something_is_typed(lab: Driver) -> None:
    await lab.press("p", *"lwq", "enter")
    assert draft(lab).text() == "lwq"
    assert lab.app.is_running


async def test_another_way_after_taking_back_is_a_branch_that_can_be_walked_and_pruned(lab: Driver) -> None:
    await lab.press("p", *"abc", "enter", "escape", "left", "left", "p", *"xy", "enter", "escape")
    await asked(lab)
    assert draft(lab).text() == "axy"
    assert "branches: ways that you left" in lab.text
    await lab.press(*["down"] * 30, "enter")
    assert draft(lab).text() == "abc"
    await lab.press(*["down"] * 30, "delete")
    assert draft(lab).branches() == ()


async def test_the_network_writes_so_many_tokens_of_which_each_is_one_to_take_back(lab: Driver) -> None:
    await lab.press("N")
    await asked(lab)
    assert len(draft(lab).path()) == 100
    assert {draft(lab).nodes[at].by for at in draft(lab).path()} == {"drawn"}
    await lab.press("left")
    assert len(draft(lab).path()) == 99


async def test_it_writes_until_it_is_stopped(lab: Driver) -> None:
    await lab.press("u")
    await lab.look()
    assert "Esc stops" in lab.text
    await lab.press("escape")
    written = len(draft(lab).path())
    assert written > 0
    await asked(lab)
    assert len(draft(lab).path()) == written


async def test_the_same_seed_at_the_same_place_draws_the_same(lab: Driver) -> None:
    await lab.press("w")
    await asked(lab)
    first = next(one for one in reversed(lab.engine.sent) if isinstance(one, Ask) and isinstance(one.question, Sample))
    await lab.press("home", "w")
    await asked(lab)
    again = next(one for one in reversed(lab.engine.sent) if isinstance(one, Ask) and isinstance(one.question, Sample))
    assert again.question == first.question


async def test_what_stands_in_the_training_part_is_told_once_the_draft_stands_still(lab: Driver) -> None:
    await lab.press("p", *"a text of some length", "enter", "escape")
    await until(lab, lambda: "longest copy" in lab.text)
    assert "longest copy 20 tokens, at 4,711 of the training part" in " ".join(lab.text.replace("│", " ").split())
    assert any(isinstance(one, Ask) and isinstance(one.question, Copied) for one in lab.engine.sent)


async def test_a_network_that_answers_texts_writes_none() -> None:
    async with playground(FakeEngine(kind="classify"), size=(100, 30)) as lab:
        await lab.train(3)
        await lab.press("W", "N", "p")
        assert "Only a language model goes on with a text" in lab.text
        assert draft(lab).text() == ""


async def test_words_are_typed_and_taken_back_as_words() -> None:
    engine = FakeEngine()
    async with playground(engine, size=(120, 40)) as lab:
        await lab.train(3)
        assert lab.app.lab.state.corpus is not None
        lab.app.lab.state.corpus = replace(lab.app.lab.state.corpus, tokens="word")
        await lab.press("W")
        await asked(lab)
        await lab.press("p", *"the cat sat", "enter", "escape", "left")
        assert [draft(lab).nodes[at].text for at in draft(lab).path()] == ["the", " cat"]
        assert "the cat" in lab.text


async def test_a_click_on_a_token_takes_back_what_follows_it(lab: Driver) -> None:
    await lab.press("p", *"abcdef", "enter", "escape")
    (y, x) = next((y, line.index("abcdef")) for y, line in enumerate(lab.text.splitlines()) if "abcdef" in line)
    await lab.pilot.click(offset=(x + 2, y))
    await lab.calm()
    assert draft(lab).text() == "abc"
    assert draft(lab).forward(9).text() == "abcdef"


async def test_a_click_on_a_candidate_writes_it(lab: Driver) -> None:
    (y, x) = next((y, line.index("t ")) for y, line in enumerate(lab.text.splitlines()) if "tttttttttt" in line)
    await lab.pilot.click(offset=(x, y))
    await lab.calm()
    assert draft(lab).text() == "t"


async def test_an_item_ends_where_its_end_is_drawn_or_chosen_and_goes_on_once_something_is_taken_back() -> None:
    async with playground(FakeEngine(kind="items"), size=(120, 40)) as lab:
        await lab.train(3)
        await lab.press("W")
        await asked(lab)
        await lab.press("p", *"ana", "enter", "escape")
        writing = lab.app.lab.panes.views.desk.writing
        writing.end_here()
        await lab.look()
        assert "<s>ana</s>" in lab.text
        await lab.press("N")
        assert draft(lab).text() == "ana"
        await lab.press("left")
        assert not writing.has_ended
        assert "<s>an" in lab.text


async def test_every_copy_is_listed_with_its_place_and_what_stands_around_it_there(lab: Driver) -> None:
    await lab.press("p", *"a text of some length", "enter", "escape")
    await until(lab, lambda: "20 at 4,711: before it" in lab.text)
    assert "new n-grams (of the validation part): 4: 10% (10%)" in lab.text


async def test_a_network_that_answers_texts_gives_no_draft_to_inspect() -> None:
    async with playground(FakeEngine(kind="classify"), size=(100, 30)) as lab:
        await lab.train(3)
        await lab.press("W", "I")
        assert lab.app.lab.panes.selection.text is None
