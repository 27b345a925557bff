"""Weights at moments of a run's past, so that every question about a network can also be asked about its past.

The kept moments are ever farther apart: steps 0, 1, 2, 3 and so on, and later MOMENTS_AN_OCTAVE while the number of steps
doubles. If there is no more room, the moments with the closest neighbours are removed. Which ones are kept depends only on the
steps and the room.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.training.tensor_file import TensorFile

Weights = dict[str, NDArray[np.float32]]

MOMENTS_AN_OCTAVE = 8
MEGABYTE = 1_000_000
NEVER = 1 << 30
STATE = ("adam_m.", "adam_v.", "state.")  # how the names of a network's arrays begin that are not weights
STEPS = "steps"  # the name of the array of their steps in a file


class Moments:
    """The kept weights, at most `limit_mb` megabytes, each with its training step."""

    def __init__(self, limit_mb: float) -> None:
        self._limit_bytes = int(limit_mb * MEGABYTE)
        self._steps: list[int] = []
        self._weights: list[Weights] = []

    @property
    def steps(self) -> tuple[int, ...]:
        """Ascending."""
        return tuple(self._steps)

    def steps_to_next(self, step: int) -> int:
        """How many steps there are from this one to the next that is kept."""
        return due_after(step) - step if self._limit_bytes else NEVER

    def note(self, step: int, network: Any) -> None:
        """Keep a copy of the network's weights, if this step is to be kept. Steps come in ascending order."""
        if self._limit_bytes and step == due_after(step - 1) and (not self._steps or step > self._steps[-1]):
            self._steps.append(step)
            self._weights.append(network.parameters)
            room = self._limit_bytes // max(1, sum(array.nbytes for array in self._weights[0].values()))
            while len(self._steps) > room:
                self._remove_one()

    def _remove_one(self) -> None:
        """Remove the moment with the closest neighbours. The first stays, and so does the last if there is room for two."""
        ratios = [(after + 1) / (before + 1) for before, after in zip(self._steps, self._steps[2:], strict=False)]
        gone = 1 + ratios.index(min(ratios)) if ratios else len(self._steps) - 1
        del self._steps[gone], self._weights[gone]

    def forget_after(self, step: int) -> None:
        """Forget all later moments: the run goes on from this step."""
        kept = bisect.bisect_right(self._steps, step)
        del self._steps[kept:], self._weights[kept:]

    def weights_at(self, step: int) -> Weights:
        """The weights of a step that is kept."""
        return self._weights[self._steps.index(step)]

    @property
    def weights(self) -> dict[int, Weights]:
        """All weights by their step. These arrays don't change, whatever is kept or removed later."""
        return dict(zip(self._steps, self._weights, strict=True))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All moments, for a file: the steps (n,), and each parameter (n, …)."""
        if not self._steps:
            return {}
        stacked = {name: np.stack([weights[name] for weights in self._weights]) for name in self._weights[0]}
        return {STEPS: np.array(self._steps, np.int64), **stacked}

    @classmethod
    def restored(cls, limit_mb: float, arrays: Mapping[str, NDArray[Any]]) -> Moments:
        """The moments whose `arrays` these are."""
        found = cls(limit_mb)
        found._steps = arrays[STEPS].tolist() if arrays else []
        names = [name for name in arrays if name != STEPS]
        found._weights = [{name: arrays[name][k].copy() for name in names} for k in range(len(found._steps))]
        return found


def due_after(step: int) -> int:
    """The first step after this one that is kept."""
    if step < 1:
        return step + 1
    octave = math.floor(math.log2(step) * MOMENTS_AN_OCTAVE)
    while (due := round(2 ** (octave / MOMENTS_AN_OCTAVE))) <= step:
        octave += 1
    return due


def read_moments(
    file: TensorFile, limit_mb: float, last_step: int, shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, NDArray[Any]]:
    """`moments.*` of a run's file as `arrays` gave them, {} if there are none. shapes: of the network's arrays. Raises
    ValueError before memory is taken for anything that the settings don't allow."""
    if f"moments.{STEPS}" not in file.tensors:
        return {}
    count, shapes = file.tensors[f"moments.{STEPS}"], {k: v for k, v in shapes.items() if not k.startswith(STATE)}
    most = int(limit_mb * MEGABYTE) // (4 * sum(map(math.prod, shapes.values())))
    if count.dtype != np.int64 or len(count.shape) != 1 or not 1 <= count.shape[0] <= most:
        raise ValueError(f"its moments are {count.dtype} {count.shape}, its settings allow 1 to {most:,}")
    steps = file.read(f"moments.{STEPS}")
    if steps[0] < 0 or steps[-1] > last_step or (np.diff(steps) <= 0).any():
        raise ValueError(f"its moments are not of ascending steps from 0 to {last_step:,}")
    return {STEPS: steps, **file.read_finite("moments.", {name: (len(steps), *shape) for name, shape in shapes.items()})}


def nearest(steps: tuple[int, ...], wanted: int) -> int:
    """The step that is closest to the wanted one; of two, the later."""
    return min(steps, key=lambda step: (abs(step - wanted), -step))
