"""What the coach says of a run that trains: one line in the place of the selection, until it is dismissed, and not again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.insight.test_coach import PLANTED, well
from tests.tui.lab_driver import Driver, playground
from tui_rnn.insight.coach import remarks
from tui_rnn.insight.remark import Remark
from tui_rnn.lab.messages import AddRun, Coached, ScaleLearningRate
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.screens.run_form import RunForm
from tui_rnn.tui.workspaces.registry import commands_of
from tui_rnn.tui.workspaces.train import TRAIN

SMALL = Remark(
    "small text", "it is small", "less", "small text: 9.9 weights for each token", "a", "32 units", (), "hidden_size", 32
)
HIGH = Remark(
    "rate high",
    "it is high",
    "less",
    "learning rate too high: 88% of steps clipped",
    "r",
    "to 0.004",
    (),
    "learning_rate",
    0.004,
)
COPIED = Remark("copied", "it is copied", "other", "64% of the validation part is in training", "o", "another text")


async def say(lab: Driver, *said: Remark, run: int = 1) -> None:
    lab.engine.emit(Coached(run, said))
    await lab.look()


async def show(lab: Driver, run: int) -> None:
    await lab.press(str(run))
    assert lab.current.run_id == run


async def test_a_remark_takes_the_place_of_the_selection_until_escape_and_nothing_else_moves() -> None:
    async with playground() as lab:
        await show(lab, 1)
        selection, below = lab.line(1), lab.text.splitlines()[2:]
        await say(lab, SMALL)
        assert lab.line(1).split("  ", 1)[1].rstrip() == "small text: 9.9 weights for each token │ a 32 units │ Esc hide" or (
            "it is small: less │ a 32 units │ Esc hide" in lab.line(1)
        )
        assert lab.text.splitlines()[2:] == below
        await lab.press("escape")
        assert lab.line(1) == selection
        assert lab.text.splitlines()[2:] == below


async def test_what_was_dismissed_does_not_come_again_and_the_next_waits_for_news() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, HIGH, SMALL)
        assert "it is high" in lab.line(1)
        await lab.press("escape")
        assert "Esc hide" not in lab.line(1)
        await say(lab, HIGH, SMALL)
        assert "it is small" in lab.line(1)
        await lab.press("escape")
        await say(lab, SMALL, HIGH)
        assert "Esc hide" not in lab.line(1)


async def test_what_is_so_no_more_goes_by_itself_and_does_not_come_again() -> None:
    async with playground() as lab:
        await show(lab, 1)
        for _ in range(2):
            await say(lab, HIGH)
            await say(lab)
            assert "Esc hide" not in lab.line(1)
        await say(lab, HIGH)
        assert "Esc hide" not in lab.line(1)


async def test_it_speaks_of_the_shown_run_and_of_the_data_once_for_all() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, HIGH, COPIED, run=2)
        assert "Esc hide" not in lab.line(1)
        await show(lab, 2)
        assert "it is high" in lab.line(1)
        await lab.press("escape")
        await say(lab, COPIED, run=2)
        await lab.press("escape")
        await show(lab, 1)
        await say(lab, COPIED)
        assert "Esc hide" not in lab.line(1)
        await say(lab, COPIED, HIGH)
        assert "it is high" in lab.line(1), "of this run it is news"


async def test_the_key_is_one_of_the_playground_and_escape_leaves_a_text_first() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, SMALL)
        await lab.press("p", "h", "escape")
        assert "it is small" in lab.line(1)
        await lab.press("I")
        assert "it is small" not in lab.text
        await lab.press("T", "a")
        assert isinstance(lab.app.screen, RunForm)


async def test_the_form_that_its_key_opens_has_what_it_proposes_and_stands_there() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, SMALL)
        await lab.press("a")
        field = lab.app.screen.focused
        assert isinstance(field, Input)
        assert (field.id, field.value) == ("hidden_size", "32")
        await lab.press("enter")
        assert lab.engine.sent_of(AddRun)[-1].config == replace(lab.current.config, hidden_size=32)


async def test_enter_in_the_menu_that_its_key_opens_takes_the_learning_rate_and_the_remark_is_done_with() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, HIGH)
        rate = lab.current.snapshot.learning_rate if lab.current.snapshot else 0.0
        await lab.press("r", "enter")
        (scaled,) = lab.engine.sent_of(ScaleLearningRate)
        assert scaled.factor * rate == pytest.approx(0.004)
        assert "Esc hide" not in lab.line(1)


async def test_without_a_remark_the_form_and_the_menu_begin_as_ever() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, SMALL)
        await lab.press("escape", "a")
        assert lab.app.screen.focused is not None
        assert lab.app.screen.focused.id == "cell"
        await lab.press("escape", "r")
        assert "as the coach says" not in lab.text


@pytest.mark.parametrize("width", [80, 200])
async def test_every_remark_fits_with_its_keys(width: int) -> None:
    keys = by_key(commands_of(TRAIN))
    async with playground(size=(width, 24)) as lab:
        await show(lab, 1)
        for name, (changed, *_) in PLANTED.items():
            (said,) = [one for one in remarks(well(**changed)) if one.name == name]
            assert said.key in keys
            await say(lab, said)
            assert lab.line(1).rstrip().endswith(f"│ {said.key} {said.does} │ Esc hide"), lab.line(1)
            assert said.brief_in("bits") in lab.line(1) or said.said_in("bits") in lab.line(1)
