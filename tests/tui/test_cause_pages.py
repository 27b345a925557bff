"""The pages that change something and look what becomes of it: what they say, in every room, with and without colours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from textual.content import Content

from tests.tui import cause_answers
from tests.tui.lab_driver import playground, setting
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.insight.answers import Reading
from tui_rnn.insight.edit import Edit
from tui_rnn.insight.expectation import Expectation
from tui_rnn.insight.hold import Hold
from tui_rnn.insight.horizon import Horizon
from tui_rnn.insight.trace import Traced
from tui_rnn.insight.why import Why
from tui_rnn.kinds import KINDS
from tui_rnn.tui.colours import paint
from tui_rnn.tui.views.pages.ablate import AblatePage
from tui_rnn.tui.views.pages.alike import AlikePage
from tui_rnn.tui.views.pages.biography import BiographyPage
from tui_rnn.tui.views.pages.edit import EditPage
from tui_rnn.tui.views.pages.hold import HoldPage
from tui_rnn.tui.views.pages.horizon import HorizonPage
from tui_rnn.tui.views.pages.page import Other, Page, Pick, Room, Standing
from tui_rnn.tui.views.pages.passages import PassagesPage
from tui_rnn.tui.views.pages.why import WhyPage

TEXT = cause_answers.TEXT


def standing(kind: str = "lm", cell: str = "lstm", **given: Any) -> Standing:
    config = RunConfig(kind, cell=cell, hidden_size=cause_answers.UNITS)
    symbols = tuple(TEXT)
    values = np.zeros((len(symbols), 1, cause_answers.UNITS), np.float32)
    reading = Reading("forward", symbols, {signal.name: values for signal in CELLS[cell].signals})
    trace = Traced(30, TEXT, 0, (), (reading,), Expectation.none())
    at = Standing(KINDS[kind], 1, "LSTM 16", config, 30, (), trace, None, 0, reading, 9, 0, CELLS[cell].signals[0], 3)
    return replace(at, **given)


def asked(page: Page, at: Standing) -> Any:
    question = page.question(at)
    return cause_answers.ANSWERS[type(question)](30, question)


def lines(page: Page, at: Standing, width: int = 75, height: int = 15, depth: Any = "true") -> list[str]:
    rows = page.rows(asked(page, at), at, Room(width, height, paint(depth, True)))
    return [row.content.plain if isinstance(row.content, Content) else "".join(s.text for s in row.content) for row in rows]


def edit_page() -> EditPage:
    page = EditPage()
    page.question(standing())
    page.type(TEXT.replace("mill", "mall", 1))
    return page


@pytest.mark.parametrize("make", [AblatePage, HoldPage, HorizonPage, WhyPage, edit_page])
@pytest.mark.parametrize("width", [30, 75, 115])
@pytest.mark.parametrize("depth", ["true", "16", "none"])
def test_no_row_is_wider_than_its_room_and_the_caption_is_one_line(make: Any, width: int, depth: str) -> None:
    page, at = make(), standing()
    for _ in range(4):
        assert all(Content(line).cell_length <= width for line in lines(page, at, width, depth=depth))
        assert "\n" not in page.caption(asked(page, at), at)
        page.settings[0].step(1)


def test_the_selected_unit_stands_above_the_ranking_and_a_row_selects_its_unit() -> None:
    page, at = AblatePage(), standing(unit=cause_answers.COSTLIEST)
    told = lines(page, at)
    assert "rank 1 of 8" in told[1]
    rows = page.rows(asked(page, at), at, Room(75, 15, paint("none", True)))
    assert rows[4].pick == Pick(unit=cause_answers.COSTLIEST, layer=0)
    assert "e +0.43" in told[4]  # in bits
    assert "\n" not in "".join(told)  # the newline that it breaks is a glyph
    assert [("~" in line) for line in told[4:]] == [False] * 5 + [True] * 3  # three standard errors


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (0, Hold("i", 0.0, length=3000, draw=240)),
        (1, Hold(freeze=True, start=1500, length=3000, draw=240)),
        (2, Hold(cut="Uh", length=3000, draw=240)),
        (3, Hold(cut="h", length=3000, draw=240)),
        (5, Hold(cut="all", length=3000, draw=240)),
    ],
)
def test_what_is_held_is_the_selection_and_the_setting(steps: int, expected: Hold) -> None:
    page = HoldPage()
    page.settings[0].step(steps)
    assert page.question(standing()) == expected


@pytest.mark.parametrize(
    ("cell", "steps", "told"),
    [
        ("lstm", 0, "i := 0"),
        ("lstm", 1, "memory frozen"),
        ("lstm", 2, "U h := 0"),
        ("lstm", 3, "h_t−1 := 0"),
        ("lstm", 5, "h_t−1 and c_t−1 := 0"),
        ("elman", 1, ""),
        ("elman", 5, "h_t−1 := 0"),
        ("mingru", 0, "z := 0"),
        ("mingru", 2, ""),
    ],
)
def test_what_is_switched_off_is_said_in_few_words(cell: str, steps: int, told: str) -> None:
    page = HoldPage()
    page.settings[0].step(steps)
    at = standing(cell=cell)
    assert page.switched_off(at) == told
    page.settings[2].step(1)
    assert page.switched_off(at) == (told and f"{told} in unit 3")
    assert all(other().switched_off(at) == "" for other in (AblatePage, HorizonPage, WhyPage))


@pytest.mark.parametrize("width", [80, 120])
async def test_what_is_switched_off_stands_in_the_selection_while_its_page_is_seen(width: int) -> None:
    async with playground(size=(width, 40)) as lab:
        book = lab.app.lab.panes.views.book
        await lab.press("2", "I")
        book.go_to([one.name for one in book.pages].index(HoldPage.name))
        lab.app.lab.panes.bring("page")
        await lab.press(setting("page", "held at"))
        assert "│ off: f := 1" in lab.line(1)
        book.turn(1)
        await lab.press()
        assert "off: " not in lab.line(1)


def test_one_unit_is_held_at_one_and_what_a_cell_lacks_is_told() -> None:
    page = HoldPage()
    page.settings[1].step(1)
    page.settings[2].step(1)
    assert page.question(standing()) == Hold("i", 1.0, unit=(3,), layer=1, direction="forward", length=3000, draw=240)
    page.settings[0].step(1)
    assert "Elman has no memory" in str(page.question(standing(cell="elman")))
    page.settings[0].step(1)
    assert "minGRU has no U" in str(page.question(standing(cell="mingru")))
    page.settings[0].step(2)
    assert "Elman carries h only" in str(page.question(standing(cell="elman")))


def test_both_continuations_stand_side_by_side_where_there_is_room() -> None:
    wide, narrow = (lines(HoldPage(), standing(), width) for width in (100, 40))
    assert any("as it is" in line and "held" in line for line in wide)
    assert [line for line in narrow if line in ("as it is", "held")] == ["as it is", "held"]


def test_all_runs_stand_in_one_chart_each_by_its_digit() -> None:
    answer = cause_answers.horizon(99, Horizon(reach=200))
    at = standing(others=(Other(2, "Elman 16", replace(answer, gradient=answer.gradient**2)),))
    told = lines(HorizonPage(), at, height=20)
    chart, table = "".join(told[:-4]), told[-2:]
    assert "1" in chart.replace("1%", "")
    assert "2" in chart
    assert "100" in told[-5]  # the log axis
    assert table[0].startswith("1 LSTM 16")
    assert table[1].startswith("2 Elman 16")
    assert ">200" in table[0]


def test_what_the_cursor_stands_on_is_explained() -> None:
    page = WhyPage()
    assert page.question(standing(position=7)) == Why(None, position=7)
    assert "reads nothing" in str(page.question(standing(position=0)))
    assert page.question(standing("classify", position=5)) == Why(None)
    decoder = replace(standing().reading, name="decoder")
    assert page.question(standing("seq2seq", reading=decoder, position=3)) == Why(None, position=3)
    told = lines(page, standing())
    assert told[0].startswith("place 10: l .80, not n .10")
    assert "+" in told[5] or "−" in told[5]


@pytest.mark.parametrize("page", [AlikePage(), PassagesPage(), BiographyPage()])
def test_for_a_decoder_the_advice_names_the_keys_that_turn_to_the_encoder(page: Page) -> None:
    decoder = replace(standing().reading, name="decoder")
    assert ", and . turn to the encoder" in str(page.question(standing("seq2seq", reading=decoder)))


def test_an_edit_is_typed_from_the_text_that_is_read() -> None:
    page = EditPage()
    assert "t lets you change" in str(page.question(standing()))
    assert page.typed() == TEXT
    assert "nothing was changed" in page.type(TEXT)
    assert page.type(TEXT.replace("mill", "mall", 1)) == ""
    assert page.question(standing()) == Edit(TEXT, TEXT.replace("mill", "mall", 1))
    told = lines(page, standing())
    assert told[0] == "i became a"
    assert "forgotten after 9 symbols" in told[1]


async def test_on_the_screen_the_other_run_comes_into_the_chart_and_a_unit_is_chosen() -> None:
    async with playground() as lab:
        await lab.press("I", "a", *"how far back", "enter")
        for _ in range(4):
            await lab.train(1)
        page = lab.text
        assert "how far back" in page
        assert "gradient 1/e" in page
        assert page.count("1.876") >= 2  # the loss in bits, of both
        await lab.press("a", *"what if it is off", "enter")
        await lab.train(1)
        assert "of 8 beyond chance" in lab.text
        await lab.press("enter")
        assert f"unit {cause_answers.COSTLIEST}" in lab.text.splitlines()[1]
