"""What all networks that read whole sequences have in common: parameters, a training step, work in chunks."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_rnn import kernels
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.equations.dropout import mask_seed
from tui_rnn.kernels.equations.optimizer import BLOCK, end_step
from tui_rnn.kernels.equations.sequences import Dropout
from tui_rnn.kernels.machine.threads import SHARDS, Worker
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.parameters import Floats, Layout
from tui_rnn.layers.store import Store, check_arrays
from tui_rnn.layers.team import Phase, Team

Integers = NDArray[np.integer]

CHUNK_ROWS = 4096
"""Characters that are read at a time when nothing is learned."""

SHARDED_FROM = 8
"""Sequences in a batch from which on it is divided into shards."""

NO_DROPOUT = Dropout(0.0, 0, 0, 0)


@dataclass(frozen=True)
class SequenceTrace:
    """Everything inside the layers as they read a text.

    directions: the signals of reading from the start and, in a bidirectional network, from the end; each name →
    (T, layers, hidden) by the names of the table of cells, at the character that they belong to.
    """

    directions: tuple[dict[str, Floats], ...]


class Layers(ABC):
    """What reads a shard of a batch, forward and back: layers over the parameters of a store, with a shard's activations.

    `begin`, whose arguments differ, makes ready for sequences; the other methods note kernels on a worker. `readout` holds
    what was predicted.
    """

    readout: Readout

    @abstractmethod
    def pack(self, worker: Worker) -> None:
        """The parameters in panels, for all shards."""

    @abstractmethod
    def forward(self, worker: Worker, drop: Dropout) -> None:
        """From the sequences to the readout's logits."""

    @abstractmethod
    def backward(self, worker: Worker, drop: Dropout) -> None:
        """From the derivative by the logits to the shard's gradient, to which it is added."""


def noisy(ids: NDArray[np.int32], size: int, config: RunConfig, shard: int, step: int | None) -> NDArray[np.int32]:
    """The characters of a shard of a batch, at a share config.input_noise of the places another of the `size` at random,
    which ones depends on seed, step and shard; as they are with step None, when nothing is learned."""
    if step is not None and config.input_noise > 0:
        rng = np.random.default_rng((config.seed, step, shard))
        wrong = rng.random(len(ids)) < config.input_noise
        ids[wrong] = rng.integers(0, size, int(wrong.sum()))
    return ids


Shard = TypeVar("Shard", bound=Layers)


class SequenceNetwork(Generic[Shard]):
    """A network with its Adam state.

    A training step divides its batch into shards: see kernels.equations.training for why. How depends on the batch alone, so no
    result depends on the number of threads.
    """

    def __init__(self, config: RunConfig, layout: Layout, layers: Callable[[Store], Shard]):
        kernels.compile_for(type(self))
        self.config = config
        self._store = Store(layout, config, shards=SHARDS)
        self._shards = [layers(self._store.shard(number)) for number in range(SHARDS)]
        self._team = Team()
        self._partial = np.zeros(-(-layout.size // BLOCK))
        self._totals, self._result = np.zeros((SHARDS, 1)), np.zeros(2)

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

    # ---------------------------------------------------------------- the steps

    @property
    def _layers(self) -> Shard:
        """Those that read a whole batch when nothing is learned."""
        return self._shards[0]

    def _begin_shards(self, lengths: Sequence[int], begin: Callable[[Shard, list[int]], None]) -> int:
        """begin(layers, numbers) with the sequences of each shard of a batch to learn from; how many shards it fills."""
        groups = divided(lengths)
        for layers, group in zip(self._shards, groups, strict=False):
            begin(layers, group)
        return len(groups)

    def _learning(self, used: int, step: int) -> list[Phase]:
        """Gradients of the first `used` shards, each of which has begun."""
        shards = self._shards[:used]
        rows = sum(shard.readout.rows for shard in shards)
        self._totals[:] = 0

        def of(number: int) -> Callable[[Worker], None]:
            shard, total = shards[number], self._totals[number]
            drop = Dropout(self.config.dropout, mask_seed(self.config.seed, number), step, 0)

            def learn(worker: Worker) -> None:
                shard.forward(worker, drop)
                shard.readout.score(worker, rows, self.config.label_smoothing, total)
                shard.backward(worker, drop)

            return learn

        return [[self._layers.pack], [of(number) for number in range(used)]]

    def _learn(self, learning_rate: float, step: int, threads: int, used: int) -> tuple[float, float]:
        """One training step on the shards that have begun: its mean loss, and its gradient's norm before clipping."""
        config, rows = self.config, sum(shard.readout.rows for shard in self._shards[:used])

        def end(worker: Worker) -> None:
            end_step(
                self._store.flat, self._partial, self._totals, rows, self._result, config.clip_norm, learning_rate,
                config.weight_decay, step + 1, worker,
            )  # fmt: skip

        self._team.run(threads, *self._learning(used, step), [end])
        loss, norm = map(float, self._result)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            self._store.clear_gradients()
        return loss, norm

    def _loss_and_gradients(self, threads: int, used: int) -> tuple[float, dict[str, Floats]]:
        self._team.run(threads, *self._learning(used, 0))
        rows = sum(shard.readout.rows for shard in self._shards[:used])
        return float(self._totals.sum()) / rows, self._store.take_gradients()

    def _read(self, threads: int) -> None:
        """Forward only, without dropout, what `_layers` has begun."""
        self._team.run(threads, [self._layers.pack], [lambda worker: self._layers.forward(worker, NO_DROPOUT)])


def divided(lengths: Sequence[int]) -> list[list[int]]:
    """The numbers of a batch's sequences in groups, one for each shard, alike in how many they are and in their lengths.

    A batch of fewer than SHARDED_FROM sequences is one group.
    """
    if len(lengths) < SHARDED_FROM:
        return [list(range(len(lengths)))]
    arranged = sorted(range(len(lengths)), key=lambda number: -lengths[number])
    # dealt to and fro, so that none always gets the longer one
    turns = [*range(SHARDS), *reversed(range(SHARDS))]
    return [[number for k, number in enumerate(arranged) if turns[k % len(turns)] == shard] for shard in range(SHARDS)]


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
