"""What all networks that read whole sequences have in common: parameters, a training step, work in chunks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn import kernels
from tui_rnn.config import SequenceConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.optimizer import BLOCK, end_step
from tui_rnn.kernels.sequences import Dropout
from tui_rnn.kernels.threads import Part
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.parameters import Floats, Layout
from tui_rnn.layers.store import Store, check_arrays
from tui_rnn.layers.team import Team

Integers = NDArray[np.integer]

CHUNK_ROWS = 4096
"""Characters that are read at a time when nothing is learned."""


@dataclass(frozen=True)
class SequenceTrace:
    """Everything inside the layers as they read a text.

    directions: the signals of reading from the start and, in a bidirectional network, from the end; each name →
    (T, layers, hidden): i f g o c h (LSTM), r z n h (GRU), h (Elman), at the character that they belong to.
    """

    directions: tuple[dict[str, Floats], ...]


class SequenceNetwork:
    """A network with its Adam state. Subclasses say how a batch goes forward and back; `_readout` holds the loss."""

    _readout: Readout

    def __init__(self, config: SequenceConfig, layout: Layout):
        kernels.compile_loaded()
        self.config = config
        self._store = Store(layout, config)
        self._team = Team()
        self._partial = np.zeros(-(-layout.size // BLOCK))

    @property
    def parameter_count(self) -> int:
        return self._store.layout.parameter_count

    @property
    def parameters(self) -> dict[str, Floats]:
        """Copies by name."""
        return self._store.parameters

    def set_parameters(self, values: Mapping[str, Floats]) -> None:
        """Replace the parameters; Adam's state stays as it is."""
        self._store.set_parameters(values)

    def arrays(self) -> dict[str, Floats]:
        """Contiguous copies of all that training goes on from: parameters and Adam's moments."""
        return self._store.arrays()

    def load_arrays(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from what `arrays()` gave. Raises InputError when a name or a shape does not fit."""
        check_arrays(arrays, Store.shapes(self._store.layout))
        self._store.load_arrays(arrays)

    # ------------------------------------------------------------ to be filled

    def _pack(self, part: Part) -> None:
        raise NotImplementedError

    def _forward(self, part: Part, drop: Dropout) -> None:
        raise NotImplementedError

    def _backward(self, part: Part, drop: Dropout) -> None:
        raise NotImplementedError

    # ---------------------------------------------------------------- the steps

    def _noisy(self, ids: NDArray[np.int32], size: int, step: int | None) -> NDArray[np.int32]:
        """The characters of a batch, at a share config.input_noise of the places another of the `size` at random, which
        ones depends on seed and step; as they are with step None, when nothing is learned."""
        if step is not None and self.config.input_noise > 0:
            rng = np.random.default_rng((self.config.seed, step))
            wrong = rng.random(len(ids)) < self.config.input_noise
            ids[wrong] = rng.integers(0, size, int(wrong.sum()))
        return ids

    def _dropout(self, step: int) -> Dropout:
        return Dropout(self.config.dropout, self.config.seed, step, 0)

    def _learn(self, learning_rate: float, step: int, threads: int) -> tuple[float, float]:
        """One training step on the batch that was begun: its loss, and its gradient's norm before clipping."""
        config, drop = self.config, self._dropout(step)

        def learn(part: Part) -> tuple[float, float]:
            self._pack(part)
            self._forward(part, drop)
            self._readout.score(part, self.config.label_smoothing)
            loss = self._readout.loss
            self._backward(part, drop)
            norm = end_step(
                self._store.flat, self._partial, loss, config.clip_norm, learning_rate, config.weight_decay, step + 1, part
            )
            return loss, norm

        loss, norm = self._team.run(learn, threads)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            self._store.flat[1] = 0
        return loss, norm

    def _loss_and_gradients(self, threads: int) -> tuple[float, dict[str, Floats]]:
        drop = self._dropout(0)

        def find(part: Part) -> None:
            self._pack(part)
            self._forward(part, drop)
            self._readout.score(part, self.config.label_smoothing)
            self._backward(part, drop)

        self._team.run(find, threads)
        return self._readout.loss, self._store.take_gradients()

    def _read(self, threads: int) -> None:
        """Forward only, without dropout."""
        drop = Dropout(0.0, 0, 0, 0)

        def read(part: Part) -> None:
            self._pack(part)
            self._forward(part, drop)

        self._team.run(read, threads)


def checked(ids: NDArray[np.int32], size: int, what: str) -> NDArray[np.int32]:
    """`ids`, if all are 0 … size-1. Raises InputError."""
    if len(ids) and not 0 <= ids.min() <= ids.max() < size:
        raise InputError(f"{what} has ids from {ids.min()} to {ids.max()}, expected 0 to {size - 1}")
    return ids


def chunks(lengths: Sequence[int] | Integers) -> Iterator[NDArray[np.int64]]:
    """The numbers of sequences, in groups of similar lengths that hold up to about CHUNK_ROWS characters each."""
    given = np.asarray(lengths, np.int64)
    arranged = np.argsort(-given, kind="stable")
    group = np.cumsum(given[arranged]) // CHUNK_ROWS
    for k in np.unique(group):
        yield arranged[group == k]
