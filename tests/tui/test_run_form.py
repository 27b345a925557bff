"""The form for a new run: explained, checked as it is typed, and never accepted while something is wrong."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import Driver, playground
from tui_rnn.config import SETTINGS, RunConfig, settings_for
from tui_rnn.lab.messages import AddRun
from tui_rnn.tui.screens.run_form import RunForm, as_text


async def open_form(lab: Driver) -> None:
    await lab.press("a")


async def fill(lab: Driver, field: str, text: str) -> None:
    lab.app.screen.query_one(f"#{field}", Input).value = text
    await lab.pilot.pause()


def hint(lab: Driver, field: str) -> str:
    lines = str(lab.app.screen.query_one("#hints", Static).render()).splitlines()
    return lines[list(settings_for("lm")).index(field)]


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("tag", {"bidirectional"}),
        ("classify", {"bidirectional", "pool"}),
        ("seq2seq", {"bidirectional", "attention", "teacher_forcing"}),
        ("items", set()),
    ],
)
def test_a_task_offers_what_belongs_to_it(kind: str, own: set[str]) -> None:
    optional = {"bidirectional", "pool", "attention", "teacher_forcing", "seq_len", "reset_every"}

    assert set(settings_for(kind)) & optional == own


async def test_a_classifier_with_mean_pooling_is_added() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await open_form(lab)
        lab.app.screen.query_one("#pool").focus()
        await lab.press("right", "enter")

        assert lab.engine.sent_of(AddRun) == [AddRun(RunConfig("classify", pool="mean"))]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "yes"), (False, "no"), (0.01, "0.01"), (128, "128"), ("lstm", "lstm")]
)
def test_a_value_is_shown_as_a_person_would_type_it(value: object, text: str) -> None:
    assert as_text(value) == text


async def test_on_a_small_terminal_the_limits_stand_beside_the_fields_and_the_explanation_below_is_whole() -> None:
    async with playground(FakeEngine("seq2seq"), size=(80, 24)) as lab:
        await open_form(lab)
        lab.app.screen.query_one("#bidirectional").focus()
        await lab.pilot.pause()

        help_text = SETTINGS["bidirectional"].help
        assert help_text in " ".join(lab.text.replace("│", " ").split())
        assert "1 to 4096" in lab.text
        assert "…" not in "".join(lab.text.splitlines()[2:-3])


async def test_on_a_small_terminal_it_is_said_briefly_what_the_tokens_are() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.app.push_screen(RunForm(RunConfig(), ("char", "word", "byte"), "char"))
        await lab.pilot.pause()

        assert "what it reads" in str(lab.app.screen.query_one("#hints", Static).render())


async def test_what_is_typed_or_chosen_by_the_arrows_becomes_the_run() -> None:
    async with playground() as lab:
        await open_form(lab)
        await fill(lab, "hidden_size", "64")
        await fill(lab, "steps", "500")
        await lab.press("enter")

        assert lab.engine.sent_of(AddRun) == [AddRun(RunConfig(cell="lstm", hidden_size=64, steps=500))]
        lab.engine.sent.clear()

        await lab.press("1")
        await open_form(lab)
        await lab.press("right", "enter")  # the arrows choose among a few words
        assert [c.config.cell for c in lab.engine.sent_of(AddRun)] == ["lstm"]


async def test_every_field_is_explained_and_a_wrong_value_beside_its_field_and_not_accepted() -> None:
    async with playground() as lab:
        await open_form(lab)
        assert [hint(lab, field) for field in settings_for("lm")] == [setting.help for setting in settings_for("lm").values()]
        await fill(lab, "steps", "10")
        await fill(lab, "seconds", "10")
        assert "a run has one goal" in lab.text
        await lab.press("escape")
        assert lab.app.screen is lab.app.lab

        for field, text, advice in (
            ("hidden_size", "many", "expected a whole number, 1 to 4096"),
            ("hidden_size", "0", "expected 1 to 4096"),
            ("dropout", "1", "expected at least 0, less than 1"),
            ("learning_rate", "", "expected a number, more than 0"),
        ):
            await open_form(lab)
            await fill(lab, field, text)
            assert hint(lab, field) == advice

            await lab.press("enter")
            assert lab.engine.sent_of(AddRun) == [], field
            await lab.press("escape")


async def test_the_form_can_be_filled_in_on_a_small_terminal() -> None:
    async with playground(size=(80, 24)) as lab:
        await open_form(lab)
        await lab.press(*["down"] * (len(settings_for("lm")) - 1))

        assert "seconds: goal: seconds of training" in lab.text
        assert "Add the run (Enter)" in lab.text

        lab.app.screen.query_one("#learning_rate").focus()
        await fill(lab, "learning_rate", "x")
        assert "learning_rate: expected a number, more than 0" in lab.text, "whole"
