"""Learning rates and the steps after which a run is evaluated, against the formulas written out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.training.schedule import Schedule, with_goal

TEXT = 1_000_000
SCORED = 65_536


def plan(**settings: Any) -> Schedule:
    config = RunConfig(**settings)
    chars = config.batch_size * config.seq_len
    return Schedule.of(config, TEXT / chars, SCORED / chars)


def test_the_rate_rises_linearly_to_its_peak_over_the_warm_up_and_stays() -> None:
    rates = plan(warmup_steps=4).learning_rates(0, 6, 0.2, 0.0, 0.0)
    assert rates == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.2, 0.2])


def test_without_a_warm_up_the_first_step_has_the_peak() -> None:
    assert plan(warmup_steps=0).learning_rates(0, 1, 0.2, 0.0, 0.0) == pytest.approx([0.2])


def test_a_cosine_over_steps_is_half_way_down_in_the_middle_and_near_zero_at_the_end() -> None:
    schedule = plan(warmup_steps=10, schedule="cosine", steps=110)
    rates = schedule.learning_rates(0, 110, 1.0, 0.0, 0.0)
    assert rates[60] == pytest.approx(0.5)
    assert rates[35] == pytest.approx((1 + math.cos(math.pi / 4)) / 2)
    assert 0 < rates[-1] < 0.001


def test_a_cosine_over_seconds_follows_the_time_and_not_the_steps() -> None:
    schedule = plan(warmup_steps=0, schedule="cosine", seconds=10.0)
    assert schedule.learning_rates(7, 1, 1.0, 5.0, 0.1) == pytest.approx([0.5])
    assert schedule.learning_rates(900, 3, 1.0, 4.9, 0.1)[1] == pytest.approx(0.5)
    assert schedule.learning_rates(9, 1, 1.0, 11.0, 0.1) == pytest.approx([0.0])


def test_rates_do_not_depend_on_how_steps_are_grouped() -> None:
    schedule = plan(schedule="cosine", steps=100)
    singly = np.concatenate([schedule.learning_rates(step, 1, 0.3, 0.0, 0.0) for step in range(100)])
    assert np.array_equal(schedule.learning_rates(0, 100, 0.3, 0.0, 0.0), singly)


def test_a_cosine_without_a_goal_is_refused_with_advice() -> None:
    with pytest.raises(InputError, match="needs a goal: set steps, epochs or seconds"):
        plan(schedule="cosine")


def test_epochs_are_passes_through_the_training_part_in_whole_steps() -> None:
    schedule = plan(epochs=1.5, batch_size=10, seq_len=100)
    assert schedule.total_steps == 1500
    assert not schedule.reached(1499, 0.0)
    assert schedule.reached(1500, 0.0)


def test_seconds_are_reached_by_time_alone() -> None:
    schedule = plan(seconds=2.0)
    assert not schedule.reached(10**9, 1.99)
    assert schedule.reached(0, 2.0)


def test_a_run_without_a_goal_never_ends() -> None:
    assert not plan().reached(10**12, 1e9)


def test_a_new_goal_replaces_the_old_one() -> None:
    config = with_goal(RunConfig(steps=5), {"epochs": 2.0})
    assert (config.steps, config.epochs, config.seconds) == (None, 2.0, None)


@given(batch_size=st.integers(1, 64), seq_len=st.integers(1, 200), steps=st.integers(1, 5000) | st.none())
def test_evaluations_are_due_exactly_where_the_next_one_is_announced(batch_size: int, seq_len: int, steps: int | None) -> None:
    schedule = plan(batch_size=batch_size, seq_len=seq_len, steps=steps)
    step, announced = 0, {0}
    while step < 3000:
        step += schedule.steps_to_evaluation(step)
        announced.add(step)
    assert announced == {step for step in range(step + 1) if schedule.evaluates_after(step)}


@pytest.mark.parametrize("scored_steps", [0.4, 5, 64])
def test_evaluations_cost_at_most_a_twentieth_of_the_training(scored_steps: float) -> None:
    schedule = Schedule.of(RunConfig(), 1000, scored_steps)
    steps = 20 * schedule.evaluation_interval
    evaluations = sum(schedule.evaluates_after(step) for step in range(steps + 1))
    forward_share = 1 / 3  # a training step is one pass forward and about two backward
    assert evaluations * scored_steps * forward_share < 0.06 * steps


def test_the_goal_itself_is_an_evaluation_point() -> None:
    assert plan(steps=777).evaluates_after(777)


def test_a_peak_that_is_a_whole_number_is_scaled_like_any_other() -> None:
    assert plan(warmup_steps=4).learning_rates(0, 2, 1, 0.0, 0.0) == pytest.approx([0.25, 0.5])
