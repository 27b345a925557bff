"""A text that a person types: every network that is shown reads it, and every pane says so."""

from __future__ import annotations

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import BEAM, NEXT_VIEW, PREVIOUS_VIEW, READ, Act, Driver, playground, until
from tests.tui.pane_examples import PaneApp
from tui_rnn.insight.answers import WrittenText
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.sample import Sample
from tui_rnn.tui.widgets.entry import Entry

WIDE = (160, 40)


def lines(lab: Driver) -> list[str]:
    """What stands in the lines to type in that are seen beside the loss, from left to right."""
    return [entry.value for entry in lab.app.screen.query("#samples Entry").results(Entry) if entry.size.width]


@pytest.mark.parametrize("kind", ["tag", "items"])
async def test_compared_panes_both_say_what_was_typed_in_one_of_them_and_both_let_go_of_it(kind: str) -> None:
    async with playground(FakeEngine(kind), size=WIDE) as lab:
        await lab.press("c", "p", *"go", "enter")
        assert lines(lab) == ["go", "go"]

        await lab.press("escape")
        assert lines(lab) == ["", ""]

        lab.app.screen.query_one("#task-2").focus()
        await lab.press("enter", *"no", "enter")
        assert lines(lab) == ["no", "no"]


async def test_a_long_text_is_shown_from_its_beginning_once_nobody_types() -> None:
    async with playground(FakeEngine("classify"), size=(120, 40)) as lab:
        await lab.press("c", "p", *"the first of many words", *" and more" * 5)
        await until(lab, lambda: lab.text.count("p › the first") == 1)  # in the other pane, once the keys rest

        await lab.press("enter")
        await until(lab, lambda: lab.text.count("p › the first of many words") == 2)

        await lab.press("p", "x")
        assert lines(lab)[0].endswith("morex")


async def test_a_text_typed_for_the_gates_stands_in_the_task_s_line_as_it_would_be_typed() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await lab.press(READ, "a", "backslash", "t", "b", "enter")

        assert lines(lab) == [r"a\tb"]


async def test_a_prompt_stands_in_both_samples_while_their_answers_are_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground(FakeEngine("lm"), size=WIDE) as lab:
        await lab.press("c")
        monkeypatch.setattr(lab.engine, "events", lambda: [])  # an engine that takes its time
        await lab.press("p", *"Go", "enter")

        assert lines(lab) == ["Go", "Go"]
        assert lab.text.count("waiting for the answer") == 2
        assert len({run_id for run_id, _ in lab.engine.asked(Sample)}) == 2


@pytest.mark.parametrize(("typing", "stands"), [(True, "mine"), (False, "theirs")])
async def test_what_a_person_is_typing_is_never_written_over(typing: bool, stands: str) -> None:
    entry = Entry()
    async with PaneApp(entry).opened() as pilot:
        entry.value = "mine"
        pilot.app.screen.set_focus(entry if typing else None)
        await pilot.pause()
        entry.take("theirs")

        assert entry.value == stands


async def test_a_run_that_is_shown_later_is_asked_what_was_typed_by_the_same_beam() -> None:
    async with playground(FakeEngine("seq2seq"), size=WIDE) as lab:
        await lab.press(BEAM, "p", *"7", "enter", "c")

        first, second = lab.app.lab.state.shown
        question = Predict(("7",), beam=3)
        assert lab.engine.asked(Predict)[-2:] == [(first, question), (second, question)]


async def test_a_run_that_was_not_shown_does_not_come_back_with_the_answer_to_an_older_text() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        await lab.press(BEAM, "p", *"1", "enter", "2", "p", *"2", "enter")

        before = lab.app.lab.state.runs[1].asked
        assert before is None
        await lab.press("1")
        asked = lab.app.lab.state.runs[1].asked
        assert asked is not None
        answer = asked.said[0]
        assert isinstance(answer, WrittenText)
        assert answer.source == "12"


@pytest.mark.parametrize(
    ("kind", "then"), [("items", "the first items will begin with it"), ("tag", "it will be answered then")]
)
async def test_a_text_that_is_typed_while_the_kernels_compile_is_said_to_wait_for_them(kind: str, then: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        for run in lab.engine.runs.values():
            run.status = "waiting"
        await lab.press("p", *"ba", "enter")

        words = " ".join(row[60:].strip("│ ") for row in lab.text.splitlines())
        assert "compiled for this processor" in words
        assert f'"ba" waits for that: {then}' in words

        for run in lab.engine.runs.values():
            run.status = "training"
        await lab.look()  # nothing but the run's state is new
        assert "waits for that" not in lab.text


CLASSIFYING, TAGGING, WRITING = (
    ("classify", PREVIOUS_VIEW, "confusion"),
    ("tag", NEXT_VIEW, "confusion"),
    ("seq2seq", PREVIOUS_VIEW, "by length"),
)


@pytest.mark.parametrize(
    ("kind", "key", "view", "typed", "answer"),
    [
        (*CLASSIFYING, "Dvorak", "→ Czech "),
        (*TAGGING, "go", "→ go "),
        (*WRITING, "7", "→ "),
    ],
)
async def test_a_typed_text_is_answered_in_a_view_without_examples(
    kind: str, key: Act, view: str, typed: str, answer: str
) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press(key)
        await lab.train(4)
        assert f"─ {view} · " in lab.text
        before = [row for row in lab.text.splitlines() if "│→ " in row]
        await lab.press("p", *typed, "enter")

        assert before == []
        assert f"─ {view} · " in lab.text
        assert [row for row in lab.text.splitlines() if f"│{answer}" in row]

        await lab.press("escape")
        assert "│→ " not in lab.text


async def test_compared_runs_each_answer_beneath_their_own_confusion() -> None:
    async with playground(FakeEngine("classify"), size=WIDE) as lab:
        await lab.press("c", PREVIOUS_VIEW, "p", *"Dvorak", "enter")

        assert lab.text.count("│→ Czech ") == 2


async def test_where_one_view_is_of_every_run_the_answers_are_told_apart_by_name() -> None:
    async with playground(FakeEngine("seq2seq"), size=WIDE) as lab:
        await lab.press("c", PREVIOUS_VIEW, "p", *"7", "enter")

        rows = [row for row in lab.text.splitlines() if " → " in row]
        names = [run.name for run in lab.app.lab.state.runs.values()]
        assert [name for name in names if any(f"│{name} → " in row for row in rows)] == names[:2]


async def test_a_beam_chosen_while_the_first_answer_is_awaited_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        monkeypatch.setattr(lab.engine, "events", lambda: [])  # an engine that takes its time
        await lab.press("p", *"7", "enter", BEAM)

        assert lab.engine.asked(Predict)[-1][1].beam == 3
