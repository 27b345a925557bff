"""A goal in seconds holds for all that a run does, whatever it costs to score it: less is scored, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.training.closing import closing_scores
from tui_rnn.training.trainer import Trainer

STEP_S = 0.05
SECONDS = 10.0


def not_cancelled() -> bool:
    return False


class Clock:
    """Time that passes with training steps and with what is scored, at so many examples or tokens a second, `slower` times as
    many seconds once the goal is near."""

    def __init__(self, trainer: Trainer, monkeypatch: pytest.MonkeyPatch, scored_per_s: float, slower: float = 1.0) -> None:
        self.now, self.scored = 0.0, list[int]()
        learner, train, evaluate = trainer.learner, trainer.learner.train, trainer.learner.evaluate

        def slow_train(rates: Any, *more: Any) -> Any:
            self.now += STEP_S * len(rates)
            return train(rates, *more)

        def slow_evaluate(part: Any, threads: int, cancelled: Callable[[], bool]) -> Any:
            cost = len(part) / scored_per_s * (slower if self.now > 0.9 * SECONDS else 1.0)
            for _ in range(100):
                if cancelled():
                    return None
                self.now += cost / 100
            self.scored.append(len(part))
            return evaluate(part, threads, not_cancelled)

        monkeypatch.setattr(learner, "train", slow_train)
        monkeypatch.setattr(learner, "evaluate", slow_evaluate)
        for clock in ("perf_counter", "process_time"):
            monkeypatch.setattr(f"tui_rnn.training.stopwatch.time.{clock}", lambda: self.now)


def trained(data: Data, small: RunConfig, monkeypatch: pytest.MonkeyPatch, scored_per_s: float, slower: float = 1.0) -> Any:
    settings = {**small.settings, "schedule": "cosine", "seconds": SECONDS, "steps": None, "epochs": None}
    trainer = Trainer(RunConfig(data.kind.name, **settings), data)
    trainer.closes = True
    clock = Clock(trainer, monkeypatch, scored_per_s, slower)
    while not trainer.finished:
        trainer.advance_for(0.05)
    return trainer, clock


@pytest.fixture(params=["classify", "seq2seq"])
def task(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Data, RunConfig]:
    one = PROBLEMS[request.param]
    return one.open(tmp_path), one.config


@pytest.mark.parametrize("slower", [1.0, 3.0])
@pytest.mark.parametrize("share_a_second", [0.01, 0.1, 1.0, 100.0])
def test_the_closing_score_is_done_on_time(
    task: tuple[Data, RunConfig], monkeypatch: pytest.MonkeyPatch, share_a_second: float, slower: float
) -> None:
    data, small = task
    whole = len(data.validation)
    trainer, clock = trained(data, small, monkeypatch, share_a_second * whole, slower)
    (validation, _, _) = closing_scores(trainer, not_cancelled)
    assert validation is not None
    least_s = min(16, whole) / (share_a_second * whole)  # fewer are never scored, however slow it is
    assert clock.now <= SECONDS * 1.05 + 1 + least_s * (2 + slower)
    assert validation.examples == whole or validation.cut_from == whole
    if share_a_second * SECONDS > 30:
        assert (validation.examples, validation.cut_from) == (whole, 0)


def test_what_was_all_scored_at_the_goal_is_not_scored_again(
    task: tuple[Data, RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, small = task
    trainer, clock = trained(data, small, monkeypatch, scored_per_s=1e6)
    before = len(clock.scored)
    assert closing_scores(trainer, not_cancelled).validation is trainer.latest
    assert len(clock.scored) == before


def test_slow_scores_come_in_the_first_tenth_of_the_time_and_take_little_of_it(
    task: tuple[Data, RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, small = task
    monkeypatch.setattr("tui_rnn.training.fitting.LEAST_EXAMPLES", 2)
    whole = len(data.validation)
    trainer, clock = trained(data, small, monkeypatch, scored_per_s=2.0 * whole)
    curves = trainer.history.curves()
    first = curves["val_elapsed_s"][curves["val_chars"] > 0].min()
    assert first <= SECONDS / 10
    assert max(clock.scored) < whole
    assert len(trainer.scored) / (2 * whole) <= 0.016 * SECONDS


def test_without_a_goal_in_seconds_all_is_scored_however_long_it_takes(
    task: tuple[Data, RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, small = task
    trainer = Trainer(RunConfig(data.kind.name, **{**small.settings, "steps": 3, "seconds": None, "epochs": None}), data)
    Clock(trainer, monkeypatch, scored_per_s=0.1)
    while not trainer.finished:
        trainer.advance_for(0.05)
    found = closing_scores(trainer, not_cancelled).validation
    assert found is not None
    assert (found.examples, found.cut_from) == (len(data.validation), 0)
