"""What the coach says of a run that trains: one line in the place of the selection, until it is dismissed, and not again."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from textual.widgets import Input

from tests.insight.test_coach import PLANTED, well
from tests.tui.lab_driver import Driver, playground
from tui_rnn.config import RunConfig
from tui_rnn.insight.coach import remarks
from tui_rnn.insight.remark import Remark
from tui_rnn.lab.messages import AddRun, Coached, ScaleLearningRate
from tui_rnn.tui.coach import CoachState
from tui_rnn.tui.keys import by_key
from tui_rnn.tui.run_state import RunState
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


class Heard:
    """What is said of two runs, of which the first is shown."""

    def __init__(self) -> None:
        self.coach, self.shown = CoachState(), 1
        self.runs = {number: RunState(number, f"LSTM {number}", RunConfig(), 9) for number in (1, 2)}

    def after(self, *said: Remark, run: int = 1) -> Remark | None:
        """What is on the screen once the engine has said this."""
        self.runs[run].remarks = said
        return self.now

    @property
    def now(self) -> Remark | None:
        return self.coach.now(self.runs[self.shown])


def test_what_was_dismissed_does_not_come_again_and_the_next_waits_for_news() -> None:
    heard = Heard()
    assert heard.after(HIGH, SMALL) is HIGH
    heard.coach.dismiss()
    assert heard.now is None
    assert heard.after(HIGH, SMALL) is SMALL
    heard.coach.dismiss()
    assert heard.after(SMALL, HIGH) is None


def test_what_is_so_no_more_goes_by_itself_and_does_not_come_again() -> None:
    heard = Heard()
    assert heard.after(HIGH) is HIGH
    assert heard.after() is None
    assert heard.after(HIGH) is None


def test_it_speaks_of_the_shown_run_and_of_the_data_once_for_all() -> None:
    heard = Heard()
    assert heard.after(HIGH, COPIED, run=2) is None
    heard.shown = 2
    assert heard.now is HIGH
    heard.coach.dismiss()
    assert heard.after(COPIED, run=2) is COPIED
    heard.coach.dismiss()
    heard.shown = 1
    assert heard.after(COPIED) is None
    assert heard.after(COPIED, HIGH) is HIGH, "of this run it is news"


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
        config = lab.current.config
        await lab.press("enter")
        assert lab.engine.sent_of(AddRun)[-1].config == replace(config, hidden_size=32)


async def test_enter_in_the_menu_takes_the_learning_rate_and_without_a_remark_form_and_menu_begin_as_ever() -> None:
    async with playground() as lab:
        await show(lab, 1)
        await say(lab, HIGH)
        rate = lab.current.snapshot.learning_rate if lab.current.snapshot else 0.0
        await lab.press("r", "enter")
        (scaled,) = lab.engine.sent_of(ScaleLearningRate)
        assert scaled.factor * rate == pytest.approx(0.004)
        assert "Esc hide" not in lab.line(1)

        await lab.press("a")
        assert lab.app.screen.focused is not None
        assert lab.app.screen.focused.id == "cell"
        await lab.press("escape", "r")
        assert "as the coach says" not in lab.text


async def test_every_remark_fits_with_its_keys() -> None:
    keys = by_key(commands_of(TRAIN))
    async with playground(size=(200, 24)) as lab:
        await show(lab, 1)
        for width, (name, (changed, *_)) in product((200, 80), PLANTED.items()):
            await lab.pilot.resize_terminal(width, 24)
            lab.app.lab.coach = CoachState()  # nothing was said yet
            (said,) = [one for one in remarks(well(**changed)) if one.name == name]
            assert said.key in keys
            await say(lab, said)
            assert lab.line(1).rstrip().endswith(f"│ {said.key} {said.does} │ Esc hide"), lab.line(1)
            assert said.brief_in("bits") in lab.line(1) or said.said_in("bits") in lab.line(1)
