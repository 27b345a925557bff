"""Training time: a process that was stopped meanwhile has not trained, and no date changes it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.training.stopwatch import Stopwatch
from tui_rnn.training.trainer import Trainer


@pytest.mark.parametrize(
    ("wall", "cpu", "counted"),
    [
        (0.05, 0.05, 0.05),
        (0.05, 0.0, 0.05),  # too short to tell
        (3600.0, 0.04, 0.04),  # stopped for an hour
        (10.0, 4.0, 10.0),  # a busy machine
        (10.0, 20.0, 10.0),  # two cores
    ],
)
def test_the_time_in_which_the_process_was_stopped_is_left_out(
    monkeypatch: pytest.MonkeyPatch, wall: float, cpu: float, counted: float
) -> None:
    watch = Stopwatch(100.0, 7.0)
    monkeypatch.setattr(time, "perf_counter", lambda: 100.0 + wall)
    monkeypatch.setattr(time, "process_time", lambda: 7.0 + cpu)

    assert watch.passed() == pytest.approx(counted)


def test_a_run_with_a_goal_in_seconds_goes_on_after_an_hour_in_the_background(
    corpus: Corpus, small: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(replace(small, seconds=60.0), corpus)
    trainer.advance(1)
    real, stopped = time.perf_counter, 0.0
    monkeypatch.setattr(time, "perf_counter", lambda: real() + stopped)
    learn = trainer.learner.train

    def stop_meanwhile(*arguments: Any) -> object:
        nonlocal stopped
        stopped += 3600.0
        return learn(*arguments)

    monkeypatch.setattr(trainer.learner, "train", stop_meanwhile)
    trainer.advance(5)
    trainer.advance(5)
    assert trainer.elapsed_s < 30.0
    assert not trainer.finished


def test_a_date_that_jumps_changes_nothing(corpus: Corpus, small: RunConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, dates = Trainer(replace(small, seconds=60.0), corpus), iter([1e9, 0.0, 2e9] * 1000)
    monkeypatch.setattr(time, "time", lambda: next(dates))
    for _ in range(5):
        trainer.advance(2)
    assert 0.0 < trainer.elapsed_s < 30.0
    assert trainer.chars_per_s > 0
