"""Encoder-decoder: one network reads the source, another writes the target, symbol by symbol, until it writes </s>."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Ids, batch_of
from tui_rnn.layers.parameters import Floats
from tui_rnn.layers.seldom import Touched
from tui_rnn.tasks.beam import beam_search
from tui_rnn.tasks.network import CHUNK_ROWS, NO_DROPOUT, Integers, Network, SequenceTrace, chunks
from tui_rnn.tasks.outputs import Output, Seq2SeqTrace
from tui_rnn.tasks.seq2seq_layers import Seq2SeqLayers, layout_of

BEAM_LIMIT = 100


def output_limit(source_length: int) -> int:
    """The most symbols that are written for a source, unless another limit is given."""
    return 2 * source_length + 20


class Seq2Seq(Network[Seq2SeqLayers]):
    """c = h^e_n, h^d_0 = c, h^d_t = g(ŷ_{t-1}, h^d_{t-1}, c_t), ŷ_t = softmax(V h^d_t + b_out).

    Sources are arrays of ids 0 … source_size-1; targets are arrays of ids 0 … target_size-1, maybe empty. <s> and </s> are
    added here, as the symbol target_size. Pairs of any lengths go together; the result for each is the same as if it were
    alone.
    """

    layout = staticmethod(layout_of)

    def __init__(self, config: RunConfig, source_size: int, target_size: int, unknown: int | None = None):
        """unknown: the id of <unk> in sources, where there is one."""
        if source_size < 1 or target_size < 1:
            raise InputError(f"an encoder-decoder has {source_size} and {target_size} symbols, expected at least 1 of each")
        layout = layout_of(config, source_size, target_size)
        super().__init__(
            config,
            layout,
            lambda store: Seq2SeqLayers(config, store, source_size, target_size, unknown),
            in_rows=("encoder.E", *([] if config.tie_weights or config.teacher_forcing < 1 else ["decoder.E"])),
        )
        self.source_size, self.target_size = source_size, target_size

    # ---------------------------------------------------------------- training

    def train(
        self, sources: Sequence[Integers], targets: Sequence[Integers], learning_rate: float, step: int, threads: int = 1
    ) -> tuple[float, float]:
        """One training step without the GIL: forward, backward through time, clip, Adam; `step` counts from 0.

        The decoder is fed the truth at a share config.teacher_forcing of its steps, and its own likeliest symbol at the
        others. Returns the mean loss in nats per symbol, </s> included, and the gradient's norm before clipping; when one of
        them is not finite, the step was not applied. The result does not depend on `threads`.
        """
        return self._learn(learning_rate, step, threads, self._begin(sources, targets, step))

    def loss_and_gradients(
        self, sources: Sequence[Integers], targets: Sequence[Integers], threads: int = 1
    ) -> tuple[float, dict[str, Floats]]:
        """Mean loss (nats per symbol) and its gradient by name; what is random is drawn as in step 0. Changes nothing."""
        return self._loss_and_gradients(threads, self._begin(sources, targets, 0))

    def _touched(self, used: int, steps: int) -> Sequence[Touched]:
        """The rows of both embeddings that are read."""
        shards = self._shards[:used]
        read = np.concatenate([shard.encoder.embedded for shard in shards])
        return [{"encoder.E": read, "decoder.E": np.concatenate([shard.decoder.embedded for shard in shards])}]

    def _begin(self, sources: Sequence[Integers], targets: Sequence[Integers], step: int) -> int:
        """Divide a batch into shards; returns how many it fills."""
        if len(sources) != len(targets):
            raise ValueError(f"{len(sources)} sources and {len(targets)} targets")
        return self._begin_shards(
            [len(s) + len(t) for s, t in zip(sources, targets, strict=True)],
            lambda layers, own: layers.begin([sources[k] for k in own], [targets[k] for k in own], step),
        )

    def evaluate(
        self,
        sources: Sequence[Integers],
        targets: Sequence[Integers],
        threads: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[float, int]:
        """Summed loss in nats of the targets, fed the truth, and symbols scored, </s> included. `cancelled` is called now
        and then; once it returns True, the sums are over what was scored so far."""
        nats, scored = 0.0, 0
        for chunk in chunks([len(s) + len(t) for s, t in zip(sources, targets, strict=True)]):
            if cancelled():
                break
            self._layers.begin([sources[k] for k in chunk], [targets[k] for k in chunk])
            self._read(threads)
            nats -= float(self._layers.readout.truth_log_probs().sum())
            scored += self._layers.readout.rows
        return nats, scored

    def costs(self, sources: Sequence[Integers], targets: Sequence[Integers], threads: int = 1) -> NDArray[np.float64]:
        """−ln p of each target, </s> included, when the decoder is fed the truth: (targets,)."""
        found = np.empty(len(targets))
        for chunk in chunks([len(s) + len(t) for s, t in zip(sources, targets, strict=True)]):
            self._layers.begin([sources[k] for k in chunk], [targets[k] for k in chunk])
            self._read(threads)
            found[chunk] = -self._layers.decoder.batch.sums(self._layers.readout.truth_log_probs())
        return found

    def predicted(
        self, sources: Sequence[Integers], targets: Sequence[Integers], feeds_itself: bool = False, threads: int = 1
    ) -> list[tuple[Floats, Integers]]:
        """For each pair, ln ŷ of every symbol of its target, </s> included, and the likeliest symbol there: (len + 1,) each.
        The decoder is fed the truth or, with feeds_itself, its own likeliest symbols."""
        found: list[tuple[Floats, Integers]] = [(np.zeros(0, np.float32), np.zeros(0, np.int64))] * len(sources)
        for chunk in chunks([len(s) + len(t) for s, t in zip(sources, targets, strict=True)]):
            own = [targets[k] for k in chunk]
            self._layers.begin([sources[k] for k in chunk], own, feeds_itself=feeds_itself)
            self._read(threads)
            logs, batch = self._layers.readout.log_probs(), self._layers.decoder.batch
            for number, (k, target) in enumerate(zip(chunk.tolist(), own, strict=True)):
                rows = batch.at(np.full(len(target) + 1, number), np.arange(len(target) + 1))
                truth = np.append(target, self.target_size)
                found[k] = logs[rows, truth], logs[rows].argmax(axis=1)
        return found

    # ----------------------------------------------------------------- writing

    def greedy(
        self,
        sources: Sequence[Integers],
        limit: int | None = None,
        threads: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[Output]:
        """The likeliest symbol at each step, fed back, until </s> or `limit` symbols (by default each source's
        output_limit). Returns nothing once `cancelled` returns True."""
        limits = np.array([output_limit(len(source)) if limit is None else limit for source in sources], np.int64)
        order = np.argsort(-limits, kind="stable")  # outputs of similar limits are written together
        written: dict[int, Output] = {}
        while len(written) < len(sources):
            if cancelled():
                return []
            start = len(written)
            group = order[start : start + max(1, CHUNK_ROWS // (int(limits[order[start]]) + 1))].tolist()
            written |= zip(group, self._write([sources[k] for k in group], limits[group], threads), strict=True)
        return [written[k] for k in range(len(sources))]

    def _write(self, sources: Sequence[Integers], limits: Integers, threads: int) -> list[Output]:
        self._settle()
        B, limit, end = len(sources), int(limits.max()), self.target_size
        self._layers.begin_reading(sources)
        batch = batch_of([limit + 1] * B)
        fed, given = np.full(batch.rows, end, np.int32), np.zeros(batch.rows, np.bool_)
        given[:B] = True
        self._layers.decoder.begin(batch, fed, given, self._layers.source.of_streams(batch.sorted))

        def write(program: Program) -> None:
            self._layers.read_source(program, NO_DROPOUT)
            self._layers.decoder.forward(program, NO_DROPOUT, generates=True)

        self._team.run(threads, [self._layers.pack], [write])
        columns = fed.reshape(limit + 1, B).T[:, 1:]
        return [self._output(number, symbols[: limits[number]]) for number, symbols in enumerate(columns)]

    def _output(self, number: int, symbols: Ids) -> Output:
        limit = len(symbols)
        ended = np.flatnonzero(symbols == self.target_size)
        length = int(ended[0]) if len(ended) else limit
        steps = min(length + 1, limit)
        log_prob = float(self._layers.decoder.log_probs(number, steps)[np.arange(steps), symbols[:steps]].sum())
        attention = self._layers.decoder.attention(number, steps if self.config.attention != "none" else 0)
        return Output(symbols[:length].copy(), attention, log_prob, length < limit)

    def beam(self, source: Integers, width: int, limit: int | None = None) -> list[Output]:
        """The outputs that a beam of `width` finds, the likeliest first, with at most `limit` symbols."""
        if not 1 <= width <= BEAM_LIMIT:
            raise InputError(f"beam width is {width}, expected 1 to {BEAM_LIMIT}")
        limit = output_limit(len(source)) if limit is None else limit
        self._settle()
        self._layers.begin_reading([source])
        attends, states = self.config.attention != "none", list[Floats]()

        def step(symbols: Ids, parents: NDArray[np.int64]) -> tuple[Floats, Floats]:
            B, before = len(symbols), states[:]
            source_of = self._layers.source.of_streams(np.zeros(B, np.int64))
            self._layers.decoder.begin(batch_of([1] * B), symbols, np.ones(B, np.bool_), source_of)
            self._layers.readout.begin(B)

            def write(program: Program) -> None:
                if before:
                    self._layers.decoder.go_on_from(before, parents)
                else:
                    self._layers.pack(program)
                    self._layers.read_source(program, NO_DROPOUT)
                self._layers.decoder.forward(program, NO_DROPOUT)
                self._layers.readout.forward(program, self._layers.decoder.states)

            self._team.run(1, [write])
            states[:] = self._layers.decoder.last_states()
            attention = self._layers.decoder.attention_of_single_steps() if attends else np.zeros((B, 0), np.float32)
            return self._layers.readout.log_probs(), attention[:, : len(source)]

        found = beam_search(step, self.target_size, width, limit)
        return [
            Output(np.array(h.symbols, np.int32), np.array(h.attention[: limit if attends else 0]), h.log_prob, h.ended)
            for h in found
        ]

    def logits(self, source: Integers, target: Integers) -> Floats:
        """The logits of each step when `target` is written by teacher forcing: (len(target) + 1, symbols)."""
        self._layers.begin([source], [target])
        self._read(1)
        return self._layers.readout.values()

    def trace(self, source: Integers, target: Integers | None = None) -> Seq2SeqTrace:
        """Every gate, state and α while `source` is read and `target`, by default the greedy output, is written."""
        if target is None:
            target = self.greedy([source])[0].ids
        self._layers.begin([source], [target])
        self._read(1)
        steps = len(target) + 1
        attention = self._layers.decoder.attention(0, steps if self.config.attention != "none" else 0)
        return Seq2SeqTrace(tuple(self._layers.encoder.signals(0)), self._layers.decoder.signals(0, steps), attention)

    def traces(self, sources: Sequence[Integers], threads: int = 1) -> Iterator[tuple[int, SequenceTrace]]:
        """In any order, the number of each source with every gate and state of the encoder while it is read."""
        lengths = [len(source) for source in sources]
        return self._traces(lengths, lambda numbers: self._layers.begin_reading([sources[k] for k in numbers]), threads)
