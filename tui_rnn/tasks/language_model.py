"""The character language model: the chapter's RNN language model as an object with arrays.

It predicts the next character: trained by teacher forcing on parallel streams of text, evaluated by cross-entropy,
sampled from, and looked into. The arithmetic is in kernels.equations; here shapes are checked and memory is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn import kernels
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.equations import sampling, training
from tui_rnn.kernels.equations.dropout import mask_seed
from tui_rnn.kernels.equations.language_model import Options, Workspace
from tui_rnn.kernels.equations.optimizer import BLOCK
from tui_rnn.kernels.equations.training import GRADIENT_ONLY, LEARN, LOGITS_ONLY, LOSS_ONLY, Shard
from tui_rnn.kernels.machine.threads import BARRIER_SIZE, SHARDS
from tui_rnn.layers.language_model import layout_of, packed_for, streams_of_shards, weights_in, workspace_for
from tui_rnn.layers.signals import log_softmax, signals_of
from tui_rnn.layers.store import Store, check_arrays
from tui_rnn.layers.team import run_together
from tui_rnn.tasks.sampling import check_sampling

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]

EVALUATION_STREAMS = 16
EVALUATION_STEPS = 64
TRACE_LIMIT = 20_000
"""Longest text that a trace takes in one go: each character holds every gate of every unit."""


@dataclass(frozen=True)
class Trace:
    """Everything inside the model as it reads a text from the zero state.

    signals: name → (T, layers, hidden): by the names of the table of cells, after reading each character.
    log_probs (T, vocab): ln p of each next character, in nats.
    """

    signals: dict[str, Floats]
    log_probs: Floats


class LanguageModel:
    """A language model of recurrent layers over `vocab_size` characters, its Adam state and its streams' states."""

    def __init__(self, config: RunConfig, vocab_size: int):
        if vocab_size < 1:
            raise InputError(f"vocabulary has {vocab_size} characters, expected at least 1")
        kernels.compile_all()
        self.config, self.vocab_size = config, vocab_size
        self._streams = streams_of_shards(config.batch_size)
        self._store = Store(layout_of(config, vocab_size), config, shards=len(self._streams))
        theta, gradient, _, _, *further = (weights_in(row, self._store.layout, config, vocab_size) for row in self._store.flat)
        self._theta, self._gradients = theta, (gradient, *further)
        self._packed = packed_for(theta, vocab_size)
        self._threads = 1
        self._work = [self._workspace(config.seq_len, B, 1) for B in self._streams]
        self._partial = np.zeros(-(-self._store.layout.size // BLOCK))
        self._meeting = np.zeros(BARRIER_SIZE, np.int64)

    def _options(self, rows: int, shard: int = 0) -> Options:
        config = self.config
        return Options(
            cell=CELLS[config.cell].code_for(config.activation),
            vocab_size=self.vocab_size,
            one_hot=not config.embedding_size,
            has_table=bool(config.embedding_size) and self.vocab_size <= rows,
            dropout=config.dropout,
            clip_norm=config.clip_norm,
            weight_decay=config.weight_decay,
            seed=mask_seed(config.seed, shard),
        )

    def _workspace(self, T: int, B: int, threads: int) -> Workspace:
        return workspace_for(self._theta, self._options(T * B), T, B, threads, "c" in CELLS[self.config.cell].carried)

    @property
    def parameter_count(self) -> int:
        return self._store.layout.parameter_count

    @property
    def parameters(self) -> dict[str, Floats]:
        """Copies by name: E, W0, U0, b0, W1, U1, b1 …, V, b_out (those that this network has)."""
        return self._store.parameters

    def set_parameters(self, values: dict[str, Floats]) -> None:
        """Replace the parameters; Adam's state and the streams stay as they are."""
        self._store.set_parameters(values)

    # ------------------------------------------------------------------ state

    @staticmethod
    def array_shapes(config: RunConfig, vocab_size: int) -> dict[str, tuple[int, ...]]:
        """Name → shape of every array of `arrays()`, computed without allocating anything."""
        shapes = Store.shapes(layout_of(config, vocab_size))
        state = (config.num_layers, config.batch_size, config.hidden_size)
        shapes["state.h"] = state
        if "c" in CELLS[config.cell].carried:
            shapes["state.c"] = state
        return shapes

    def arrays(self) -> dict[str, Floats]:
        """Contiguous copies of all that training goes on from: parameters, Adam's moments, the streams' states."""
        arrays = self._store.arrays()
        for name, states in self._states().items():
            arrays[name] = np.concatenate(states, axis=1)
        return arrays

    def _states(self) -> dict[str, list[Floats]]:
        """Name → (layers, streams, hidden) of each shard, views."""
        H, shards = self.config.hidden_size, list(zip(self._work, self._streams, strict=True))
        states = {"state.h": [work.h[:, :B, :H] for work, B in shards]}
        if "c" in CELLS[self.config.cell].carried:
            states["state.c"] = [work.c[:, :B, :H] for work, B in shards]
        return states

    def load_arrays(self, arrays: dict[str, Floats]) -> None:
        """Go on from what `arrays()` gave. Raises InputError when a name or a shape does not fit."""
        check_arrays(arrays, self.array_shapes(self.config, self.vocab_size))
        self._store.load_arrays(arrays)
        for name, states in self._states().items():
            start = 0
            for state in states:
                state[:] = arrays[name][:, start : start + state.shape[1]]
                start += state.shape[1]

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
        return self._run(tokens, fresh, learning_rates, first_step, LEARN, threads)

    def loss_and_gradients(self, tokens: Ids, fresh: NDArray[np.bool_], threads: int = 1) -> tuple[float, dict[str, Floats]]:
        """Mean loss (nats/char) of one chunk, tokens (T+1, B), and its gradient by name. Changes only the states."""
        losses, _ = self._run(tokens[None], fresh[None], np.zeros(1), 0, GRADIENT_ONLY, threads)
        return float(losses[0]), self._store.take_gradients()

    def _run(
        self, tokens: Ids, fresh: NDArray[np.bool_], rates: NDArray[np.float64], first_step: int, mode: int, threads: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        T, B, n = self.config.seq_len, self.config.batch_size, tokens.shape[0]
        if tokens.shape != (n, T + 1, B) or fresh.shape != (n, B) or rates.shape != (n,):
            raise ValueError(f"tokens {tokens.shape}, fresh {fresh.shape}, rates {rates.shape}: expected ({n}, {T + 1}, {B}) …")
        if threads > self._threads:
            self._threads = threads
            scratch = (threads, *self._work[0].scratch.shape[1:])
            self._work = [work._replace(scratch=np.zeros(scratch, np.float32)) for work in self._work]
        return self._steps(self._work, tokens, fresh, rates, first_step, mode, threads)

    def _steps(
        self,
        works: list[Workspace],
        tokens: Ids,
        fresh: NDArray[np.bool_],
        rates: NDArray[np.float64],
        first_step: int,
        mode: int,
        threads: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The kernel on the shards of the streams, whose workspaces are `works`: each step's loss and gradient norm."""
        n, T = tokens.shape[0], tokens.shape[1] - 1
        shards, start = [], 0
        for k, work in enumerate(works):
            B = work.carry.shape[0]
            streams = slice(start, start + B)
            options = self._options(T * B, k)
            if mode >= LOSS_ONLY:
                options = options._replace(dropout=0.0)
            shards.append(
                Shard(
                    gradient=self._gradients[min(k, len(self._gradients) - 1)],
                    work=work,
                    options=options,
                    tokens=np.ascontiguousarray(tokens[:, :, streams], np.int32).reshape(n, -1),
                    fresh=np.ascontiguousarray(fresh[:, streams]),
                    loss=np.zeros(1),
                )
            )
            start += B
        every = tuple((shards * SHARDS)[:SHARDS])
        rates = np.ascontiguousarray(rates, np.float64)
        losses, norms = np.zeros(n), np.zeros(n)

        def part(tid: int) -> int:
            return training.train(  # type: ignore[no-any-return]
                self._theta, self._store.flat, self._packed, every, len(shards), rates, losses, norms, self._partial,
                first_step, mode, self._meeting, tid, threads,
            )  # fmt: skip

        kept = min(n, run_together(part, threads) + 1)
        return losses[:kept], norms[:kept]

    # ------------------------------------------------------------- evaluation

    def evaluate(
        self, ids: NDArray[np.integer], threads: int = 1, cancelled: Callable[[], bool] | None = None
    ) -> tuple[float, int]:
        """Summed loss in nats over the text `ids`, and the number of characters scored (all but each stream's first).

        A long text is read as EVALUATION_STREAMS streams side by side, each from the zero state and then carried on.
        `cancelled` is asked every few thousand characters; when it says so, what was scored up to there is returned.
        """
        B = EVALUATION_STREAMS if len(ids) >= 4 * EVALUATION_STREAMS * EVALUATION_STEPS else 1
        T = EVALUATION_STEPS
        # each stream reads one character beyond its part: the first of the next stream's, which it predicts
        length = -(-(len(ids) - 1) // B)
        works = [self._workspace(T, streams, threads) for streams in streams_of_shards(B)]
        starts = np.arange(B) * length
        total, scored = 0.0, 0
        for start in range(0, length, T * 8):
            if cancelled is not None and cancelled():
                break
            n = min(8, -(-(length - start) // T))
            # (n, T+1, B) positions; a target beyond the stream's part or the text's end is not scored
            offset = start + np.arange(n)[:, None] * T + np.arange(T + 1)[None]
            at = starts[None, None] + offset[..., None]
            outside = (offset[..., None] > length) | (at >= len(ids))
            block = ids[np.minimum(at, len(ids) - 1)].astype(np.int32)
            block[outside] = -1
            targets = int((block[:, 1:] >= 0).sum())
            total += self._forward_blocks(block, works, start == 0, threads) * T * B
            scored += targets
        return total, scored

    def _forward_blocks(self, block: Ids, works: list[Workspace], begin: bool, threads: int) -> float:
        n, _, B = block.shape
        fresh = np.zeros((n, B), np.bool_)
        fresh[0] = begin
        losses, _ = self._steps(works, block, fresh, np.zeros(n), 0, LOSS_ONLY, threads)
        return float(losses.sum())

    # -------------------------------------------------------------- generation

    def begun(self, ids: NDArray[np.int32]) -> NDArray[np.int32]:
        """The ids of a text as they are read: as they are."""
        return ids

    def reader(self) -> LanguageModel:
        """What writes and is looked into: itself."""
        return self

    def generate(
        self,
        prompt_ids: NDArray[np.integer],
        length: int,
        *,
        temperature: float = 0.8,
        top_k: int = 0,
        top_p: float = 1.0,
        seed: int = 0,
    ) -> tuple[Ids, Floats, Floats]:
        """`length` ids drawn one after another, each fed back, after the prompt was read from the zero state.

        An empty prompt begins with a character drawn uniformly. Temperature 0 is greedy; top_k 0 and top_p 1 keep all.
        Returns ids (length,), their surprise −ln p under the model (nats), and the prompt's surprise (NaN first). Raises
        InputError when a number is out of range.
        """
        check_sampling(length, temperature, top_k, top_p)
        given = len(prompt_ids)
        text = np.zeros(max(given, 1) + length - (given == 0 and length > 0), np.int32)
        text[:given] = prompt_ids
        if not given:
            text[0] = np.random.default_rng(seed).integers(self.vocab_size)
        surprise = np.full(len(text), np.nan)
        scratch = np.zeros(self.vocab_size), np.zeros(self.vocab_size, np.int32), np.zeros(1, np.int32)
        sampling.generate(
            self._theta, self._packed, self._workspace(1, 1, 1), self._options(1), text, max(given, 1),
            temperature, top_k, top_p, seed & 0xFFFFFFFF, *scratch, surprise,
        )  # fmt: skip
        nats = surprise.astype(np.float32)
        return text[given:][:length], nats[given:][:length], nats[:given]

    # ------------------------------------------------------------------ traces

    def trace(self, ids: NDArray[np.integer]) -> Trace:
        """Every gate, state and prediction while reading `ids` (at most TRACE_LIMIT) from the zero state."""
        T = len(ids)
        if not 1 <= T <= TRACE_LIMIT:
            raise InputError(f"text to trace has {T} characters, expected 1 to {TRACE_LIMIT}: choose a shorter passage")
        work = self._workspace(T, 1, 1)
        text = np.append(ids, 0).astype(np.int32)[None, :, None]  # what follows the last character is not looked at
        self._steps([work], text, np.ones((1, 1), np.bool_), np.zeros(1), 0, LOGITS_ONLY, 1)
        gates, h, c = (np.swapaxes(a, 0, 1) for a in (work.gates, work.h[:, 1:], work.c[:, 1:]))
        signals = signals_of(self.config, gates, h, c)
        return Trace(signals, log_softmax(work.logits[:, : self.vocab_size]))
