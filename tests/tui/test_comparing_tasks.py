"""Two runs of a task beside each other: the same views, directions and examples, told apart and titled alike."""

from __future__ import annotations

import re

import pytest

from tests.tui import fake_tasks
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import (
    DIRECTION,
    METRIC,
    NEXT_VIEW,
    ORDER,
    PREVIOUS_VIEW,
    playground,
)


async def test_comparing_shows_the_same_view_of_both_runs() -> None:
    async with playground(FakeEngine("seq2seq"), size=(160, 40)) as lab:
        await lab.press("c", NEXT_VIEW)
        await lab.train(4)

        assert lab.text.count("─ attention · ") == 2


async def test_compared_runs_are_told_apart_in_narrow_panes_too() -> None:
    async with playground(FakeEngine("seq2seq"), size=(80, 24)) as lab:
        await lab.press("c", "tab", NEXT_VIEW)
        await lab.train(1)
        assert "─ attention · 1 BiLSTM 128 ─" in lab.line(2)
        assert "─ attention · 2 BiLSTM 128 no atten… ─" in lab.line(2)

        await lab.press("tab")
        await lab.train(1)
        assert "─ 1 encoder forward · f forget gate ─" in lab.line(2)
        assert "─ 2 encoder forward · f forget gate ─" in lab.line(2)


async def test_states_beside_gates_are_titled_like_these() -> None:
    async with playground(FakeEngine("tag"), size=(120, 40)) as lab:
        await lab.press("c")
        await lab.train(1)

        assert "─ gates · 2 BiLSTM 128 · forward · f forget gate ─" in lab.text
        assert "─ states · 1 BiElman 128 · forward · h hidden state ─" in lab.text

        await lab.train(30)
        assert re.search(r"faint: mean of [\d.k–]+ chars ─", lab.text), "what a training point means"

        await lab.press(METRIC)
        assert "dots: landmarks" in lab.text, "in whole words beside compared runs too"


async def test_the_gates_show_each_direction_and_the_decoder_and_those_of_compared_runs_are_titled_alike() -> None:
    async with playground(FakeEngine("seq2seq"), size=(120, 40)) as lab:
        await lab.train(1)
        seen = []
        for _ in range(3):
            seen += [name for name in ("encoder forward", "encoder backward", "decoder") if f"· {name} ·" in lab.text]
            await lab.press(DIRECTION)
        assert seen == ["encoder forward", "encoder backward", "decoder"]

        await lab.press("c")
        await lab.train(1)

        assert "─ gates · 1 BiLSTM 128 · encoder forward · f forget gate ─" in lab.text
        assert re.search(r"─ 2 BiLSTM 128 no att\w*… · encoder forward · f forget gate ─", lab.text)

        await lab.press(PREVIOUS_VIEW)
        await lab.train(4)
        assert lab.text.count("─ by length · every run") == 1, "one chart of every run is enough"

        await lab.press(NEXT_VIEW)
        assert lab.text.count("─ outputs · ") == 2


async def test_compared_runs_show_the_same_direction_also_one_chosen_before() -> None:
    async with playground(FakeEngine("tag"), size=(160, 40)) as lab:
        await lab.train(1)
        await lab.press(DIRECTION, "c")
        await lab.train(1)
        assert lab.text.count("· backward ·") == 2

        await lab.press(DIRECTION, DIRECTION)
        await lab.train(1)
        assert lab.text.count("· backward ·") == 2


@pytest.mark.parametrize(("key", "seen"), [("g", "g candidate"), ("enter", "over the text"), (ORDER, "by index")])
async def test_what_was_chosen_in_the_gates_of_one_run_is_chosen_for_both(key: str, seen: str) -> None:
    async with playground(FakeEngine("classify"), size=(240, 40)) as lab:  # two LSTMs
        await lab.press(key, "c")
        await lab.train(1)

        assert lab.text.count(seen) == 2


async def test_the_chosen_example_comes_into_view_in_both_compared_panes(monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"N{number}" for number in range(40))
    monkeypatch.setitem(fake_tasks.TEXTS, "classify", names)
    async with playground(FakeEngine("classify"), size=(100, 28)) as lab:
        await lab.press("c")
        for steps, chosen in ((-1, names[-1]), (26, names[25])):
            lab.app.lab.panes.acts.next_example(steps)
            await lab.look()
            await lab.train(4)

            assert len(re.findall(f"› . Czech +.70 {chosen} ", lab.text)) == 2, chosen


@pytest.mark.parametrize("kind", ["classify", "seq2seq"])
async def test_which_example_is_chosen_is_said_between_compared_runs_too(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press("c", "right_square_bracket")
        await lab.train(4)
        count = len(fake_tasks.TEXTS[kind])

        assert len(re.findall(rf"\[ \] (example 2 of|2/) ?{count}", lab.text)) == 2
