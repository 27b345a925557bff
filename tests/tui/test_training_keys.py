"""The keys of training: what each asks of the engine, and what it says where it can't do at once what it is for."""

from __future__ import annotations

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import PAUSE_ONE, RATE_DOWN, RATE_UP, REMOVE, RESET, Act, playground
from tui_rnn.config import RunConfig
from tui_rnn.lab.messages import (
    AddRun,
    DataOpened,
    Notice,
    NotSaved,
    Pause,
    RemoveRun,
    ResetRun,
    Resume,
    RunAdded,
    RunRemoved,
    Saved,
    SaveRuns,
    ScaleLearningRate,
    StepOnce,
)


async def test_space_pauses_every_run_or_one_is_paused_alone_and_they_train_on() -> None:
    async with playground() as lab:
        await lab.press("space")
        assert lab.last_sent() == Pause()
        assert "LSTM 128 ‖ paused" in lab.top

        await lab.press("space")
        assert lab.last_sent() == Resume()
        assert "LSTM 128 ▶" in lab.top

        await lab.press(PAUSE_ONE)
        assert lab.last_sent() == Pause(2), "the shown run alone"

        await lab.press(PAUSE_ONE)
        assert lab.last_sent() == Resume(2)


async def test_n_takes_one_step_and_the_learning_rate_goes_up_and_comes_down_again() -> None:
    async with playground() as lab:
        await lab.press("n")
        assert lab.engine.sent_of(StepOnce) == [StepOnce(2)]

        await lab.press(RATE_UP, RATE_UP, RATE_DOWN)

        assert [scale.factor for scale in lab.engine.sent_of(ScaleLearningRate)] == [1.25, 1.25, 0.8]
        snapshot = lab.current.snapshot
        assert snapshot is not None
        assert snapshot.learning_rate == pytest.approx(0.0125)


async def test_resetting_and_removing_ask_first_and_then_another_run_is_shown() -> None:
    async with playground() as lab:
        await lab.press(RESET, "n")
        assert lab.engine.sent_of(ResetRun) == []

        await lab.press(RESET, "y")
        assert lab.engine.sent_of(ResetRun) == [ResetRun(2)]

        await lab.press(REMOVE, "n")
        assert lab.engine.sent_of(RemoveRun) == []

        await lab.press(REMOVE, "y")
        assert lab.engine.sent_of(RemoveRun) == [RemoveRun(2)]
        assert lab.current.name == "Elman 128"


async def test_s_saves_and_says_where() -> None:
    async with playground() as lab:
        await lab.press("s")

        assert lab.engine.sent[-2:] == [SaveRuns(1), SaveRuns(2)]
        assert [notice for notice in lab.notices if "saved" in notice] == ["saved in /runs"]


async def test_a_save_that_fails_is_told_and_is_awaited_no_longer() -> None:
    async with playground() as lab:
        lab.app.lab.runs.saves_awaited = {1, 2}
        lab.engine.emit(NotSaved(1, "Elman 128 was not saved: the disk is full"), Saved(2, "/runs/lstm.safetensors", 40))
        await lab.look()
        assert lab.notices[-2:] == ["Elman 128 was not saved: the disk is full", "saved in /runs"]

        lab.engine.emit(Saved(1, "/runs/elman.safetensors", 41))
        await lab.look()
        assert lab.notices.count("saved in /runs") == 1, "nobody asked for this one"


async def test_a_new_run_starts_from_the_shown_one() -> None:
    async with playground(configs=[RunConfig(hidden_size=48)]) as lab:
        await lab.press("a", "enter")

        assert lab.engine.sent_of(AddRun) == [AddRun(RunConfig(hidden_size=48))]


async def test_why_no_run_could_be_added_stays_on_the_screen_until_there_is_one() -> None:
    async with playground(configs=[]) as lab:
        await lab.press("n")
        assert lab.engine.sent_of(StepOnce) == []
        assert "no run yet" in lab.notices[-1]

        lab.engine.emit(Notice("LSTM 128: tale\x1b has 2 characters, too few for seq_len 64", "error"))
        await lab.look()
        lab.app.clear_notifications()
        await lab.look()
        assert "tale␛ has 2 characters, too few for seq_len 64 (a adds a run with other settings)" in lab.line(2)

        lab.engine.send(AddRun(RunConfig(seq_len=1)))
        await lab.look()
        assert "too few" not in lab.text

        await lab.press(REMOVE, "y")
        assert "There is no run: a adds one." in lab.line(2)


async def test_to_pause_twice_and_fast_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        published = lab.engine.latest()
        monkeypatch.setattr(lab.engine, "latest", lambda: published)  # the engine has not shown yet what it heard
        await lab.press(PAUSE_ONE, PAUSE_ONE)
        assert lab.engine.sent[-2:] == [Pause(2), Resume(2)]

        await lab.press("space", "space", "space")
        assert lab.engine.sent[-3:] == [Pause(), Resume(), Pause()]


async def test_runs_are_removed_one_after_another_however_long_each_takes_to_be_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playground() as lab:
        monkeypatch.setattr(lab.engine, "events", lambda: [])  # an engine that takes its time
        await lab.press(REMOVE, "y", REMOVE, "y")
        assert lab.engine.sent_of(RemoveRun) == [RemoveRun(2), RemoveRun(1)]
        assert "There is no run: a adds one." in lab.line(2)
        assert lab.app.lab.state.unsaved  # it is waited for them at the end

        lab.app.lab.state.apply(RunRemoved(1))
        lab.app.lab.state.apply(RunRemoved(2))
        assert not lab.app.lab.state.unsaved


async def test_a_run_that_waits_for_its_kernels_can_be_paused_and_what_it_can_not_do_is_said() -> None:
    async with playground() as lab:
        await lab.stand("waiting", "waiting")
        await lab.press("space")
        assert "Elman 128, LSTM 128: paused from the beginning, when the kernels are ready" in lab.notices[-1]
        assert "begins paused" in lab.top
        assert "space train on" in lab.line(-1)

        await lab.press("space")
        assert "training begins when the kernels are ready" in lab.notices[-1]
        assert lab.engine.sent[-2:] == [Pause(), Resume()]

        said: list[tuple[str | Act, str]] = [
            ("n", "makes a step when its kernels are ready"),
            (RATE_UP, "takes another learning rate when its kernels are ready"),
            (RESET, "there is nothing to reset"),
            ("s", "there is nothing to save"),
        ]
        for key, reason in said:
            lab.forget_notices()
            await lab.press(key)
            assert reason in lab.notices[-1]


async def test_space_while_the_data_are_opened_lets_the_runs_begin_paused_or_not_after_all() -> None:
    async with playground(FakeEngine(compile_s=3600), size=(140, 40)) as lab:
        for key in (PAUSE_ONE, "n", RATE_UP, RATE_DOWN, "s"):  # of one run
            lab.forget_notices()
            await lab.press(key)
            assert "still being opened" in lab.notices[-1]

        await lab.press("space")
        assert "opening … begins paused" in lab.top
        assert "space train on" in lab.line(-1)

        await lab.press("space", "space")
        assert [command for command in lab.engine.sent if isinstance(command, Pause | Resume)] == [Pause(), Resume(), Pause()]

        lab.engine.emit(DataOpened("tale", "tale", 9, 9, "ab", 8, 1), RunAdded(1, "LSTM 128", RunConfig(), 9, paused=True))
        await lab.look()
        assert "LSTM 128 ◌ begins paused" in lab.top or "LSTM 128 ◌ waiting" in lab.top
        assert "space train on" in lab.line(-1)
