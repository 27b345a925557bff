"""The keys of training: what each asks of the engine, and what it says where it can't do at once what it is for."""

from __future__ import annotations

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import PAUSE_ONE, RATE_DOWN, RATE_UP, REMOVE, RESET, Act, Driver, playground
from tui_rnn.config import RunConfig
from tui_rnn.lab.messages import (
    AddRun,
    Ask,
    DataOpened,
    Fault,
    Notice,
    Pause,
    RemoveRun,
    ResetRun,
    Resume,
    RunAdded,
    RunRemoved,
    SaveRuns,
    ScaleLearningRate,
    StepOnce,
)


async def test_space_pauses_every_run_and_lets_them_train_on() -> None:
    async with playground() as lab:
        await lab.press("space")
        assert lab.last_sent() == Pause()
        assert "LSTM 128 ‖ paused" in lab.top

        await lab.press("space")
        assert lab.last_sent() == Resume()
        assert "LSTM 128 ▶" in lab.top


async def test_t_pauses_the_shown_run_alone() -> None:
    async with playground() as lab:
        await lab.press(PAUSE_ONE)
        assert lab.last_sent() == Pause(2)

        await lab.press(PAUSE_ONE)
        assert lab.last_sent() == Resume(2)


async def test_n_takes_one_step() -> None:
    async with playground() as lab:
        await lab.press("n")

        assert lab.engine.sent_of(StepOnce) == [StepOnce(2)]


async def test_the_learning_rate_goes_up_and_comes_down_again() -> None:
    async with playground() as lab:
        await lab.press(RATE_UP, RATE_UP, RATE_DOWN)

        assert [scale.factor for scale in lab.engine.sent_of(ScaleLearningRate)] == [1.25, 1.25, 0.8]
        snapshot = lab.current.snapshot
        assert snapshot is not None
        assert snapshot.learning_rate == pytest.approx(0.0125)


async def test_resetting_asks_first() -> None:
    async with playground() as lab:
        await lab.press(RESET, "n")
        assert lab.engine.sent_of(ResetRun) == []

        await lab.press(RESET, "y")
        assert lab.engine.sent_of(ResetRun) == [ResetRun(2)]


async def test_removing_asks_first_and_then_shows_another_run() -> None:
    async with playground() as lab:
        await lab.press(REMOVE, "y")

        assert lab.engine.sent_of(RemoveRun) == [RemoveRun(2)]
        assert lab.current.name == "Elman 128"


async def test_s_saves_and_says_where() -> None:
    async with playground() as lab:
        await lab.press("s")

        assert lab.engine.sent[-2:] == [SaveRuns(1), SaveRuns(2)]
        assert [notice for notice in lab.notices if "saved" in notice] == ["saved in /runs"]


async def test_a_new_run_starts_from_the_shown_one() -> None:
    async with playground(configs=[RunConfig(hidden_size=48)]) as lab:
        await lab.press("a", "enter")

        assert lab.engine.sent_of(AddRun) == [AddRun(RunConfig(hidden_size=48))]


async def test_keys_for_a_run_say_so_when_there_is_none() -> None:
    async with playground(configs=[]) as lab:
        await lab.press("n")

        assert lab.engine.sent_of(StepOnce) == []
        assert "no run yet" in lab.notices[-1]


async def test_why_no_run_could_be_added_stays_on_the_screen_until_there_is_one() -> None:
    async with playground(configs=[]) as lab:
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


# ------------------------------------------------------------------------- pressed twice


async def stand(lab: Driver, *statuses: str) -> None:
    """The runs are in these states, one after another."""
    for run, status in zip(lab.engine.runs.values(), statuses, strict=True):
        run.status = status
    await lab.look()


async def test_space_twice_and_fast_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        published = lab.engine.latest()
        monkeypatch.setattr(lab.engine, "latest", lambda: published)  # the engine has not shown yet what it heard
        await lab.press("space", "space", "space")

        assert lab.engine.sent[-3:] == [Pause(), Resume(), Pause()]


async def test_t_twice_and_fast_leaves_the_run_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        published = lab.engine.latest()
        monkeypatch.setattr(lab.engine, "latest", lambda: published)
        await lab.press(PAUSE_ONE, PAUSE_ONE)

        assert lab.engine.sent[-2:] == [Pause(2), Resume(2)]


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


# ------------------------------------------------------------------------- while the kernels compile


async def test_a_run_that_waits_for_its_kernels_can_be_paused_and_says_so() -> None:
    async with playground() as lab:
        await stand(lab, "waiting", "waiting")
        await lab.press("space")
        assert "Elman 128, LSTM 128: paused from the beginning, when the kernels are ready" in lab.notices[-1]
        assert "begins paused" in lab.top
        assert "space train on" in lab.line(-1)

        await lab.press("space")
        assert "training begins when the kernels are ready" in lab.notices[-1]
        assert lab.engine.sent[-2:] == [Pause(), Resume()]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("n", "makes a step when its kernels are ready"),
        (RATE_UP, "takes another learning rate when its kernels are ready"),
        (RESET, "there is nothing to reset"),
        ("s", "there is nothing to save"),
    ],
)
async def test_what_a_run_can_not_do_before_it_has_begun_is_said(key: str | Act, said: str) -> None:
    async with playground() as lab:
        await stand(lab, "waiting", "waiting")
        await lab.press(key)

        assert said in lab.notices[-1]


@pytest.mark.parametrize("key", [PAUSE_ONE, "n", RATE_UP, RATE_DOWN, "s"])
async def test_while_the_data_are_opened_a_key_for_runs_says_so(key: str | Act) -> None:
    async with playground(FakeEngine(compile_s=3600)) as lab:
        await lab.press(key)

        assert "still being opened" in lab.notices[-1]


async def test_space_while_the_data_are_opened_lets_the_runs_begin_paused_or_not_after_all() -> None:
    async with playground(FakeEngine(compile_s=3600), size=(140, 40)) as lab:
        await lab.press("space")
        assert "opening … begins paused" in lab.top
        assert "space train on" in lab.line(-1)

        await lab.press("space", "space")
        assert [command for command in lab.engine.sent if isinstance(command, Pause | Resume)] == [Pause(), Resume(), Pause()]

        lab.engine.emit(DataOpened("tale", "tale", 9, 9, "ab", 8, 1), RunAdded(1, "LSTM 128", RunConfig(), 9, paused=True))
        await lab.look()
        assert "LSTM 128 ◌ begins paused" in lab.top or "LSTM 128 ◌ waiting" in lab.top
        assert "space train on" in lab.line(-1)


# ------------------------------------------------------------------------- at the goal


async def test_runs_that_are_done_say_so_and_that_space_trains_them_on() -> None:
    async with playground(size=(140, 40)) as lab:
        await stand(lab, "finished", "finished")
        assert "LSTM 128 ■ done" in lab.top
        assert all(" ■ " in row and " done " in row for row in lab.text.splitlines()[-4:-2])
        assert "space train on" in lab.line(-1)

        await lab.press("space")
        assert lab.engine.sent[-2:] == [Resume(1), Resume(2)]
        assert "space pause" in lab.line(-1)


async def test_beside_runs_that_are_done_space_pauses_the_others_and_lets_only_them_train_on() -> None:
    async with playground(size=(140, 40)) as lab:
        await stand(lab, "finished", "training")
        await lab.press("space")
        assert lab.last_sent() == Pause()

        await lab.press("space")
        assert lab.last_sent() == Resume()
        assert lab.engine.runs[1].status == "finished"


async def test_a_run_that_is_done_beside_one_that_trains_is_set_going_alone() -> None:
    async with playground(size=(140, 40)) as lab:
        await stand(lab, "training", "finished")
        await lab.press("r", "down", "right", "escape")  # the second line of the run's menu
        assert lab.engine.sent_of(Resume)[-1] == Resume(2)


async def test_a_run_that_diverged_goes_on_by_t_or_by_space() -> None:
    async with playground() as lab:
        await stand(lab, "finished", "diverged")
        await lab.press(PAUSE_ONE)
        assert lab.last_sent() == Resume(2)

        await stand(lab, "failed", "diverged")
        await lab.press("space")
        assert lab.last_sent() == Resume(2)


async def test_in_little_room_a_run_that_is_done_is_told_in_its_chip() -> None:
    async with playground(size=(80, 24)) as lab:
        await stand(lab, "training", "finished")

        assert "LSTM 128 ■ done" in lab.line(-2)


async def test_another_rate_for_a_run_that_is_done_is_said_to_be_for_training_on() -> None:
    async with playground() as lab:
        await stand(lab, "training", "finished")
        await lab.press(RATE_UP)

        assert "LSTM 128 is done; past its goal it would train at a learning rate 0.0125" in lab.notices[-1]


# ------------------------------------------------------------------------- after a fault


@pytest.mark.parametrize("key", [PAUSE_ONE, "n", RATE_UP, RATE_DOWN])
async def test_a_run_that_was_stopped_by_a_fault_says_what_starts_it_again(key: str | Act) -> None:
    async with playground() as lab:
        await stand(lab, "training", "failed")
        before = len(lab.engine.sent)
        await lab.press(key)

        assert "LSTM 128 was stopped by a fault: r and then Reset starts it again" in lab.notices[-1]
        assert lab.engine.sent[before:] == []


async def test_space_says_so_when_every_run_was_stopped_by_a_fault() -> None:
    async with playground() as lab:
        await stand(lab, "failed", "failed")
        await lab.press("space")

        assert "r and then Reset starts the shown one again" in lab.notices[-1]


@pytest.mark.parametrize("kind", ["lm", "tag", "classify", "seq2seq"])
async def test_what_is_asked_of_a_run_without_a_network_is_refused_once_and_not_awaited(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        shown = lab.engine.runs[lab.app.lab.state.shown[0]]
        shown.status, shown.step = "failed", 0
        await lab.look()
        await lab.press("p", "a", "enter")
        await lab.press("enter", "b", "enter")

        assert lab.engine.sent_of(Ask) == []
        assert [
            notice for notice in lab.notices if "was stopped by a fault: r and then Reset starts it again" in notice
        ] == lab.notices[-1:]
        assert "waiting for the answer" not in lab.text


async def test_an_answer_is_not_awaited_from_a_run_that_a_fault_stops_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playground() as lab:
        monkeypatch.setattr(lab.engine, "events", lambda: [])  # an engine that takes its time
        await lab.press("p", "a", "enter")
        assert "waiting for the answer" in lab.text

        monkeypatch.setattr(lab.engine, "events", lambda: [Fault("LSTM 128 stopped: no memory", 2)])
        await lab.look()
        assert "waiting for the answer" not in lab.text
