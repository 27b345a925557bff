"""The mean of a run's weights over the last part of its time to the goal.

If the learning rate stays high, the weights move around a point that is better than each of them (Polyak and Juditsky 1992;
Izmailov et al. 2018): their mean is smoother, and overfits less.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_rnn.training.moments import NEVER, Weights
from tui_rnn.training.schedule import Schedule

AVERAGED_SHARE = 0.3  # the mean is over this last part of the way to the goal
TAKEN = 200  # at most so many times on the whole way: a copy of the weights costs as much as some steps


class Averaging:
    """The mean of a run's weights so far. count: over how many moments; 0 if there is no mean."""

    def __init__(self, schedule: Schedule, count: int = 0, mean: Weights | None = None) -> None:
        self._schedule, self.count = schedule, count
        self._mean: Weights = dict(mean or {})
        self._taken_at = 0.0

    def steps_to_next(self, step: int) -> int:
        """How many steps there are from this one to the next that counts in the mean; NEVER if time decides that."""
        return self._spacing - step % self._spacing if self._schedule.averages and self._schedule.total_steps else NEVER

    def note(self, step: int, used_s: float, network: Any) -> None:
        """Add the network's weights to the mean, if that is due."""
        if not self._schedule.averages or not self._due(step, used_s):
            return
        self.count += 1
        weights = network.parameters
        if self.count == 1:
            self._mean = weights
        for name, mean in self._mean.items():
            mean += (weights[name] - mean) / np.float32(self.count)

    def give(self, network: Any) -> None:
        """Give the network the mean as its weights, if there is one."""
        if self.count:
            network.set_parameters(self._mean)

    def forget(self) -> None:
        """Forget the mean: the run goes on from weights of its past."""
        self.count, self._mean, self._taken_at = 0, {}, 0.0

    def arrays(self) -> Weights:
        """A copy of the mean, for a file."""
        return {name: array.copy() for name, array in self._mean.items()}

    @property
    def _spacing(self) -> int:
        return max(1, (self._schedule.total_steps or 0) // TAKEN)

    def _due(self, step: int, used_s: float) -> bool:
        done = self._schedule.done_share(step, used_s)
        if done < 1 - AVERAGED_SHARE:
            return False
        if self._schedule.total_steps is not None:
            return step % self._spacing == 0
        if done - self._taken_at < 1 / TAKEN:
            return False
        self._taken_at = done
        return True
