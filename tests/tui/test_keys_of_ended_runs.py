"""The keys of training for runs that are at their goal, diverged, or were stopped by a fault."""

from __future__ import annotations

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import PAUSE_ONE, RATE_DOWN, RATE_UP, playground
from tui_rnn.lab.messages import (
    Ask,
    Fault,
    Pause,
    Resume,
)


async def test_runs_that_are_done_say_so_and_that_space_trains_them_on() -> None:
    async with playground(size=(140, 40)) as lab:
        await lab.stand("finished", "finished")
        assert "LSTM 128 ■ done" in lab.top
        assert all(" ■ " in row and " done " in row for row in lab.text.splitlines()[-4:-2])
        assert "space train on" in lab.line(-1)

        await lab.press("space")
        assert lab.engine.sent[-2:] == [Resume(1), Resume(2)]
        assert "space pause" in lab.line(-1)


async def test_beside_a_run_that_is_done_space_is_for_the_others_and_its_menu_and_rate_for_it_alone() -> None:
    async with playground(size=(140, 40)) as lab:
        await lab.stand("finished", "training")
        await lab.press("space")
        assert lab.last_sent() == Pause()

        await lab.press("space")
        assert lab.last_sent() == Resume()
        assert lab.engine.runs[1].status == "finished"

        await lab.stand("training", "finished")
        await lab.press(RATE_UP)
        assert "LSTM 128 is done; past its goal it would train at a learning rate 0.0125" in lab.notices[-1]

        await lab.press("r", "down", "right", "escape")  # the second line of the run's menu
        assert lab.engine.sent_of(Resume)[-1] == Resume(2)


async def test_a_run_that_diverged_goes_on_by_t_or_by_space() -> None:
    async with playground() as lab:
        await lab.stand("finished", "diverged")
        await lab.press(PAUSE_ONE)
        assert lab.last_sent() == Resume(2)

        await lab.stand("failed", "diverged")
        await lab.press("space")
        assert lab.last_sent() == Resume(2)


async def test_in_little_room_a_run_that_is_done_is_told_in_its_chip() -> None:
    async with playground(size=(80, 24)) as lab:
        await lab.stand("training", "finished")

        assert "LSTM 128 ■ done" in lab.line(-2)


async def test_a_run_that_was_stopped_by_a_fault_says_what_starts_it_again() -> None:
    async with playground() as lab:
        await lab.stand("training", "failed")
        before = len(lab.engine.sent)
        for key in (PAUSE_ONE, "n", RATE_UP, RATE_DOWN):
            lab.forget_notices()
            await lab.press(key)

            assert "a fault stopped LSTM 128: r and then Reset starts it again" in lab.notices[-1]
            assert lab.engine.sent[before:] == []

        await lab.stand("failed", "failed")
        await lab.press("space")
        assert "r and then Reset starts the shown one again" in lab.notices[-1]


@pytest.mark.parametrize("kind", ["lm", "tag"])
async def test_what_is_asked_of_a_run_without_a_network_is_refused_once_and_not_awaited(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        shown = lab.engine.runs[lab.app.lab.state.shown[0]]
        shown.status, shown.step = "failed", 0
        await lab.look()
        await lab.press("p", "a", "enter")
        await lab.press("enter", "b", "enter")

        assert lab.engine.sent_of(Ask) == []
        assert [notice for notice in lab.notices if notice.startswith("a fault stopped ")] == lab.notices[-1:]
        assert "waiting for the answer" not in lab.text


async def test_an_answer_is_not_awaited_from_a_run_that_a_fault_stops_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        monkeypatch.setattr(lab.engine, "events", lambda: [])  # an engine that takes its time
        await lab.press("p", "a", "enter")
        assert "waiting for the answer" in lab.text

        monkeypatch.setattr(lab.engine, "events", lambda: [Fault("LSTM 128 stopped: no memory", 2)])
        await lab.look()
        assert "waiting for the answer" not in lab.text
