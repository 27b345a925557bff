"""The mean of a run's weights over the last part of its time to the goal.

At a rate that stays high the weights wander about a place that is better than each of them (Polyak and Juditsky 1992; Izmailov
et al. 2018): their mean is smoother, and overfits less.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.training.schedule import Schedule
from tui_rnn.training.tensor_file import TensorFile

Weights = dict[str, NDArray[np.float32]]

AVERAGED_SHARE = 0.3  # of the way to the goal, its end
TAKEN = 200  # times on the whole way at most: a copy of the weights costs as much as some steps
NEVER = 1 << 30


class Averaging:
    """The mean so far of a run with that plan. count: of how many moments; 0 where nothing is averaged."""

    def __init__(self, schedule: Schedule, count: int = 0, mean: Weights | None = None) -> None:
        self._schedule, self.count = schedule, count
        self._mean: Weights = dict(mean or {})
        self._taken_at = 0.0

    def steps_to_next(self, step: int) -> int:
        """How many steps there are from this one to the next that is taken, where steps alone decide that."""
        return self._spacing - step % self._spacing if self._schedule.averages and self._schedule.total_steps else NEVER

    def note(self, step: int, used_s: float, network: Any) -> None:
        """Take the network's weights into the mean, if that is due."""
        if not self._schedule.averages or not self._due(step, used_s):
            return
        self.count += 1
        weights = network.parameters
        if self.count == 1:
            self._mean = weights
        for name, mean in self._mean.items():
            mean += (weights[name] - mean) / np.float32(self.count)

    def give(self, network: Any) -> None:
        """Make the mean the network's weights, if there is one."""
        if self.count:
            network.set_parameters(self._mean)

    def forget(self) -> None:
        """The run goes on from weights of its past."""
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


def read_average(file: TensorFile, count: int, shapes: Mapping[str, tuple[int, ...]]) -> Weights:
    """`average.*` of a run's file, {} where nothing was averaged. shapes: of the network's parameters. Raises KeyError or
    ValueError."""
    wanted = {name: (shape, "<f4") for name, shape in shapes.items()} if count else {}
    found = file.read_part("average.", wanted, 0)
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise ValueError(f"tensor 'average.{name}' holds NaN or infinity")
    return found
