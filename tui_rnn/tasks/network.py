"""What all networks have in common: parameters, training steps, work in chunks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from tui_rnn import kernels
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.equations.dropout import CALL, CLOCK_SIZE, STEP, Dropout, mask_seed
from tui_rnn.kernels.equations.optimizer import Steps, end_step
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.kernels.machine.threads import SHARDS
from tui_rnn.layers.encoder import Encoder
from tui_rnn.layers.linear import Readout
from tui_rnn.layers.parameters import Floats, Layout
from tui_rnn.layers.seldom import SeldomRows, Touched
from tui_rnn.layers.store import Store, check_arrays, check_shared
from tui_rnn.layers.team import Phase, Team

Integers = NDArray[np.integer]
Losses = NDArray[np.float64]

CHUNK_ROWS = 4096
"""Characters that are read at a time when nothing is learned."""

SHARDED_FROM = 8
"""A batch of so many sequences or more is divided into shards."""

NO_DROPOUT = Dropout(0.0, 0, np.zeros(CLOCK_SIZE, np.int64), 0)


@dataclass(frozen=True)
class SequenceTrace:
    """Everything inside the layers as they read a text.

    directions: the signals of reading from the start and, in a bidirectional network, from the end; each name →
    (T, layers, hidden), by the names in the table of cells, at the character to which they belong.
    """

    directions: tuple[dict[str, Floats], ...]


class Layers(ABC):
    """Layers over the parameters of a store, with the activations of one shard of a batch, forward and backward.

    `begin`, whose arguments differ, makes ready for sequences; the other methods note kernels. `readout` holds the
    predictions.
    """

    encoder: Encoder
    readout: Readout

    @abstractmethod
    def pack(self, program: Program) -> None:
        """The parameters in panels, for all shards."""

    @abstractmethod
    def forward(self, program: Program, drop: Dropout) -> None:
        """From the sequences to the readout's logits."""

    def score(self, program: Program, batch_rows: int, smoothing: float, total: Losses) -> None:
        """From the logits to the loss and their derivative: see Readout.score."""
        self.readout.score(program, batch_rows, smoothing, total)

    @abstractmethod
    def backward(self, program: Program, drop: Dropout) -> None:
        """From the derivative by the logits; adds to the shard's gradient."""


Shard = TypeVar("Shard", bound=Layers)


class Network(Generic[Shard]):
    """A network with its Adam state.

    A training step divides its batch into shards. Each has activations and a gradient of its own, which only the threads of
    one team touch: reading an array that another core wrote last takes a core much longer than the arithmetic. The teams
    exchange only the gradients, whose sum Adam gets, and the weights. How a batch is divided depends on the batch alone, so
    no result depends on the number of threads.
    """

    layout: ClassVar[Callable[..., Layout]]
    """From (config, how many symbols it reads, how many it chooses among) to where its parameters lie."""

    def __init__(
        self,
        config: RunConfig,
        layout: Layout,
        layers: Callable[[Store], Shard],
        shards: int = SHARDS,
        in_rows: Sequence[str] = (),
    ):
        """in_rows: the parameters of which a step touches the rows that `_touched` tells."""
        kernels.compile_for(type(self))
        self.config = config
        self._store = Store(layout, config, shards=shards)
        self._clock = np.zeros(CLOCK_SIZE, np.int64)
        self._shards = [layers(self._store.shard(number)) for number in range(shards)]
        self._team = Team()
        self._totals = np.zeros((shards, 1))
        self._seldom = SeldomRows(layout, in_rows)
        self._partial = np.zeros(len(self._seldom.blocks))

    @classmethod
    def array_shapes(cls, config: RunConfig, *sizes: int) -> dict[str, tuple[int, ...]]:
        """Name → shape of every array of `arrays()`, computed without allocating anything. sizes: see `layout`."""
        return Store.shapes(cls.layout(config, *sizes))

    @property
    def parameter_count(self) -> int:
        """How many numbers it learns. A matrix that several gates share counts once."""
        return self._store.layout.parameter_count

    @property
    def parameters(self) -> dict[str, Floats]:
        """Copies by name."""
        self._settle()
        return self._store.parameters

    def set_parameters(self, values: Mapping[str, Floats]) -> None:
        """Replace the parameters; Adam's state stays as it is."""
        self._settle()
        self._store.set_parameters(values)

    def arrays(self) -> dict[str, Floats]:
        """Contiguous copies of all that training resumes from: parameters and Adam's moments."""
        self._settle()
        return self._store.arrays()

    def load_arrays(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from what `arrays()` gave. Raises InputError when a name or a shape does not fit."""
        check_arrays(arrays, Store.shapes(self._store.layout))
        check_shared(arrays, self._store.layout)
        self._seldom.forget()
        self._store.load_arrays(arrays)

    # ---------------------------------------------------------------- the steps

    def _settle(self) -> None:
        """Let rows that were not touched take the steps that they missed."""
        if self._seldom.are_behind:
            self._seldom.begin_all()
            self._clock[CALL] = 0
            self._team.run(1, [lambda program: self._seldom.catch_up(program, self._store.flat, self._clock)])
            self._seldom.forget()

    @property
    def _layers(self) -> Shard:
        """The layers that read a whole batch when nothing is learned."""
        return self._shards[0]

    def _begin_shards(self, lengths: Sequence[int], begin: Callable[[Shard, list[int]], None]) -> int:
        """Divide a batch into shards, and call begin(layers, numbers of sequences) for each; returns how many it fills."""
        groups = divided(lengths)
        for layers, group in zip(self._shards, groups, strict=False):
            begin(layers, group)
        return len(groups)

    def _touched(self, used: int, steps: int) -> Sequence[Touched]:
        """Of each step of the call that has begun on so many shards, the rows that it touches: of an embedding, those read."""
        (name,) = self._seldom.names
        return [{name: np.concatenate([cast("Any", shard).encoder.embedded for shard in self._shards[:used]])}]

    def _begin_steps(self, used: int, steps: int) -> None:
        """Make ready for a call of so many steps on shards that have begun."""
        if not self._seldom.have_room(steps):
            self._settle()
        self._seldom.begin(self._touched(used, steps) if self._seldom.rows else [{}] * steps)

    def _learning(self, used: int) -> list[Phase]:
        """The phases that compute the gradients of the first `used` shards, each of which has begun."""
        shards = self._shards[:used]
        rows = sum(shard.readout.rows for shard in shards)
        self._totals[:] = 0

        def of(number: int) -> Callable[[Program], None]:
            shard, total = shards[number], self._totals[number]
            drop = Dropout(self.config.dropout, mask_seed(self.config.seed, number), self._clock, 0)

            def learn(program: Program) -> None:
                shard.forward(program, drop)
                shard.score(program, rows, self.config.label_smoothing, total)
                shard.backward(program, drop)

            return learn

        def make_ready(program: Program) -> None:
            self._seldom.catch_up(program, self._store.flat, self._clock)
            self._layers.pack(program)

        return [[make_ready], [of(number) for number in range(used)]]

    def _learn_steps(self, learning_rates: Losses, step: int, threads: int, used: int) -> tuple[Losses, Losses]:
        """Training steps on the shards that have begun, numbered from `step` on. Returns the mean loss and the gradient's norm
        before clipping of each. A step that is not finite is not applied, and is the last."""
        self._begin_steps(used, len(learning_rates))
        steps = self._steps(learning_rates, step)
        rows = sum(shard.readout.rows for shard in self._shards[:used])
        end = self._ending(steps, self._totals, rows, learns=True)
        phases = [*self._learning(used), [end], *([[self._store.repeat]] if self._store.shares else [])]
        self._team.run(threads, *phases, times=len(learning_rates), stop=steps.stop)
        if steps.stop[0]:
            self._store.clear_gradients()
        done = self._clock[CALL]
        self._seldom.count(int(done) - bool(steps.stop[0]))
        return steps.losses[:done], steps.norms[:done]

    def _steps(self, learning_rates: Losses, step: int) -> Steps:
        """The steps of a call that begins now."""
        n = len(learning_rates)
        self._clock[CALL], self._clock[STEP] = 0, step
        rates = np.ascontiguousarray(learning_rates, np.float64)
        return Steps(self._clock, rates, np.zeros(n), np.zeros(n), np.zeros(1, np.int64))

    def _ending(self, steps: Steps, totals: Losses, rows: int, learns: bool) -> Callable[[Program], None]:
        """The end of a step whose shards' summed losses are totals (shards, 1)."""
        clip_norm, weight_decay = self.config.clip_norm, self.config.weight_decay

        def end(program: Program) -> None:
            if learns and self._store.shares:
                self._store.gather_repeated(program)
            end_step(
                self._store.flat, self._partial, self._seldom.record, totals, rows, clip_norm, weight_decay, learns, steps,
                program,
            )  # fmt: skip

        return end

    def _learn(self, learning_rate: float, step: int, threads: int, used: int) -> tuple[float, float]:
        """One training step: see `_learn_steps`."""
        losses, norms = self._learn_steps(np.array([learning_rate]), step, threads, used)
        return float(losses[0]), float(norms[0])

    def _loss_and_gradients(self, threads: int, used: int) -> tuple[float, dict[str, Floats]]:
        self._settle()
        self._begin_steps(used, 1)
        self._clock[:] = 0
        self._team.run(threads, *self._learning(used))
        rows = sum(shard.readout.rows for shard in self._shards[:used])
        return float(self._totals.sum()) / rows, self._store.take_gradients()

    def _traces(
        self, lengths: Sequence[int], begin: Callable[[NDArray[np.int64]], None], threads: int
    ) -> Iterator[tuple[int, SequenceTrace]]:
        """The number of each sequence with the encoder's signals as it is read, many read at a time. begin: makes the layers
        ready for the sequences of these numbers."""
        self._settle()
        encoder = self._layers.encoder
        for chunk in chunks(lengths):
            begin(chunk)
            self._team.run(threads, [self._layers.pack], [lambda program: encoder.forward(program, NO_DROPOUT)])
            for place, number in enumerate(chunk.tolist()):
                yield number, SequenceTrace(tuple(encoder.signals(place)))

    def _read(self, threads: int) -> None:
        """Run the layers forward, without dropout, on what they have begun."""
        self._settle()
        self._team.run(threads, [self._layers.pack], [lambda program: self._layers.forward(program, NO_DROPOUT)])


def divided(lengths: Sequence[int]) -> list[list[int]]:
    """The numbers of a batch's sequences in groups, one for each shard. The groups are alike in size and in lengths. A batch of
    fewer than SHARDED_FROM sequences is one group."""
    if len(lengths) < SHARDED_FROM:
        return [list(range(len(lengths)))]
    arranged = sorted(range(len(lengths)), key=lambda number: -lengths[number])
    # dealt back and forth, so that no group always gets the longer one
    turns = [*range(SHARDS), *reversed(range(SHARDS))]
    return [[number for k, number in enumerate(arranged) if turns[k % len(turns)] == shard] for shard in range(SHARDS)]


def checked(ids: NDArray[np.int32], size: int, what: str) -> NDArray[np.int32]:
    """`ids`, if all are 0 … size-1. Raises InputError."""
    if len(ids) and not 0 <= ids.min() <= ids.max() < size:
        raise InputError(f"{what} has ids from {ids.min()} to {ids.max()}, expected 0 to {size - 1}")
    return ids


def chunks(lengths: Sequence[int] | Integers) -> Iterator[NDArray[np.int64]]:
    """The numbers of sequences in groups of similar lengths, each with up to about CHUNK_ROWS characters."""
    given = np.asarray(lengths, np.int64)
    arranged = np.argsort(-given, kind="stable")
    group = np.cumsum(given[arranged]) // CHUNK_ROWS
    for k in np.unique(group):
        yield arranged[group == k]
