"""When a watched run is looked into, on a clock that the test moves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tests.lab.conftest import Write
from tests.lab.examples import config, request
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.opening import open_data
from tui_rnn.errors import InputError
from tui_rnn.lab import watching
from tui_rnn.lab.messages import Event, Notice, Sampling, Watch
from tui_rnn.lab.watching import Watcher
from tui_rnn.training.trainer import Trainer


@dataclass
class Stage:
    """A watcher of run 1 whose looks cost what the test says; it counts them."""

    trainer: Trainer
    now: float = 1000.0
    cost_s: float = 0.0
    traces: int = 0
    samples: int = 0

    def __post_init__(self) -> None:
        self.heard: list[Event] = []
        self.watcher = Watcher(1, self.heard.append)

    def look(self, watch: Watch, after_s: float = 0.0, steps: int = 0) -> tuple[int, int]:
        """So many traces and samples were made after so much time and so many more steps."""
        self.now += after_s
        self.trainer.step += steps
        self.traces = self.samples = 0
        self.watcher.look(self.trainer, watch)
        return self.traces, self.samples


@pytest.fixture
def stage(text: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage(Trainer(RunConfig(hidden_size=16, batch_size=4, seq_len=16), corpus_from_text(text)))

    def trace(*arguments: object) -> Notice:
        stage.traces += 1
        stage.now += stage.cost_s
        return Notice("a trace")

    def sample(*arguments: object) -> Notice:
        stage.samples += 1
        return Notice("a sample")

    monkeypatch.setattr(watching, "trace", trace)
    monkeypatch.setattr(watching, "draw_sample", sample)
    monkeypatch.setattr(watching.time, "monotonic", lambda: stage.now)
    return stage


WATCH = Watch((1,), sample_interval_s=3.0, trace_interval_s=0.4)


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
    probed = Watch((1,), sample_interval_s=3.0, trace_interval_s=0.4, probe="cat")
    assert stage.look(probed) == (1, 0)
    warmer = Watch((1,), Sampling(temperature=1.5), 3.0, "cat", trace_interval_s=0.4)
    assert stage.look(warmer) == (0, 1)


def test_samples_that_were_out_of_sight_for_a_while_come_again(stage: Stage) -> None:
    hidden = replace(WATCH, sample_interval_s=math.inf)
    stage.look(WATCH)
    assert stage.look(hidden, 8.0, steps=50) == (1, 0)
    assert stage.look(replace(hidden, sampling=Sampling(temperature=0.5)), 8.0, steps=50) == (1, 0)
    assert stage.look(WATCH, 0.1, steps=1) == (0, 1)


def test_a_look_that_takes_long_is_followed_by_a_long_rest(stage: Stage) -> None:
    stage.look(WATCH)
    stage.cost_s = 1.0
    stage.look(WATCH, 0.5, steps=5)
    assert stage.look(WATCH, 19.0, steps=5)[0] == 0
    assert stage.look(WATCH, 1.5, steps=5)[0] == 1


def test_a_first_look_that_compiles_is_followed_by_the_next_at_its_interval(stage: Stage) -> None:
    stage.cost_s = 2.0
    stage.look(WATCH)
    assert stage.look(WATCH, 0.5, steps=5)[0] == 1


def test_an_empty_probe_and_an_unwatched_run_cost_nothing(stage: Stage) -> None:
    assert stage.look(Watch((2,))) == (0, 0)
    assert stage.look(Watch((1,), probe=""))[0] == 0


def test_a_run_that_was_reset_is_looked_into_anew(stage: Stage) -> None:
    stage.look(WATCH)
    stage.watcher.forget()
    assert stage.look(WATCH) == (1, 1)


def test_examples_are_answered_at_their_own_interval_and_another_choice_at_once(
    stage: Stage, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.trainer = Trainer(config("classify"), open_data(request("classify", write("classify"))))
    asked: list[tuple[int, int]] = []

    def answer(trainer: Trainer, run_id: int, count: int, chosen: int) -> Notice:
        asked.append((count, chosen))
        return Notice("answers")

    monkeypatch.setattr(watching, "answer_examples", answer)
    watch = replace(WATCH, examples=5, answer_interval_s=1.0)
    for after_s in (0.0, 0.5, 0.6):
        stage.look(watch, after_s, steps=1)
    stage.look(replace(watch, probe_example=3))
    assert asked == [(5, 0), (5, 0), (5, 3)]
    assert stage.samples == 0


def test_the_same_refusal_is_told_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise InputError("no")

    monkeypatch.setattr(watching, "draw_sample", refuse)
    for _ in range(3):
        stage.look(WATCH, 10.0, steps=1)
    assert stage.heard.count(Notice("no", "error")) == 1


def test_two_refusals_that_alternate_are_told_once_each(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(reason: str) -> Callable[..., None]:
        def refuse(*arguments: object) -> None:
            raise InputError(reason)

        return refuse

    monkeypatch.setattr(watching, "trace", refusing("no trace"))
    monkeypatch.setattr(watching, "draw_sample", refusing("no sample"))
    for _ in range(3):
        stage.look(WATCH, 10.0, steps=1)
    assert stage.heard == [Notice("no trace", "error"), Notice("no sample", "error")]
