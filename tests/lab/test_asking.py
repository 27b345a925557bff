"""Questions put to a run that trains: slow ones beside the training, on weights of the moment when they were asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
import safetensors.numpy

from tests.lab.bench import Bench, asked_as, until, watching
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import open_corpus
from tui_rnn.fields import described
from tui_rnn.insight import registry
from tui_rnn.insight.biography import Biography, BiographyFound
from tui_rnn.insight.question import Answer, Progress, Question, Subject
from tui_rnn.insight.registry import QuestionEntry
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab.asking import Asker
from tui_rnn.lab.messages import (
    Ask,
    AskProgress,
    CancelAsk,
    Event,
    HoldWeights,
    Pause,
    RemoveRun,
    ResetRun,
    RunRemoved,
    Saved,
    Unanswered,
    WeightsHeld,
)
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer


@dataclass(frozen=True)
class Count(Question["Counted"]):
    """How often the asker was let on, and the sum of the weights at the beginning and at the end."""

    parts: int = described(3, "parts of the work", low=1, high=1000)
    fails: bool = described(False, "whether the work fails")


@dataclass(frozen=True, eq=False)
class Counted(Answer):
    before: float
    after: float
    thread: str


def total(subject: Subject) -> float:
    return float(sum(np.abs(values).sum(dtype=np.float64) for values in subject.network.parameters.values()))


class Gate:
    """Work that goes on to its next part when the test says so."""

    def __init__(self) -> None:
        self.open = threading.Semaphore(0)
        self.reached = self.step = 0

    def answer(self, subject: Subject, question: Count, progress: Progress) -> Counted:
        before, self.step = total(subject), subject.step
        for part in range(question.parts):
            progress(part, question.parts)
            self.reached = part + 1
            assert self.open.acquire(timeout=60)
        progress(question.parts, question.parts)
        if question.fails:
            raise ZeroDivisionError("no")
        return Counted(subject.step, before, total(subject), threading.current_thread().name)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    entry = QuestionEntry("count", "a count", Count, gate.answer, slow=True)
    monkeypatch.setitem(registry.QUESTIONS, "count", entry)
    monkeypatch.setitem(registry._BY_TYPE, Count, entry)
    yield gate
    gate.open.release(1000)


def test_training_goes_on_while_a_slow_question_is_answered_about_the_weights_of_then(
    bench: Bench, source: str, elman: RunConfig, gate: Gate
) -> None:
    bench.open(source, elman)
    bench.wait_steps(1, 5)
    bench.do(Ask(1, 9, Count()))
    until(lambda: gate.reached == 1)
    bench.wait_run(1, lambda run: run.step > gate.step + 50)
    gate.open.release(3)
    answered = bench.wait_answer(Counted)
    assert (answered.request_id, answered.question) == (9, Count())
    assert answered.step == gate.step
    assert answered.answer.before == answered.answer.after
    assert answered.answer.thread.startswith("asker")


def test_a_slow_question_tells_how_far_it_is(
    bench: Bench, source: str, elman: RunConfig, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_rnn.lab.asking.PROGRESS_S", 0.0)
    bench.open(source, elman)
    bench.do(Ask(1, 9, Count(parts=4)))
    gate.open.release(4)
    bench.wait_answer(Counted)
    assert bench.heard(AskProgress) == [AskProgress(1, 9, done, 4) for done in range(5)]


@pytest.mark.parametrize("command", [CancelAsk(1, 9), ResetRun(1), RemoveRun(1)])
def test_a_question_that_nobody_waits_for_ends_without_a_reason(
    bench: Bench, source: str, elman: RunConfig, gate: Gate, command: CancelAsk | ResetRun | RemoveRun
) -> None:
    bench.open(source, elman)
    bench.do(Ask(1, 9, Count(parts=1000)), Ask(1, 10, Count(parts=1000)))
    until(lambda: gate.reached == 1)
    bench.do(command)
    if isinstance(command, RemoveRun):
        bench.wait(RunRemoved)
    else:
        bench.do(CancelAsk(1, 10), CancelAsk(1, 77), Ask(1, 11, Sample()))
        bench.wait_answer(Sampled)
    gate.open.release(1000)
    until(lambda: len(bench.heard(Unanswered)) == 2)
    assert {(told.request_id, told.reason) for told in bench.heard(Unanswered)} == {(9, ""), (10, "")}
    assert not bench.answers(Counted)


def test_an_error_in_a_question_is_told_and_training_goes_on(bench: Bench, source: str, elman: RunConfig, gate: Gate) -> None:
    bench.open(source, elman)
    gate.open.release(3)
    bench.do(Ask(1, 9, Count(fails=True)))
    assert "unexpected ZeroDivisionError: no" in bench.wait(Unanswered).reason
    bench.wait_steps(1, 5)


def test_a_question_that_comes_when_nobody_listens_any_more_costs_the_training_nothing(
    source: str, elman: RunConfig, gate: Gate
) -> None:
    heard: list[Event] = []
    asker = Asker(1, heard.append)
    asker.close()
    asker.ask(Trainer(elman, open_corpus(source)), Ask(1, 7, Count()))
    [told] = heard
    assert isinstance(told, Unanswered)
    assert told.request_id == 7


def test_what_is_no_question_is_refused(bench: Bench, source: str, elman: RunConfig) -> None:
    @dataclass(frozen=True)
    class Unknown(Question[Answer]):
        pass

    bench.open(source, elman)
    bench.do(Ask(1, 9, Unknown()))
    assert "is no question" in bench.wait(Unanswered).reason


def test_a_slow_question_that_is_watched_is_asked_again_when_it_is_answered(
    bench: Bench, source: str, elman: RunConfig, gate: Gate
) -> None:
    bench.open(source, elman)
    bench.do(watching(Count(parts=1)))
    until(lambda: gate.reached == 1)
    bench.wait_steps(1, 20)
    assert not bench.answers(Counted)
    gate.open.release(1000)
    until(lambda: len(bench.answers(Counted)) >= 3)
    steps = [answered.step for answered in bench.answers(Counted)]
    assert steps == sorted(set(steps))


def test_a_run_learns_the_same_while_slow_questions_are_answered(
    bench: Bench, source: str, elman: RunConfig, gate: Gate
) -> None:
    goal = replace(elman, steps=200, dropout=0.2)
    gate.open.release(100_000)
    bench.do(watching(Count(parts=5)))
    bench.open(source, goal)
    path = bench.wait(Saved).path
    alone = Trainer(goal, open_corpus(source))
    while not alone.finished:
        alone.advance(100)
    in_the_lab = safetensors.numpy.load_file(path)
    for name, array in alone.learner.network.arrays().items():
        assert in_the_lab[name].tobytes() == array.tobytes(), name


def test_a_question_about_a_kept_moment_is_answered_by_its_weights_and_says_which(
    bench: Bench, source: str, elman: RunConfig
) -> None:
    bench.open(source, replace(elman, steps=60))
    run = bench.wait_run(1, lambda run: run.status == "finished")
    assert run.moments[:4] == (0, 1, 2, 3)
    bench.do(Ask(1, 1, Trace("the cat"), at_step=30), Ask(1, 2, Trace("the cat"), at_step=10**9))
    then, now = (bench.wait_answer(Traced, asked_as(k)).answer for k in (1, 2))
    assert then.step == min(run.moments, key=lambda step: abs(step - 30))
    assert now.step == 60
    alone = Trainer(elman, open_corpus(source))
    while alone.step < then.step:
        alone.advance(1)
    found = registry.answer(subject_of(alone), Trace("the cat"))
    np.testing.assert_array_equal(then.readings[0].signals["h"], found.readings[0].signals["h"])


def test_weights_that_are_held_answer_while_training_goes_on(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.wait_steps(1, 37)
    bench.do(HoldWeights(1))
    held = until(lambda: bench.heard(WeightsHeld))[0].step
    bench.wait_run(1, lambda run: run.step > held + 50)
    bench.do(Ask(1, 1, Trace("the cat"), at_step=held))
    found = bench.wait_answer(Traced, asked_as(1)).answer
    assert found.step == held
    alone = Trainer(elman, open_corpus(source))
    while alone.step < held:
        alone.advance(1)
    told = registry.answer(subject_of(alone), Trace("the cat"))
    np.testing.assert_array_equal(found.readings[0].signals["h"], told.readings[0].signals["h"])


def test_weights_that_are_held_have_the_whole_past_of_their_run(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.wait_steps(1, 20)
    bench.do(HoldWeights(1))
    held = until(lambda: bench.heard(WeightsHeld))[0].step
    bench.do(Ask(1, 1, Biography(0, length=200, most=4), at_step=held))
    found = bench.wait_answer(BiographyFound, asked_as(1)).answer
    assert found.step == held
    assert len(found.at) == 4


def test_a_kept_moment_that_is_held_answers_when_it_is_kept_no_more(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.wait_steps(1, 20)
    bench.do(HoldWeights(1, at_step=2))
    assert until(lambda: bench.heard(WeightsHeld)) == [WeightsHeld(1, 2)]
    bench.do(Pause(1), ResetRun(1))
    bench.wait_run(1, lambda run: run.moments == (0,))
    bench.do(Ask(1, 1, Trace("the cat"), at_step=2))
    assert bench.wait_answer(Traced, asked_as(1)).step == 2


def test_a_reset_clears_the_moments(bench: Bench, source: str, elman: RunConfig) -> None:
    bench.open(source, elman)
    bench.wait_steps(1, 50)
    bench.do(Pause(1), ResetRun(1))
    run = bench.wait_run(1, lambda run: run.status == "paused" and run.step == 0)
    assert run.moments == (0,)
