"""The decoder: h^d_t = g(ŷ_{t-1}, h^d_{t-1}, c_t), with c_t from attention or the same at every step.

What is read out is h^d_t or, with the setting readout 'context', tanh(R [h^d_t ; c_{t+1}] + b_R): the state, and what it
looks at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations import decoder, decoder_backward, embedding, linear
from tui_rnn.kernels.equations.decoder import DecoderActivations, DecoderPanels, Source
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Batch, Ids, Integers
from tui_rnn.layers.linear import Linear, Readout
from tui_rnn.layers.parameters import Floats, ParameterPlace, gate_matrix, padded
from tui_rnn.layers.recurrent import cell_of
from tui_rnn.layers.room import enough, floats
from tui_rnn.layers.signals import log_softmax, signals_of
from tui_rnn.layers.source import SourceStates
from tui_rnn.layers.store import Store


def decoder_plan(config: RunConfig, symbols: int) -> list[ParameterPlace]:
    """Its parameters: decoder.E (with an embedding), W0 …, U0 …, b0 …, C, which reads c, R and b_R (readout 'context')."""
    H, D, cell = config.hidden_size, config.embedding_size, CELLS[config.cell]
    layers = range(config.num_layers)
    plan = [ParameterPlace("decoder.E", symbols, D)] if D else []
    plan += [
        gate_matrix(config, "decoder.W0", D or symbols),
        gate_matrix(config, "decoder.C", H),
    ]
    # stacked parameters lie one after another, so that the kernels see them as one array
    plan += [gate_matrix(config, f"decoder.W{k}", H) for k in layers[1:]]
    plan += [gate_matrix(config, f"decoder.U{k}", H) for k in layers]
    plan += [ParameterPlace(f"decoder.b{k}", 1, H, len(cell.blocks)) for k in layers if config.bias]
    if config.readout == "context":
        plan.append(ParameterPlace("decoder.R", H, H, row_blocks=2))
        plan += [ParameterPlace("decoder.b_R", 1, H)] if config.bias else []
    return plan


class Decoder:
    """Stacked layers over `symbols`, the last of which is <s> where it is read and </s> where it is written."""

    def __init__(self, config: RunConfig, store: Store, symbols: int, readout: Readout):
        self.config, self.symbols = config, symbols
        self._cell, self._attends = cell_of(config), config.attention != "none"
        H, L = padded(config.hidden_size), config.num_layers
        W0, self._W0 = store.view("decoder.W0"), None
        table, dtable = W0
        if config.embedding_size:
            self._W0, (self._E, self._dE) = Linear(store, "decoder.W0"), store.view("decoder.E")
            self._e, self._de = floats(2, 0, self._E.shape[1])
            table, dtable = floats(2, padded(symbols), W0[0].shape[1])
        self._dtable = dtable
        C, U = store.view("decoder.C"), store.stack([f"decoder.U{k}" for k in range(L)])
        b = store.biases([f"decoder.b{k}" for k in range(L)], len(CELLS[config.cell].blocks) * H)
        columns, recurrent = C[0].shape[1], U[0].shape[2]
        W = store.stack([f"decoder.W{k}" for k in range(1, L)]) if L > 1 else floats(2, 0, H, columns)
        R = [floats(0, H, H)] * 2
        if config.readout == "context":
            R = [matrix.reshape(2, H, H) for matrix in store.view("decoder.R")]
        b_R = store.biases(["decoder.b_R"], H)
        self._theta, self._gradient = (
            decoder.Decoder(rows[:symbols], C[i], W[i], U[i], b[i], R[i], b_R[i][0], readout.b)
            for i, rows in enumerate((table, dtable))
        )
        self._panels = DecoderPanels(
            C=store.panels("decoder.C", H, columns),
            C_T=store.panels("decoder.C.T", columns, H),
            W=store.panels("decoder.W", H, columns, L - 1),
            W_T=store.panels("decoder.W.T", columns, H, L - 1),
            U=store.panels("decoder.U", H, recurrent, L),
            U_T=store.panels("decoder.U.T", recurrent, H, L),
            R=store.panels("decoder.R", H, H, len(self._theta.R)),
            R_T=store.panels("decoder.R.T", H, H, len(self._theta.R)),
            V=readout.panels_T,
        )
        self._room = (0, 0, 0)
        self.activations = self._new_activations()

    def begin(self, batch: Batch, fed: Ids, given: NDArray[np.bool_], source: Source, at_once: bool = False) -> None:
        """Make ready for streams of the batch's lengths. fed (rows,): what each step reads, where it is `given`. at_once: all
        is given, and no other step follows: then W e is worked out for the symbols that are fed alone, if these are few.

        embedded: the rows of E that may be read."""
        self.embedded, index = np.arange(self.symbols, dtype=np.int32), fed
        if at_once and self._W0 is not None:
            occurring, numbers = np.unique(fed, return_inverse=True)
            if 2 * len(occurring) <= self.symbols:
                self.embedded, index = occurring.astype(np.int32), numbers.astype(np.int32)
                if len(self._e) < len(occurring):
                    self._e, self._de = floats(2, enough(len(occurring), len(self._e)), self._e.shape[1])
        self.batch, self.fed, self._given, self._source = batch, index, given, source
        wanted = (batch.rows, len(batch.lengths), padded(int(source.length.max())))
        if any(want > have for want, have in zip(wanted, self._room, strict=True)):
            rows, streams, longest = (enough(want, have) for want, have in zip(wanted, self._room, strict=True))
            self._room = (rows, streams, padded(longest))
            self.activations = self._new_activations()

    def _new_activations(self) -> DecoderActivations:
        rows, streams, longest = self._room
        (L, H, _), G = self._theta.U.shape, self._theta.b.shape[1]
        has_c = "c" in CELLS[self.config.cell].carried

        return DecoderActivations(
            gates=floats(L, rows, G),
            h=floats(L, streams + rows, H),
            c=floats(L, streams + rows if has_c else 1, H),
            tanh_c=floats(L, rows if has_c else 1, H),
            read=floats(L, rows if self._cell.scales else 1, H),
            y=floats(L, rows, H),
            r=floats(rows if len(self._theta.R) else 0, H),
            context=floats(streams + rows, H),
            weights=floats(streams + rows if self._attends else 1, longest),
            logits=floats(rows, padded(self.symbols)),
            dh=floats(L, rows, H),
            dcontext=floats(streams + rows, H),
            dquery=floats(streams, H),
            carry=floats(L, streams, H),
            dread=floats(L, streams if self._cell.scales else 1, H),
        )

    @property
    def states(self) -> Floats:
        """What is read out, after dropout, (rows, H)."""
        return np.asarray(self.activations.y[-1])

    @property
    def dstates(self) -> Floats:
        """To be filled with the loss's derivative by the states before `backward`."""
        return np.asarray(self.activations.dh[-1])

    def pack(self, program: Program) -> None:
        decoder.pack_decoder(self._theta, self._panels, program)
        if self._W0 is not None:
            self._W0.pack(program)

    def start(self, program: Program) -> None:
        """h^d_0 = c, and W e of every symbol that can be fed."""
        count = len(self.embedded)
        if self._W0 is not None and count < self.symbols:
            embedding.embed_forward(self._E, self.embedded, self._e, count, program)
            self._W0.forward(program, self._e, self._theta.table, count)
        elif self._W0 is not None:
            self._W0.forward(program, self._E, self._theta.table, count)
        decoder.begin(self.activations, self._source, len(self.batch.lengths), program)

    def last_states(self) -> list[Floats]:
        """After a batch of single steps: h, and c of an LSTM, of every stream, (L, B, H)."""
        B = len(self.batch.lengths)
        return [a[:, B : 2 * B].copy() for a in self._carried()]

    def go_on_from(self, states: list[Floats], streams: NDArray[np.int64]) -> None:
        """In place of `start`: each stream begins where one of those in `states` was."""
        for array, state in zip(self._carried(), states, strict=True):
            array[:, : len(streams)] = state[:, streams]

    def _carried(self) -> list[Floats]:
        return [self.activations.h, self.activations.c] if "c" in CELLS[self.config.cell].carried else [self.activations.h]

    def forward(self, program: Program, drop: Dropout, generates: bool = False) -> None:
        """All steps. generates: until every stream has written </s>."""
        decoder.decoder_forward(
            self._cell, self._attends, self._theta, self._panels, self.activations, self._source, self.batch.order, self.fed,
            self._given, generates, drop, program,
        )  # fmt: skip

    def backward(self, program: Program, drop: Dropout, source: SourceStates) -> None:
        count = len(self.embedded)
        if self._W0 is not None:
            linear.clear(self._dtable, count, program)
        decoder_backward.decoder_backward(
            self._cell, self._attends, self._theta, self._gradient, self._panels, self.activations, self._source,
            source.dstates, source.dkeys, self.batch.order, self.fed, drop, program,
        )  # fmt: skip
        if self._W0 is not None and count < self.symbols:
            linear.clear(self._de, count, program)
            self._W0.backward(program, self._e, self._dtable, self._de, count)
            embedding.embed_backward(self._dE, self.embedded, self._de, count, program)
        elif self._W0 is not None:
            self._W0.backward(program, self._E, self._dtable, self._dE, count)

    def attention(self, number: int, steps: int) -> Floats:
        """α by which each of the first steps of a stream wrote its symbol, (steps, source length): of the state before or,
        where c is read out, of the step's own."""
        rows = self.batch.at(np.full(steps, number), np.arange(steps))
        return self.activations.weights[self._looking(rows), : self._source.length[self.batch.place[number]]].copy()

    def attention_of_single_steps(self) -> Floats:
        """After a batch of single steps: the same of every stream, (B, ·)."""
        return self.activations.weights[self._looking(np.arange(len(self.batch.lengths)))].copy()

    def _looking(self, rows: Integers) -> Integers:
        """Rows of the states whose α the steps in these rows wrote by."""
        if self.config.readout == "context":
            return len(self.batch.lengths) + rows
        return self.batch.order.before[rows]

    def log_probs(self, number: int, steps: int) -> Floats:
        """ln p of each symbol at the first steps of a stream that generated, (steps, symbols)."""
        rows = self.batch.at(np.full(steps, number), np.arange(steps))
        return log_softmax(self.activations.logits[rows, : self.symbols])

    def signals(self, number: int, steps: int) -> dict[str, Floats]:
        """Name → (steps, layers, H) of a stream."""
        rows = self.batch.at(np.full(steps, number), np.arange(steps))
        after = len(self.batch.lengths) + rows
        gates, h = (np.swapaxes(a, 0, 1) for a in (self.activations.gates[:, rows], self.activations.h[:, after]))
        c = np.swapaxes(self.activations.c[:, after], 0, 1) if "c" in CELLS[self.config.cell].carried else h
        return signals_of(self.config, gates, h, c)
