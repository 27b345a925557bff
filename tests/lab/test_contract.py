"""The engine that the screen's tests use keeps the same promises as the real one: each case runs against both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from tests.lab.bench import opening, until, watching
from tests.tui.fake_engine import FakeEngine
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab.lab import Lab
from tui_rnn.lab.messages import (
    AddRun,
    Answered,
    Ask,
    CancelAsk,
    Command,
    DataOpened,
    Event,
    LoadRun,
    Notice,
    OpenData,
    Pause,
    RateChanged,
    RemoveRun,
    ResetRun,
    Resume,
    RunAdded,
    RunRemoved,
    RunSnapshot,
    Saved,
    SaveRuns,
    ScaleLearningRate,
    Shutdown,
    Snapshot,
    StepOnce,
    Unanswered,
    Watch,
)

Kind = TypeVar("Kind", bound=Event)
SHORT = Sample("a", Sampling(length=8))


class Engine(Protocol):
    """What the screen asks of an engine."""

    @property
    def alive(self) -> bool: ...
    def send(self, command: Command) -> None: ...
    def latest(self) -> Snapshot | None: ...
    def events(self) -> list[Event]: ...


class RealEngine:
    """A lab in the test's own process, spoken to as its host does."""

    def __init__(self) -> None:
        self.alive = True
        self._said: list[Event] = []
        self._lab = Lab(self._said.append)

    def send(self, command: Command) -> None:
        if isinstance(command, Shutdown):
            self._lab.shut_down(command.save)
            self.alive = False
        elif self.alive:
            self._lab.handle(command)

    def latest(self) -> Snapshot:
        return self._lab.snapshot()

    def events(self) -> list[Event]:
        said = self._said[:]
        del self._said[: len(said)]
        return said


class Talk:
    """An engine, and all that it said."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.said: list[Event] = []

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.engine.send(command)

    def look(self) -> tuple[RunSnapshot, ...]:
        """Let time go on, and take notice."""
        if isinstance(self.engine, FakeEngine):
            self.engine.advance(0.01)
        self.said += self.engine.events()
        latest = self.engine.latest()
        return latest.runs if latest else ()

    def heard(self, kind: type[Kind]) -> list[Kind]:
        self.look()
        return [event for event in self.said if isinstance(event, kind)]

    def wait(self, kind: type[Kind], fits: Callable[[Kind], bool] = lambda event: True) -> Kind:
        return until(lambda: next(filter(fits, self.heard(kind)), None), kind.__name__)

    def wait_run(self, run_id: int, fits: Callable[[RunSnapshot], bool]) -> RunSnapshot:
        return until(lambda: next((run for run in self.look() if run.run_id == run_id and fits(run)), None), f"run {run_id}")

    def trains(self, run_id: int = 1) -> RunSnapshot:
        return self.wait_run(run_id, lambda run: run.status == "training" and run.step > 0)

    def stands(self, run_id: int = 1) -> RunSnapshot:
        return self.wait_run(run_id, lambda run: run.status == "paused")


@pytest.fixture(params=[RealEngine, FakeEngine], ids=["real", "fake"])
def talk(request: pytest.FixtureRequest) -> Iterator[Talk]:
    talk = Talk(request.param())
    yield talk
    if talk.engine.alive:
        talk.do(Shutdown(save=False))


@pytest.fixture
def opened(talk: Talk, source: str, elman: RunConfig, lstm: RunConfig) -> Talk:
    """With two small runs that train."""
    talk.do(opening(source, elman, lstm))
    talk.trains(1)
    talk.trains(2)
    return talk


def test_opening_brings_the_data_then_each_run_and_each_has_a_snapshot(
    talk: Talk, source: str, elman: RunConfig, lstm: RunConfig
) -> None:
    talk.do(opening(source, elman, lstm))
    talk.trains(2)
    order = [type(event) for event in talk.said if isinstance(event, DataOpened | RunAdded)]
    assert order == [DataOpened, RunAdded, RunAdded]
    assert talk.heard(DataOpened)[0].name == "animals.txt"
    assert [(run.run_id, run.config) for run in talk.heard(RunAdded)] == [(1, elman), (2, lstm)]
    assert [run.run_id for run in talk.look()] == [1, 2]


def test_without_runs_named_the_default_ones_are_opened(talk: Talk, source: str) -> None:
    talk.do(Pause(), OpenData(DataRequest(SourceFiles(source), "lm")))
    count = len(default_configs("lm"))
    until(lambda: len(talk.heard(RunAdded)) == count)
    assert [run.config for run in talk.heard(RunAdded)] == list(default_configs("lm"))
    assert all(run.paused for run in talk.heard(RunAdded))


def test_one_run_pauses_steps_and_resumes_while_the_other_trains(opened: Talk) -> None:
    opened.do(Pause(1))
    before = opened.stands().step
    opened.do(StepOnce(1))
    assert opened.wait_run(1, lambda run: run.step > before).step == before + 1
    assert opened.stands().step == before + 1
    assert opened.trains(2)
    opened.do(Resume(1))
    opened.wait_run(1, lambda run: run.status == "training" and run.step > before + 1)


def test_all_runs_pause_and_resume(opened: Talk) -> None:
    opened.do(Pause())
    opened.stands(1)
    opened.stands(2)
    opened.do(Resume())
    opened.trains(1)
    opened.trains(2)


def test_each_question_has_exactly_one_answer_with_its_number(opened: Talk) -> None:
    opened.do(Ask(1, 7, SHORT), Ask(2, 8, SHORT), Ask(99, 9, SHORT))
    until(lambda: {event.request_id for event in opened.heard(Answered)} == {7, 8})
    opened.wait(Unanswered)
    opened.do(CancelAsk(1, 7))  # it is there already
    opened.do(Ask(1, 10, SHORT))
    opened.wait(Answered, lambda event: event.request_id == 10)
    assert sorted((event.run_id, event.request_id) for event in opened.heard(Answered)) == [(1, 7), (1, 10), (2, 8)]
    assert [(event.run_id, event.request_id, bool(event.reason)) for event in opened.heard(Unanswered)] == [(99, 9, True)]


def test_only_what_is_watched_of_the_runs_that_are_watched_is_answered(opened: Talk) -> None:
    opened.do(watching(SHORT, runs=(2,)))
    first = opened.wait(Answered)
    assert (first.run_id, first.question, first.request_id) == (2, SHORT, None)
    assert isinstance(first.answer, Sampled)

    opened.do(watching(Trace("a dog"), runs=(1,)))
    opened.wait(Answered, lambda event: event.run_id == 1)
    assert {(event.run_id, type(event.answer)) for event in opened.heard(Answered)} == {(2, Sampled), (1, Traced)}

    opened.do(Watch(), Pause())
    opened.stands(1)
    opened.stands(2)
    count = len(opened.heard(Answered))
    opened.do(StepOnce(1), Ask(1, 1, SHORT))  # asked after the step: a watched answer would have come before
    opened.wait(Answered, lambda event: event.request_id == 1)
    assert len(opened.heard(Answered)) == count + 1


def test_saving_tells_the_file_and_the_step(opened: Talk) -> None:
    opened.do(Pause())
    step = opened.stands(1).step
    opened.stands(2)
    opened.do(SaveRuns(1))
    saved = opened.wait(Saved)
    assert (saved.run_id, saved.step) == (1, step)
    assert saved.path.endswith(".safetensors")
    run = opened.wait_run(1, lambda run: run.saved_step == step)
    assert run.path == saved.path
    opened.do(SaveRuns())
    assert opened.wait(Saved, lambda saved: saved.run_id == 2).path != saved.path


def test_a_saved_run_is_loaded_as_another_run(opened: Talk, elman: RunConfig) -> None:
    opened.do(Pause(1), SaveRuns(1))
    path = opened.wait(Saved).path
    step = opened.stands(1).step
    opened.do(RemoveRun(1))
    opened.wait(RunRemoved)
    opened.do(LoadRun(path))
    added = opened.wait(RunAdded, lambda run: run.run_id == 3)
    assert added.config == elman
    assert opened.wait_run(3, lambda run: run.step >= step).path == path


def test_a_run_that_is_removed_is_gone_and_so_are_commands_to_it(opened: Talk) -> None:
    opened.do(RemoveRun(1))
    assert opened.wait(RunRemoved).run_id == 1
    assert [run.run_id for run in opened.look()] == [2]
    opened.do(
        Pause(1), Resume(1), StepOnce(1), ResetRun(1), ScaleLearningRate(1, 2.0), SaveRuns(1), RemoveRun(1), Ask(1, 5, SHORT)
    )
    assert opened.wait(Unanswered).request_id == 5
    opened.trains(2)
    assert len(opened.heard(RunRemoved)) == 1
    assert not opened.heard(RateChanged)


def test_a_reset_leads_back_to_the_first_step(opened: Talk) -> None:
    opened.do(Pause(1))
    opened.stands()
    opened.do(ResetRun(1))
    assert opened.wait_run(1, lambda run: run.step == 0).elapsed_s == 0.0


def test_the_rate_of_one_run_is_scaled_and_told(opened: Talk, elman: RunConfig) -> None:
    opened.wait_run(1, lambda run: run.step > elman.warmup_steps)
    opened.do(ScaleLearningRate(1, 0.5))
    told = opened.wait(RateChanged)
    assert told.run_id == 1
    assert told.learning_rate == pytest.approx(0.5 * elman.learning_rate)
    opened.wait_run(1, lambda run: run.learning_rate == pytest.approx(0.5 * elman.learning_rate))


def test_what_can_not_be_done_is_said_and_the_runs_go_on(opened: Talk, tmp_path: Path) -> None:
    another_task = AddRun(default_configs("tag")[0])
    for command in (LoadRun(str(tmp_path / "none.safetensors")), another_task, SaveRuns(path="one.safetensors")):
        opened.said.clear()
        opened.do(command)
        assert opened.wait(Notice, lambda notice: notice.severity == "error").text
        assert not opened.heard(RunAdded)
    opened.trains(1)


def test_the_end_saves_each_run_and_then_nothing_is_heard(opened: Talk) -> None:
    opened.do(Shutdown())
    until(lambda: not opened.engine.alive, "the end")
    assert sorted(saved.run_id for saved in opened.heard(Saved)) == [1, 2]
    count = len(opened.said)
    opened.do(Resume(), SaveRuns(), Ask(1, 1, SHORT))
    opened.look()
    assert len(opened.said) == count
