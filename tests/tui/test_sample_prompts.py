"""Prompts: what a person asks, how the answer is told apart, and how long it stays."""

from __future__ import annotations

import pytest
from rich.style import Style

from tests.tui import idle
from tests.tui.pane_examples import SAMPLE_KEYS, PaneApp, captions, cells_of, drawn, screen_text
from tui_rnn.tui.views.sample import SamplePane
from tui_rnn.tui.widgets.flow import FlowView


@pytest.fixture(autouse=True)
def true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")


def line(pane: SamplePane, y: int) -> list[tuple[str, Style]]:
    return cells_of(pane.query_one(FlowView).render_line(y))


async def test_a_typed_prompt_is_asked_and_may_hold_line_breaks() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn())
        await pilot.press("p", "A", ":", "backslash", "n", "enter")
        await pilot.pause()
        assert [event.text for event in app.heard(SamplePane.PromptEntered)] == ["A:\n"]
        assert "waiting for the answer" in captions(pane)
        pane.show(1, "LSTM 128", drawn("yes", prompt="A:\n", request_id=1))
        await pilot.pause()
        assert "waiting" not in captions(pane)


async def test_an_empty_prompt_asks_nothing() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn())
        await pilot.press("p", "enter")
        await pilot.pause()
        assert app.heard(SamplePane.PromptEntered) == []


async def test_the_prompt_is_told_apart_from_what_the_model_wrote() -> None:
    pane = SamplePane()
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", drawn("the rest", prompt="Begin ", request_id=1))
        await pilot.pause()
        prompt, rest = line(pane, 0)[0][1], line(pane, 0)[6][1]
        assert prompt.bold
        assert prompt.italic
        assert not rest.italic
        assert "from your prompt" in captions(pane)


async def test_unknown_characters_of_a_prompt_are_marked_and_counted() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened(100) as pilot:
        pane.show(1, "LSTM 128", drawn("rest", prompt="a€b€", unknown=(1, 3), request_id=1))
        await pilot.pause()
        assert [at for at, (_, style) in enumerate(line(pane, 0)) if style.reverse] == [1, 3]
        assert "2 characters of the prompt are not in the vocabulary" in screen_text(app)


async def test_unknown_words_of_a_prompt_are_counted_as_words() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened(100) as pilot:
        lacking = [*range(6), *range(10, 16)]
        found = drawn(" rest", prompt=" <unk> and <unk>", request_id=1, unknown=lacking, unknown_words=2)
        pane.show(1, "LSTM 128", found)
        await pilot.pause()
        assert "2 words of the prompt are not in the vocabulary: marked; the model read <unk> instead" in screen_text(app)


async def test_an_answer_stays_while_newer_samples_come_until_it_is_let_go() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("the answer", prompt="Q", request_id=7))
        pane.show(1, "LSTM 128", drawn("newer", step=1300))
        await pilot.pause()
        assert "the answer" in screen_text(app)
        assert "stays 60 s, Esc lets go" in captions(pane)
        await pilot.press("escape")
        assert "newer" in screen_text(app)
        assert "stays" not in captions(pane)


async def test_an_answer_goes_by_itself_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SamplePane, "ANSWER_STAYS_S", 0.01)
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("the answer", prompt="Q", request_id=7))
        pane.show(1, "LSTM 128", drawn("newer", step=1300))
        await pilot.pause()
        assert "the answer" in screen_text(app)
        assert idle.moment_passes()
        await pilot.pause()
        assert "newer" in screen_text(app)
        assert "the answer" not in screen_text(app)


async def test_an_answer_that_was_let_go_does_not_come_back() -> None:
    pane, answer = SamplePane(), drawn("the answer", prompt="Q", request_id=7)
    async with PaneApp(pane, keys=SAMPLE_KEYS).opened() as pilot:
        pane.show(1, "LSTM 128", answer)
        await pilot.press("escape")
        pane.show(2, "Elman 128", None)
        pane.show(1, "LSTM 128", answer)
        await pilot.pause()
        assert "stays" not in captions(pane)


async def test_each_run_keeps_its_own_answer() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("the answer", prompt="Q", request_id=7))
        pane.show(2, "Elman 128", drawn("elman text", run_id=2))
        await pilot.pause()
        assert "elman text" in screen_text(app)
        pane.show(1, "LSTM 128", drawn("newer"))
        await pilot.pause()
        assert "the answer" in screen_text(app)


async def test_a_sample_can_be_held_and_let_go() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("keep this"))
        await pilot.press("h")
        pane.show(1, "LSTM 128", drawn("newer"))
        await pilot.pause()
        assert "keep this" in screen_text(app)
        assert "held" in captions(pane)
        await pilot.press("h")
        assert "newer" in screen_text(app)


async def test_a_run_that_starts_again_has_no_sample() -> None:
    pane = SamplePane()
    app = PaneApp(pane, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        pane.show(1, "LSTM 128", drawn("old text", prompt="Q", request_id=7))
        pane.show(1, "LSTM 128", None)
        await pilot.pause()
        assert "old text" not in screen_text(app)


async def test_panes_that_were_asked_together_let_go_together() -> None:
    one, other = SamplePane(), SamplePane()
    app = PaneApp(one, keys=SAMPLE_KEYS)
    async with app.opened() as pilot:
        await app.mount(other)
        for pane, run_id in ((one, 1), (other, 2)):
            pane.show(run_id, "LSTM", drawn("the answer", prompt="Q", request_id=7, run_id=run_id))
        await pilot.press("escape")
        assert not any("stays" in captions(pane) for pane in (one, other))
