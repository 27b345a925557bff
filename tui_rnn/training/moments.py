"""Weights of moments of a run's past: so that whatever can be asked of a network can be asked of it as it was.

A moment is kept at steps that stand ever farther apart: 0, 1, 2, 3 and so on, from some step on MOMENTS_AN_OCTAVE while the
number of steps doubles. Where there is no more room, those go whose neighbours are closest. Which ones are kept depends on
the steps and the room alone.
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
STATE = ("adam_m.", "adam_v.", "state.")  # what a network's arrays are called that are no weights
STEPS = "steps"  # the name of their array among those of a file


class Moments:
    """The weights that are kept, at most `limit_mb` of them, by the training step after which they were the run's."""

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
        """Keep a copy of the network's weights, where the step is one to be kept. Steps come in ascending order."""
        if self._limit_bytes and step == due_after(step - 1) and (not self._steps or step > self._steps[-1]):
            self._steps.append(step)
            self._weights.append(network.parameters)
            room = self._limit_bytes // max(1, sum(array.nbytes for array in self._weights[0].values()))
            while len(self._steps) > room:
                self._let_go()

    def _let_go(self) -> None:
        """Of the one whose neighbours are closest; the first stays, and so does the last, where there is room for two."""
        ratios = [(after + 1) / (before + 1) for before, after in zip(self._steps, self._steps[2:], strict=False)]
        gone = 1 + ratios.index(min(ratios)) if ratios else len(self._steps) - 1
        del self._steps[gone], self._weights[gone]

    def forget_after(self, step: int) -> None:
        """The run goes on from there anew."""
        kept = bisect.bisect_right(self._steps, step)
        del self._steps[kept:], self._weights[kept:]

    def weights_at(self, step: int) -> Weights:
        """Those of a step that is kept."""
        return self._weights[self._steps.index(step)]

    @property
    def weights(self) -> dict[int, Weights]:
        """All of them by their step: the arrays stay as they are, whatever is kept or let go from now on."""
        return dict(zip(self._steps, self._weights, strict=True))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of them, for a file: the steps (n,), and each parameter (n, …)."""
        if not self._steps:
            return {}
        stacked = {name: np.stack([weights[name] for weights in self._weights]) for name in self._weights[0]}
        return {STEPS: np.array(self._steps, np.int64), **stacked}

    @classmethod
    def restored(cls, limit_mb: float, arrays: Mapping[str, NDArray[Any]]) -> Moments:
        """What `arrays` gave."""
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
    """`moments.*` of a run's file as `arrays` gave them, {} where there are none. shapes: of the network's arrays. Raises
    ValueError before memory is taken for what the settings don't allow."""
    if f"moments.{STEPS}" not in file.tensors:
        return {}
    count, shapes = file.tensors[f"moments.{STEPS}"], {k: v for k, v in shapes.items() if not k.startswith(STATE)}
    most = int(limit_mb * MEGABYTE) // (4 * sum(map(math.prod, shapes.values())))
    if count.dtype != np.int64 or len(count.shape) != 1 or not 1 <= count.shape[0] <= most:
        raise ValueError(f"its moments are {count.dtype} {count.shape}, its settings allow 1 to {most:,}")
    steps = file.read(f"moments.{STEPS}")
    if steps[0] < 0 or steps[-1] > last_step or (np.diff(steps) <= 0).any():
        raise ValueError(f"its moments are not of ascending steps from 0 to {last_step:,}")
    found = {STEPS: steps}
    for name, shape in shapes.items():
        tensor = file.tensors[f"moments.{name}"]
        if tensor.shape != (len(steps), *shape) or tensor.dtype != np.float32:
            wanted = (len(steps), *shape)
            raise ValueError(f"tensor 'moments.{name}' is {tensor.dtype} {tensor.shape}, expected float32 {wanted}")
        found[name] = file.read(f"moments.{name}")
        if not np.isfinite(found[name]).all():
            raise ValueError(f"tensor 'moments.{name}' holds NaN or infinity")
    return found


def nearest(steps: tuple[int, ...], wanted: int) -> int:
    """The one of these steps that is closest to the wanted one; of two, the later."""
    return min(steps, key=lambda step: (abs(step - wanted), -step))
