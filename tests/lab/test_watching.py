"""When a watched run is looked into, on a clock that the test moves."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.lab.bench import watching
from tests.lab.conftest import Write
from tests.lab.examples import config, request
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.opening import open_data
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.question import Answer, Question, Subject
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.trace import Trace
from tui_rnn.lab import watching as watcher_module
from tui_rnn.lab.asking import Asker
from tui_rnn.lab.messages import Answered, Event, Notice, Watch, Watched
from tui_rnn.lab.watching import Watcher
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.trainer import Trainer


@dataclass
class Stage:
    """A watcher of run 1 whose looks cost what the test says; it counts them."""

    trainer: Trainer
    now: float = 1000.0
    cost_s: float = 0.0
    refusal: str = ""

    def __post_init__(self) -> None:
        self.heard: list[Event] = []
        self.watcher = Watcher(1, self.heard.append, Asker(1, self.heard.append))

    def answered(self, subject: Subject, question: Question[Any]) -> tuple[Answer | None, str]:
        self.now += self.cost_s
        return (None, f"{self.refusal} {type(question).__name__}") if self.refusal else (Answer(subject.step), "")

    def look(self, watch: Watch, after_s: float = 0.0, steps: int = 0) -> tuple[int, int]:
        """So many traces and samples were made after so much time and so many more steps."""
        self.now += after_s
        self.trainer.step += steps
        before = len(self.heard)
        self.watcher.look(self.trainer, watch)
        made = Counter(type(event.question) for event in self.heard[before:] if isinstance(event, Answered))
        return made[Trace], made[Sample]


@pytest.fixture
def stage(text: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage(Trainer(RunConfig(hidden_size=16, batch_size=4, seq_len=16), corpus_from_text(text)))
    monkeypatch.setattr(watcher_module, "answered", stage.answered)
    monkeypatch.setattr(time, "monotonic", lambda: stage.now)
    return stage


def both(probe: str | None = None, temperature: float = 0.8) -> Watch:
    """A trace every 0.4 s and a sample every 3 s."""
    sample = Sample(sampling=Sampling(temperature=temperature))
    return Watch((Watched(Trace(probe), (1,), 0.4), Watched(sample, (1,), 3.0)))


WATCH = both()


def test_looks_come_at_their_intervals(stage: Stage) -> None:
    assert stage.look(WATCH) == (1, 1)
    assert stage.look(WATCH, 0.3, steps=5) == (0, 0)
    assert stage.look(WATCH, 0.2, steps=5) == (1, 0)
    assert stage.look(WATCH, 2.6, steps=5) == (1, 1)


def test_weights_that_have_not_changed_are_not_looked_into_again(stage: Stage) -> None:
    stage.look(WATCH)
    assert stage.look(WATCH, 100.0) == (0, 0)
    assert stage.look(WATCH, 0.0, steps=1) == (1, 1)


def test_another_probe_or_temperature_is_answered_at_once_and_alone(stage: Stage) -> None:
    stage.look(WATCH)
    assert stage.look(both("cat")) == (1, 0)
    assert stage.look(both("cat", 1.5)) == (0, 1)


def test_samples_that_were_out_of_sight_for_a_while_come_again(stage: Stage) -> None:
    hidden = Watch(WATCH.questions[:1])
    stage.look(WATCH)
    assert stage.look(hidden, 8.0, steps=50) == (1, 0)
    assert stage.look(WATCH, 0.1, steps=1) == (0, 1)


def test_two_questions_of_one_class_are_kept_fresh_beside_each_other(stage: Stage) -> None:
    two = watching(Trace("a"), Trace("the"), interval_s=1.0)
    assert stage.look(two) == (2, 0)
    assert stage.look(two, 0.5, steps=1) == (0, 0)
    assert stage.look(two, 0.6, steps=1) == (2, 0)
    assert stage.look(watching(Trace("a"), Trace("dog"), interval_s=1.0)) == (1, 0)


def test_a_look_that_takes_long_is_followed_by_a_long_rest(stage: Stage) -> None:
    stage.look(WATCH)
    stage.cost_s = 1.0
    stage.look(WATCH, 0.5, steps=5)
    assert stage.look(WATCH, 18.9, steps=5)[0] == 0
    assert stage.look(WATCH, 1.5, steps=5)[0] == 1


def test_a_first_look_that_compiles_is_followed_by_the_next_at_its_interval(stage: Stage) -> None:
    stage.cost_s = 2.0
    stage.look(WATCH)
    assert stage.look(WATCH, 0.5, steps=5)[0] == 1


def test_an_unwatched_run_costs_nothing(stage: Stage) -> None:
    assert stage.look(watching(Trace(), runs=(2,))) == (0, 0)
    assert stage.look(Watch()) == (0, 0)


def test_a_run_that_was_reset_is_looked_into_anew(stage: Stage) -> None:
    stage.look(WATCH)
    stage.watcher.forget()
    assert stage.look(WATCH) == (1, 1)


def test_the_latest_evaluation_is_told_once_and_not_before_there_is_one(stage: Stage) -> None:
    def told(steps: int) -> int:
        before = len(stage.heard)
        stage.look(watching(Scores(latest=True)), 1.0, steps)
        return len(stage.heard) - before

    assert told(0) == told(5) == 0
    stage.trainer.latest, stage.trainer.latest_step = Evaluation(1.0, 9), 5
    assert [told(1), told(1), told(1)] == [1, 0, 0]
    stage.trainer.latest_step = 8
    assert [told(1), told(1)] == [1, 0]


def test_examples_are_answered_at_their_own_interval_and_another_choice_at_once(stage: Stage, write: Write) -> None:
    stage.trainer = Trainer(config("classify"), open_data(request("classify", write("classify"))))
    question = Predict(examples=5)
    for after_s in (0.0, 0.5, 0.6):
        stage.look(watching(question, interval_s=1.0), after_s, steps=1)
    stage.look(watching(replace(question, chosen=3), interval_s=1.0))
    asked = [event.question for event in stage.heard if isinstance(event, Answered)]
    assert asked == [question, question, replace(question, chosen=3)]


def test_the_same_refusal_is_told_once(stage: Stage) -> None:
    stage.refusal = "no"
    for _ in range(3):
        stage.look(watching(Sample()), 10.0, steps=1)
    assert stage.heard == [Notice("no Sample", "error")]


def test_two_refusals_that_alternate_are_told_once_each(stage: Stage) -> None:
    stage.refusal = "no"
    for _ in range(3):
        stage.look(WATCH, 10.0, steps=1)
    assert stage.heard == [Notice("no Trace", "error"), Notice("no Sample", "error")]
