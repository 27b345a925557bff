"""Inspect: pages of what can be asked of weights that are held, the time slider, and what is selected from them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import playground
from tui_rnn.insight.registry import QUESTIONS
from tui_rnn.insight.surprise import Surprise
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import Ask, AskProgress, CancelAsk, Command, HoldWeights, Unanswered
from tui_rnn.tui.moments import track
from tui_rnn.tui.views.pages.asking import PageAsking
from tui_rnn.tui.views.pages.body import asking_words
from tui_rnn.tui.views.pages.registry import all_pages

SURPRISE = "what surprises it"


class Silent(FakeEngine):
    """It answers no question on surprise: the test does."""

    def _obey(self, command: Command) -> None:
        if not (isinstance(command, Ask) and isinstance(command.question, Surprise)):
            super()._obey(command)


def test_every_page_asks_a_question_that_there_is_and_says_what_it_shows() -> None:
    pages = all_pages()
    asked = {entry.question for entry in QUESTIONS.values()}
    assert all(page.asks is None or page.asks in asked for page in pages)
    assert len({page.name for page in pages}) == len(pages)
    assert all(page.guide.shows and page.guide.reading and page.guide.to_try for page in pages)


async def test_a_page_is_found_by_its_name_and_asked_of_the_weights_that_are_held() -> None:
    async with playground() as lab:
        await lab.press("I")
        await lab.press("a", *"surprises", "enter")
        await lab.train(2.0)
        held = lab.app.lab.panes.selection.steps[2]
        asks = [ask for ask in lab.engine.sent_of(Ask) if isinstance(ask.question, Surprise)]
        assert [(ask.run_id, ask.at_step) for ask in asks] == [(2, held)]
        assert f"{SURPRISE} · LSTM 128 · step {held:,}" in lab.text
        assert "mean 1.4" in lab.text

        await lab.press("a", *"off", "enter")  # the help of "passages alike" has the word, too
        assert lab.app.lab.panes.views.book.open.name == "what if it is off"


async def test_enter_on_a_row_selects_its_place_and_the_map_follows() -> None:
    async with playground() as lab:
        await lab.press("I")
        await lab.press("a", *"surprises", "enter")
        await lab.press("down", "down", "enter")
        assert lab.app.lab.panes.selection.position == 21
        assert "22 't'" in lab.line(1)


async def test_a_page_that_is_turned_back_to_is_not_asked_again() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.press("a", *"surprises", "enter")
        asked = lab.engine.asked(Surprise)
        await lab.press("comma")
        await lab.press("full_stop")
        assert SURPRISE in lab.line(3)
        assert lab.engine.asked(Surprise).count(asked[0]) == 1


async def test_a_question_under_way_shows_how_far_it_is_and_ends_with_escape() -> None:
    engine = Silent()
    async with playground(engine) as lab:
        await lab.press("I")
        await lab.press("a", *"surprises", "enter")
        ask = next(ask for ask in engine.sent_of(Ask) if isinstance(ask.question, Surprise))
        engine.emit(AskProgress(2, ask.request_id, 1, 4))
        await lab.look()
        assert "25%" in lab.text
        await lab.press("escape")
        assert engine.sent_of(CancelAsk)[-1].request_id == ask.request_id
        assert "Enter asks again" in lab.text
        await lab.press("enter")
        again = [ask for ask in engine.sent_of(Ask) if isinstance(ask.question, Surprise)][-1]
        engine.emit(Unanswered(2, again.request_id, again.question, "the text is too short"))
        await lab.look()
        assert "the text is too short" in lab.text


def test_a_slow_question_says_how_long_it_will_take_once_its_pace_is_known() -> None:
    now, heard, told = [0.0], list[Any](), list[str]()
    asks: Any = SimpleNamespace(put=lambda run_id, question, hear, step: heard.append(hear))
    page: Any = SimpleNamespace(asks=None, question=lambda at: Surprise())
    at: Any = SimpleNamespace(run_id=2, step=7)
    asking = PageAsking(asks, lambda put: put(), lambda: None, lambda: now[0])
    asking.look(page, at)
    for now[0], done in ((10.0, 100), (11.0, 110), (15.0, 200)):
        heard[0](AskProgress(2, 1, done, 1000))
        told.append(asking_words(asking.progress, asking.left_s).rpartition("  ")[2].strip())

    assert told == ["10%", "11%", "20% · about 40 s left"]


async def test_inspect_reads_another_text_with_the_weights_that_are_held() -> None:
    async with playground() as lab:
        await lab.press("I")
        held = lab.app.lab.panes.selection.steps[2]
        await lab.train(5.0)
        await lab.press("p", *"wheel", "enter")
        ask = lab.engine.sent_of(Ask)[-1]
        assert isinstance(ask.question, Trace)
        assert (ask.question.text, ask.at_step) == ("wheel", held)
        assert f"step {held:,} " in lab.line(1)


async def test_on_a_small_terminal_the_time_slider_still_names_its_keys() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        assert "< earlier, > later, F newest" in lab.line(2)


async def test_the_time_slider_goes_through_the_kept_moments_and_back_to_the_weights_of_now() -> None:
    async with playground() as lab:
        await lab.press("I")
        await lab.press("less_than_sign")
        assert lab.engine.sent_of(HoldWeights)[-1] == HoldWeights(2, 3000)
        assert "step 3,000" in lab.line(1)
        assert "●" in lab.line(2)
        await lab.press("less_than_sign", "greater_than_sign", "greater_than_sign")
        await lab.press("F")
        assert lab.app.lab.panes.selection.steps[2] == lab.engine.runs[2].step


async def test_a_range_is_selected_with_shift_and_the_arrows() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.press("I")
        await lab.press("tab", "home", "shift+right", "shift+right")
        assert lab.app.lab.panes.selection.range == (0, 2)
        await lab.press("shift+left", "shift+left", "right")
        assert lab.app.lab.panes.selection.range is None


async def test_a_page_that_the_data_have_no_use_for_says_why() -> None:
    async with playground(FakeEngine("tag"), size=(80, 24)) as lab:
        await lab.press("I", "tab")
        while "surprises" not in lab.text:
            await lab.press("full_stop")
        assert "only a language model" in lab.text


def test_the_track_has_a_place_for_each_kept_moment_and_a_dot_at_the_one_that_is_looked_at() -> None:
    line, steps = track((0, 1, 2, 4), 4, 8, 9)
    assert line == "├─────●─┤"
    assert (steps[0], steps[2], steps[-1]) == (0, 1, 8)
