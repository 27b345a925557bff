"""When things happen in a run: the learning rate of each step, the steps after which it is evaluated, and its goal.

The learning rate rises linearly over the warm-up, then stays (`constant`), or falls along half a cosine to zero at the
goal (`cosine`), or to AVERAGED_RATE of its peak (`average`: the weights at the goal are then a mean, see averaging.py). It
falls over steps if the goal is in steps or epochs, over training time if it is in seconds. A run with a goal in seconds
depends on the machine's speed; only runs with a goal in steps or epochs repeat bit for bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import GOALS, RunConfig
from tui_rnn.errors import InputError

TRAINED_PER_SCORED = 7  # an evaluation costs a third of training: 1 / (3 × 7) keeps all of them below 5%
SCORED_SHARE = 0.1  # evaluations before the last take at most this share of (a goal in seconds + the time so far)
AVERAGED_RATE = 0.5  # of the peak, if the weights are averaged: they must go on moving
EARLY_DIVISORS = (64, 16, 4)  # the curve's first evaluations, as shares of the regular interval


def with_goal(config: RunConfig, goal: dict[str, Any]) -> RunConfig:
    """`config` with another goal, such as {"steps": 2000}, in place of its own."""
    no_goal: dict[str, Any] = dict.fromkeys(GOALS)
    return replace(config, **(no_goal | goal))


@dataclass(frozen=True)
class Schedule:
    """The plan of one run. total_steps and seconds are its goal; both None: it trains until it is stopped."""

    warmup_steps: int
    cosine: bool
    total_steps: int | None
    seconds: float | None
    evaluation_interval: int
    averages: bool = False

    @classmethod
    def of(cls, config: RunConfig, steps_per_epoch: float, scored_steps: float) -> Schedule:
        """The plan of `config` on data. steps_per_epoch: for a pass through the training part; scored_steps: how many steps
        would read the scored validation part.

        Raises InputError for a schedule that falls but has no goal.
        """
        total = config.steps
        if config.epochs is not None:
            total = max(1, math.ceil(round(config.epochs * steps_per_epoch, 6)))
        falls, averages = config.schedule != "constant", config.schedule == "average"
        if falls and total is None and config.seconds is None:
            raise InputError(
                f"schedule is {config.schedule}, which needs a goal: set steps, epochs or seconds, or schedule constant"
            )
        interval = max(1, math.ceil(round(TRAINED_PER_SCORED * scored_steps, 6)))
        return cls(config.warmup_steps, falls, total, config.seconds, interval, averages)

    def learning_rates(
        self, first_step: int, count: int, peak: float, elapsed_s: float, seconds_per_step: float
    ) -> NDArray[np.float64]:
        """The learning rates (count,) of the steps from `first_step` on, below the highest rate `peak`.

        elapsed_s and seconds_per_step place the steps in time; they matter only if the goal is in seconds.
        """
        steps = first_step + np.arange(count, dtype=np.float64)
        rates = np.full(count, peak, dtype=np.float64)
        if self.warmup_steps:
            rates *= np.minimum(1.0, (steps + 1) / self.warmup_steps)
        if self.cosine:
            progress = np.clip(self._progress(steps, first_step, elapsed_s, seconds_per_step), 0, 1)
            lowest = AVERAGED_RATE if self.averages else 0.0
            rates *= lowest + (1 - lowest) * 0.5 * (1 + np.cos(np.pi * progress))
        return rates

    def _progress(
        self, steps: NDArray[np.float64], first_step: int, elapsed_s: float, seconds_per_step: float
    ) -> NDArray[np.float64]:
        if self.seconds is not None:
            return (elapsed_s + (steps - first_step) * seconds_per_step) / self.seconds
        assert self.total_steps is not None
        return (steps - self.warmup_steps) / max(1, self.total_steps - self.warmup_steps)

    def done_share(self, step: int, elapsed_s: float) -> float:
        """How much of the way to the goal is done; 0 without a goal."""
        if self.seconds is not None:
            return elapsed_s / self.seconds
        return step / self.total_steps if self.total_steps else 0.0

    def reached(self, step: int, elapsed_s: float) -> bool:
        """Whether the goal is reached after `step` steps and elapsed_s of training."""
        if self.seconds is not None:
            return elapsed_s >= self.seconds
        return self.total_steps is not None and step >= self.total_steps

    def evaluates_after(self, step: int) -> bool:
        """Whether the validation loss is taken after `step` steps. It depends on steps alone, so that a run repeats."""
        interval = self.evaluation_interval
        return step % interval == 0 or step == self.total_steps or any(step == interval // part for part in EARLY_DIVISORS)

    def steps_to_evaluation(self, step: int) -> int:
        """How many steps after `step` the next evaluation is due; at least 1."""
        interval = self.evaluation_interval
        points = [interval // part for part in EARLY_DIVISORS] + [(step // interval + 1) * interval]
        if self.total_steps is not None:
            points.append(self.total_steps)
        return min(point for point in points if point > step) - step


class ScoringTime:
    """The time that evaluations take. If the goal is in seconds, the evaluations before the last must not take too much of the
    time in which the network should learn."""

    def __init__(self, goal_s: float | None) -> None:
        self._goal_s = goal_s
        self._total_s = 0.0
        self.longest_s = 0.0  # an evaluation that was given up counts with its time until then

    def note(self, duration_s: float) -> None:
        """Note that an evaluation took duration_s, or was given up after that."""
        self._total_s += duration_s
        self.longest_s = max(self.longest_s, duration_s)

    def allowed_s(self, elapsed_s: float) -> float:
        """How long an evaluation that is not the last may take now."""
        if self._goal_s is None:
            return math.inf
        return SCORED_SHARE * (self._goal_s + elapsed_s) - self._total_s
