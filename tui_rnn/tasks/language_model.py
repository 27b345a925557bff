"""The character language model: the chapter's RNN language model as an object with arrays.

It predicts the next character: trained by teacher forcing on parallel streams of text, evaluated by cross-entropy,
sampled from, and looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.drawn_words import DrawnWords
from tui_rnn.layers.language_model import layout_of, streams_of_shards
from tui_rnn.layers.seldom import Touched
from tui_rnn.layers.store import Store, check_arrays
from tui_rnn.tasks.network import NO_DROPOUT, Network
from tui_rnn.tasks.outputs import NetworkTrace
from tui_rnn.tasks.reading import ALONE, STEPS, readers_of, reading, reading_places
from tui_rnn.tasks.sampling import check_sampling
from tui_rnn.tasks.stream_layers import StreamLayers

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]

_STATES = ("state.h", "state.c")
TRACE_LIMIT = 20_000
"""Longest text that a trace takes in one go: each character holds every gate of every unit."""


class LanguageModel(Network[StreamLayers]):
    """A language model of recurrent layers over `vocab_size` characters, its Adam state and its streams' states."""

    layout = staticmethod(layout_of)

    def __init__(self, config: RunConfig, vocab_size: int):
        if vocab_size < 1:
            raise InputError(f"vocabulary has {vocab_size} characters, expected at least 1")
        self.vocab_size = vocab_size
        streams = streams_of_shards(config.batch_size)
        self.drawn = DrawnWords(config.sampled_softmax, vocab_size, config.seed)

        def layers(store: Store) -> StreamLayers:
            sizes = vocab_size, config.seq_len, streams[store.number]
            if not self.drawn.count:
                return StreamLayers(config, store, *sizes)
            from tui_rnn.tasks.sampled_stream_layers import SampledStreamLayers  # few networks sample: compiled for those alone

            return SampledStreamLayers(config, store, *sizes, self.drawn, self._clock)

        rows = [] if config.tie_weights else ["E", "V"] if self.drawn.count else ["E"]
        super().__init__(config, layout_of(config, vocab_size), layers, len(streams), rows)

    def _reading(self, T: int, streams: list[int]) -> list[StreamLayers]:
        """Layers that only read, in chunks of T characters. streams: how many each shard has."""
        return [StreamLayers(self.config, self._store, self.vocab_size, T, B) for B in streams]

    # ------------------------------------------------------------------ state

    @classmethod
    def array_shapes(cls, config: RunConfig, *sizes: int) -> dict[str, tuple[int, ...]]:
        """The streams' states, too."""
        shapes = super().array_shapes(config, *sizes)
        state = (config.num_layers, config.batch_size, config.hidden_size)
        shapes["state.h"] = state
        if "c" in CELLS[config.cell].carried:
            shapes["state.c"] = state
        return shapes

    def arrays(self) -> dict[str, Floats]:
        """Contiguous copies of all that training resumes from: parameters, Adam's moments, the streams' states."""
        arrays = super().arrays()
        for name, states in self._states().items():
            arrays[name] = np.concatenate(states, axis=1)
        return arrays

    def _states(self) -> dict[str, list[Floats]]:
        """Name → (layers, streams, hidden) of each shard, copies."""
        found: dict[str, list[Floats]] = {}
        for shard in self._shards:
            for name, layers in zip(_STATES, zip(*shard.encoder.carried(), strict=True), strict=False):
                found.setdefault(name, []).append(np.stack(layers)[..., : self.config.hidden_size])
        return found

    def load_arrays(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from what `arrays()` gave. Raises InputError when a name or a shape does not fit."""
        check_arrays(arrays, self.array_shapes(self.config, self.vocab_size))
        super().load_arrays(arrays)
        start, H = 0, self.config.hidden_size
        for shard in self._shards:
            for k, layer in enumerate(shard.encoder.carried()):
                for name, state in zip(_STATES, layer, strict=False):
                    state[:, :H] = arrays[name][k, start : start + shard.streams]
            start += shard.streams

    # --------------------------------------------------------------- training

    def train(
        self,
        tokens: Ids,
        fresh: NDArray[np.bool_],
        learning_rates: NDArray[np.float64],
        first_step: int,
        threads: int = 1,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """n training steps without the GIL: forward, backward through time, clip, Adam.

        tokens (n, T+1, B) int32, of which [:, 1:] are the targets; fresh (n, B): streams that start a step from the
        zero state; learning_rates (n,). Returns the mean loss in nats/char and the gradient's norm before clipping,
        one per step. When a step's loss or gradient is not finite it is not applied, is the last one returned, and
        the streams' states are no longer good. The result does not depend on `threads` nor on how steps are grouped.
        """
        self._begin(tokens, fresh, first_step)
        return self._learn_steps(learning_rates, first_step, threads, len(self._shards))

    def loss_and_gradients(self, tokens: Ids, fresh: NDArray[np.bool_], threads: int = 1) -> tuple[float, dict[str, Floats]]:
        """Mean loss (nats/char) of one chunk, tokens (T+1, B), and its gradient by name, with dropout as in step 0. Changes
        only the states."""
        self._begin(tokens[None], fresh[None], 0)
        return self._loss_and_gradients(threads, len(self._shards))

    def _begin(self, tokens: Ids, fresh: NDArray[np.bool_], first_step: int) -> None:
        T, B, n = self.config.seq_len, self.config.batch_size, tokens.shape[0]
        if tokens.shape != (n, T + 1, B) or fresh.shape != (n, B):
            raise ValueError(f"tokens {tokens.shape}, fresh {fresh.shape}: expected ({n}, {T + 1}, {B}) and ({n}, {B})")
        self._feed(self._shards, tokens, fresh)
        self._tokens = tokens
        self.drawn.begin(first_step, n)

    def _touched(self, used: int, steps: int) -> Sequence[Touched]:
        """The rows of E that each step reads; of V, with a sampled softmax, those of the words drawn and of the true ones."""
        both = zip(self._tokens, self.drawn.words, strict=True)
        return [{"E": tokens[:-1].ravel(), "V": np.append(drawn, tokens[1:])} for tokens, drawn in both]

    def _feed(self, shards: list[StreamLayers], tokens: Ids, fresh: NDArray[np.bool_]) -> None:
        """Give each shard its streams of the chunks."""
        start = 0
        for shard in shards:
            own = slice(start, start + shard.streams)
            shard.begin(tokens[:, :, own], fresh[:, own], self._clock)
            start += shard.streams

    # ------------------------------------------------------------- evaluation

    def evaluate(
        self, ids: NDArray[np.integer], threads: int = 1, cancelled: Callable[[], bool] | None = None
    ) -> tuple[float, int]:
        """Summed loss in nats over the text `ids`, and the number of characters scored (all but the first).

        A long text is read by several readers side by side (tasks/reading.py). `cancelled` is called every few thousand
        characters; once it returns True, what was scored so far is returned.
        """
        readers = readers_of(len(ids))
        shards = self._reading(STEPS, streams_of_shards(readers))
        total, scored = 0.0, 0
        for block, fresh, count in reading(ids, readers):
            if cancelled is not None and cancelled():
                break
            nats = self._summed_loss(block, fresh, shards, threads)
            if count:
                total += nats
                scored += count
        return total, scored

    def _summed_loss(self, block: Ids, fresh: NDArray[np.bool_], shards: list[StreamLayers], threads: int) -> float:
        """The loss over n chunks, block (n, T+1, B), in nats. fresh (n, B): streams that begin a chunk from the zero state."""
        self._settle()
        n, T1, B = block.shape
        self._feed(shards, block, fresh)
        rows = (T1 - 1) * B
        steps, totals = self._steps(np.zeros(n), 0), np.zeros((len(shards), 1))

        def of(number: int) -> Callable[[Program], None]:
            def read(program: Program) -> None:
                shards[number].forward(program, NO_DROPOUT)
                shards[number].readout.score(program, rows, 0.0, totals[number])

            return read

        self._team.run(threads, [shards[0].pack])
        end = self._ending(steps, totals, rows, learns=False)
        self._team.run(threads, [of(number) for number in range(len(shards))], [end], times=n)
        return float(steps.losses.sum() * rows)

    # -------------------------------------------------------------- generation

    def begun(self, ids: NDArray[np.int32]) -> NDArray[np.int32]:
        """The ids of a text as the network reads them: unchanged."""
        return ids

    def reader(self) -> LanguageModel:
        """The language model that writes and is looked into: itself."""
        return self

    @cached_property
    def _one_by_one(self) -> StreamLayers:
        """Layers that read single characters. Making them takes as long as reading a hundred characters."""
        return self._reading(1, [1])[0]

    def generate(
        self,
        prompt_ids: NDArray[np.integer],
        length: int,
        *,
        temperature: float = 0.8,
        top_k: int = 0,
        top_p: float = 1.0,
        min_p: float = 0.0,
        repetition_penalty: float = 1.0,
        penalty_window: int = 0,
        uncounted: int = 0,
        seed: int = 0,
    ) -> tuple[Ids, Floats, Floats]:
        """`length` ids drawn one after another, each fed back, after the prompt was read from the zero state.

        With an empty prompt, the first character is drawn uniformly. Temperature 0 is greedy; top_k 0, top_p 1 and min_p 0 keep
        all. A repetition_penalty of 1 changes nothing; any other counts the last penalty_window ids (0: all), without the
        first `uncounted`. Returns ids (length,), their surprise −ln p under the model (nats), and the prompt's surprise (NaN
        first). Raises InputError when a number is out of range.
        """
        check_sampling(length, temperature, top_k, top_p, min_p, repetition_penalty, penalty_window)
        # kernels that only writing needs are compiled at the first use
        from tui_rnn.kernels.equations.sampling import Drawing
        from tui_rnn.tasks.writing import write

        how = Drawing(
            float(temperature),
            int(top_k),
            float(top_p),
            float(min_p),
            float(repetition_penalty),
            int(penalty_window),
            uncounted,
        )
        self._settle()
        return write(self._team, self._one_by_one, prompt_ids, length, how, seed)

    # ------------------------------------------------------------------ traces

    def read_through(
        self, ids: NDArray[np.integer], wanted: Sequence[tuple[int, str]], threads: int = 1
    ) -> Iterator[tuple[NDArray[np.int64], list[Floats]]]:
        """Read a long text piece by piece: up to ALONE tokens in one go, a longer one by several readers side by side, as
        `evaluate` does (tasks/reading.py).

        wanted: (layer, signal) each. Yields the places (n,) in `ids` of a piece, and for each wanted signal its values (n,
        hidden) after reading the tokens there: views that hold until the next piece. Each place comes once.
        """
        self._settle()
        text = np.append(ids, ids[:1])  # the last token of a text is only predicted: one more lets all be read
        readers = 1 if len(ids) <= ALONE else readers_of(len(text))
        shards = self._reading(STEPS, streams_of_shards(readers))
        threads = min(threads, len(shards))  # there is too little to do for more
        starts = np.cumsum([0, *(shard.streams for shard in shards)])
        reads = [shard.read for shard in shards]
        for block, fresh, places in reading_places(text, readers):
            for chunk, begins, where in zip(block, fresh, places, strict=True):
                self._feed(shards, chunk[None], begins[None])
                self._clock[:] = 0
                self._team.run(threads, [shards[0].pack], reads)
                for number, shard in enumerate(shards):
                    at = where[:, starts[number] : starts[number + 1]].ravel()
                    kept = np.flatnonzero(at >= 0)
                    if not len(kept):
                        continue
                    found = [shard.encoder.signal(layer, name) for layer, name in wanted]
                    yield at[kept], found if len(kept) == len(at) else [values[kept] for values in found]

    def trace(self, ids: NDArray[np.integer]) -> NetworkTrace:
        """Every gate, state and prediction while reading `ids` (at most TRACE_LIMIT) from the zero state."""
        layers = self._read_alone(ids)
        return NetworkTrace(layers.encoder.signals(0)[0], layers.readout.log_probs())

    def logits(self, ids: NDArray[np.integer]) -> Floats:
        """V h_t + b_out after each of `ids` (at most TRACE_LIMIT), read from the zero state: (T, vocab_size)."""
        return self._read_alone(ids).readout.values()

    def _read_alone(self, ids: NDArray[np.integer]) -> StreamLayers:
        """Layers that have read `ids` from the zero state."""
        T = len(ids)
        if not 1 <= T <= TRACE_LIMIT:
            raise InputError(f"text to trace has {T} characters, expected 1 to {TRACE_LIMIT}: choose a shorter passage")
        self._settle()
        (layers,) = self._reading(T, [1])
        text = np.append(ids, 0).astype(np.int32)[None, :, None]  # what follows the last character is not looked at
        self._feed([layers], text, np.ones((1, 1), np.bool_))
        self._clock[:] = 0
        self._team.run(1, [layers.pack], [lambda program: layers.forward(program, NO_DROPOUT)])
        return layers
