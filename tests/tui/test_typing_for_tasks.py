"""What is typed in the playground on a task: what is asked of the runs, what reads it, and how it is let go."""

from __future__ import annotations

import re

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import (
    BEAM,
    HOTTER,
    READ,
    playground,
)
from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import OpenData
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.registry import VIEWS


async def test_what_is_typed_is_asked_of_the_shown_run_and_read_by_the_gates_until_escape_lets_go_of_it() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await lab.press("p", *"go", "enter")
        await lab.train(1)

        assert lab.engine.asked(Predict)[-1] == (lab.current.run_id, Predict(("go",)))
        assert lab.engine.question(Trace).text == "go"
        assert "›? go" in lab.text

        await lab.press("escape")
        await lab.train(1)
        assert lab.engine.question(Trace).text is None
        assert "›? go" not in lab.text


async def test_the_gates_read_the_chosen_example_and_a_text_for_them_is_answered_too() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await lab.press("right_square_bracket")
        await lab.train(1)
        assert lab.engine.question(Trace).example == 1
        assert lab.app.screen.query_one("#gates-1", GatesPane).focus_on.now.text == "Kowalski"

        await lab.press(READ, *"Dvorak", "enter")

        assert lab.engine.asked(Predict)[-1][1].texts == ("Dvorak",)
        assert "? Czech" in lab.text


async def test_a_beam_is_asked_for_what_is_typed() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        await lab.press(BEAM, "p", *"7", "enter")

        assert lab.engine.asked(Predict)[-1][1].beam == 3


async def test_items_follow_the_temperature() -> None:
    async with playground(FakeEngine("items")) as lab:
        await lab.press(HOTTER)
        await lab.train(4)

        assert lab.engine.question(Items).count > 0
        assert lab.engine.question(Items).sampling.temperature == pytest.approx(0.9)
        assert "temperature 0.9" in lab.text


async def test_items_begin_with_what_is_typed_until_it_is_let_go() -> None:
    async with playground(FakeEngine("items")) as lab:
        await lab.press("p", *"Jo", "enter")
        await lab.train(4)
        assert lab.engine.question(Items).prompt == "Jo"
        assert 'begun by "Jo" ─' in lab.text
        assert "Joemma" in lab.text

        await lab.press("escape")
        await lab.train(4)
        assert lab.engine.question(Items).prompt == ""
        assert "begun by" not in lab.text

        await lab.press("p", "J", "enter", "p", "backspace", "enter")
        await lab.train(4)
        assert lab.engine.question(Items).prompt == "", "the line was emptied"
        assert lab.app.screen.focused is lab.task_pane()

        await lab.press("p", "J", "enter")
        lab.engine.send(OpenData(lab.engine.sent_of(OpenData)[0].request, None))
        await lab.train(4)
        assert lab.engine.question(Items).prompt == "", "other data came"


async def test_while_a_text_is_typed_the_last_line_names_no_letters() -> None:
    async with playground(FakeEngine("tag"), size=(80, 24)) as lab:
        await lab.press("p", "g", "o")
        assert lab.text.splitlines()[-1].split() == "Enter done Esc let go tab next pane F1 help".split()

        await lab.press("enter")
        assert "space pause" in lab.text.splitlines()[-1]


async def test_the_last_line_says_what_becomes_of_a_typed_text() -> None:
    async with playground() as lab:
        await lab.press(READ)
        assert "Enter read it  Esc leave" in lab.line(-1)
        await lab.press("escape", "p")
        assert "Enter write on  Esc let go" in lab.line(-1)


@pytest.mark.parametrize("kind", ["tag", "items"])  # the others have the line of tag
async def test_where_a_text_is_typed_its_key_stands_before_the_line(kind: str) -> None:
    async with playground(FakeEngine(kind), size=(60, 20)) as lab:
        await lab.press("tab")
        await lab.train(1)

        assert re.search("│p › a \\w+", lab.text)


async def test_where_to_type_is_named_in_a_small_terminal_too() -> None:
    async with playground(size=(80, 24)) as lab:
        for kind, views in VIEWS.items():
            lab.engine.kind = kind
            lab.engine.send(OpenData(lab.engine.sent_of(OpenData)[0].request, None))
            await lab.train(1)
            for _ in views:
                assert re.search(r"  p (type|prompt)  ", lab.line(-1)), kind
                await lab.press("tab", "full_stop")
