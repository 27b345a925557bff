"""What reads whole sequences: an embedding, and stacked recurrent layers in one direction or in both."""

from __future__ import annotations

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations import sequences
from tui_rnn.kernels.equations.sequences import Dropout, Layer, LayerActivations, LayerPanels, Order
from tui_rnn.kernels.machine.matmul import PANEL
from tui_rnn.kernels.machine.threads import Worker
from tui_rnn.layers.batch import Batch, Ids
from tui_rnn.layers.linear import spare
from tui_rnn.layers.parameters import Floats, Layout, Piece, padded
from tui_rnn.layers.signals import signals_of
from tui_rnn.layers.store import Store

Indices = np.ndarray


def directions(config: RunConfig) -> tuple[str, ...]:
    """What the names of each direction's parameters end in."""
    return ("", "_reverse") if config.bidirectional else ("",)


def encoder_plan(config: RunConfig, vocab_size: int, prefix: str = "") -> list[Piece]:
    """Its parameters: E (with an embedding), and for each layer W, U, b: W0, W0_reverse, U0 …"""
    H, D, cell, ways = config.hidden_size, config.embedding_size, CELLS[config.cell], directions(config)
    plan = [Piece(f"{prefix}E", vocab_size, D)] if D else []
    for k in range(config.num_layers):
        rows, row_blocks = (H, len(ways)) if k else (D or vocab_size, 1)
        # both directions lie one after another, so that the kernels see them as one array
        plan += [Piece(f"{prefix}W{k}{way}", rows, H, len(cell.input_blocks), row_blocks) for way in ways]
        plan += [Piece(f"{prefix}U{k}{way}", H, H, len(cell.recurrent_blocks)) for way in ways]
        if config.bias:
            plan += [Piece(f"{prefix}b{k}{way}", 1, H, len(cell.blocks)) for way in ways]
    return plan


def labelling_layout(config: RunConfig, vocab_size: int, classes: int) -> Layout:
    """Parameters of an encoder that is read out: its own, V, b_out."""
    plan = encoder_plan(config, vocab_size)
    plan.append(Piece("V", classes, config.hidden_size, blocks=len(directions(config))))
    return Layout.of([*plan, Piece("b_out", 1, classes)] if config.bias else plan)


class RecurrentLayer:
    """One layer through whole sequences: h_t = [h_t^f ; h_t^b]."""

    def __init__(self, config: RunConfig, store: Store, k: int, prefix: str = ""):
        self._cell, self._one_hot = CELLS[config.cell].code_for(config.activation), k == 0 and not config.embedding_size
        self._has_c = "c" in CELLS[config.cell].carried
        ways, H = directions(config), padded(config.hidden_size)
        W, U = (store.stack([f"{prefix}{letter}{k}{way}" for way in ways]) for letter in "WU")
        b = store.biases([f"{prefix}b{k}{way}" for way in ways], len(CELLS[config.cell].blocks) * H)
        self._theta, self._gradient = (Layer(W[i], U[i], b[i]) for i in (0, 1))
        (D, rows, columns), recurrent = W[0].shape, U[0].shape[2]
        if self._one_hot:
            rows, columns = 1, PANEL
        self._panels = LayerPanels(
            W=store.panels(f"{prefix}W{k}", rows, columns, D),
            W_T=store.panels(f"{prefix}W{k}.T", columns, rows, D),
            U=store.panels(f"{prefix}U{k}", H, recurrent, D),
            U_T=store.panels(f"{prefix}U{k}.T", recurrent, H, D),
        )
        self._room = (0, 0, 0)
        self.activations = self._new_activations()

    def begin(self, rows: int, streams: int, inputs: int) -> None:
        """Make ready for a batch with so many rows, sequences and distinct inputs."""
        wanted = (rows, streams, 1 if self._one_hot else inputs)
        if any(want > have for want, have in zip(wanted, self._room, strict=True)):
            rows, streams, inputs = (max(spare(want), have) for want, have in zip(wanted, self._room, strict=True))
            self._room = (rows, streams, inputs)
            self.activations = self._new_activations()

    def _new_activations(self) -> LayerActivations:
        rows, streams, inputs = self._room
        (D, H, _), G = self._theta.U.shape, self._theta.b.shape[1]

        def floats(*shape: int) -> Floats:
            return np.zeros(shape, np.float32)

        return LayerActivations(
            product=floats(D, inputs, self._theta.W.shape[2]),
            gates=floats(D, rows, G),
            h=floats(D, streams + rows, H),
            c=floats(D, streams + rows if self._has_c else 1, H),
            tanh_c=floats(D, rows if self._has_c else 1, H),
            dh=floats(D, rows, H),
            carry=floats(D, streams, H),
            y=floats(rows, D * H),
            dy=floats(rows, D * H),
        )

    def pack(self, worker: Worker) -> None:
        sequences.pack_layer(self._theta, self._panels, self._one_hot, worker)

    def forward(self, worker: Worker, order: Order, x: Floats, inputs: int, index: Indices, drop: Dropout) -> None:
        sequences.layer_forward(
            self._cell, self._theta, self._panels, self.activations, order, x, inputs, index, self._one_hot, drop, worker
        )

    def backward(self, worker: Worker, order: Order, x: Floats, dx: Floats, inputs: int, index: Indices, drop: Dropout) -> None:
        sequences.layer_backward(
            self._cell, self._theta, self._gradient, self._panels, self.activations, order, x, dx, inputs, index, self._one_hot,
            drop, worker,
        )  # fmt: skip


class Encoder:
    """Characters in, the topmost layer's states out: `states` (rows, D·H) in the rows of the batch, D directions."""

    def __init__(self, config: RunConfig, store: Store, vocab_size: int, prefix: str = ""):
        self.config, self.vocab_size = config, vocab_size
        self._embeds = config.embedding_size > 0
        self._E, self._dE = store.view(f"{prefix}E") if self._embeds else (np.zeros((0, 16), np.float32),) * 2
        self._x, self._dx = np.zeros((2, 0, self._E.shape[1]), np.float32)
        self._layers = [RecurrentLayer(config, store, k, prefix) for k in range(config.num_layers)]

    @property
    def states(self) -> Floats:
        return self._layers[-1].activations.y

    @property
    def dstates(self) -> Floats:
        """To be filled with the loss's derivative by the states before `backward`."""
        return self._layers[-1].activations.dy

    def begin(self, batch: Batch, ids: Ids) -> None:
        """Make ready to read a batch: ids (rows,)."""
        self._batch = batch
        ways = len(directions(self.config))
        self._reading = batch.order.reading[:ways]
        self._distinct: Ids = ids[:0]
        index = ids
        if self._embeds:
            # each distinct character is embedded, and multiplied by W, once
            occurs = np.zeros(self.vocab_size, np.bool_)
            occurs[ids] = True
            self._distinct = np.flatnonzero(occurs).astype(np.int32)
            number = np.empty(self.vocab_size, np.int32)
            number[self._distinct] = np.arange(len(self._distinct))
            index = number[ids]
            if len(self._x) < len(self._distinct):
                self._x, self._dx = np.zeros((2, spare(len(self._distinct)), self._E.shape[1]), np.float32)
        self._index = index[self._reading]
        for k, layer in enumerate(self._layers):
            layer.begin(batch.rows, len(batch.lengths), batch.rows if k else len(self._distinct))

    def pack(self, worker: Worker) -> None:
        for layer in self._layers:
            layer.pack(worker)

    def forward(self, worker: Worker, drop: Dropout) -> None:
        if self._embeds:
            sequences.embed_forward(self._E, self._distinct, self._x, len(self._distinct), worker)
        x, inputs, index = self._x, len(self._distinct), self._index
        for k, layer in enumerate(self._layers):
            layer.forward(worker, self._batch.order, x, inputs, index, drop._replace(layer=drop.layer + k))
            x, inputs, index = layer.activations.y, self._batch.rows, self._reading

    def backward(self, worker: Worker, drop: Dropout) -> None:
        rows = self._batch.rows
        for k in reversed(range(len(self._layers))):
            layer, layer_drop = self._layers[k], drop._replace(layer=drop.layer + k)
            if k:
                below = self._layers[k - 1].activations
                layer.backward(worker, self._batch.order, below.y, below.dy, rows, self._reading, layer_drop)
            else:
                inputs = len(self._distinct)
                layer.backward(worker, self._batch.order, self._x, self._dx, inputs, self._index, layer_drop)
        if self._embeds:
            sequences.embed_backward(self._dE, self._distinct, self._dx, len(self._distinct), worker)

    def signals(self, number: int) -> list[dict[str, Floats]]:
        """For each direction name → (T, layers, H) of a sequence, at the position that it belongs to."""
        n, found = self._batch.lengths[number], []
        B = len(self._batch.lengths)
        for d in range(len(directions(self.config))):
            position = np.arange(n)[:: -1 if d else 1]
            rows = self._batch.at(np.full(n, number), position)
            activations = [layer.activations for layer in self._layers]
            gates = np.stack([m.gates[d, rows] for m in activations], axis=1)
            h = np.stack([m.h[d, B + rows] for m in activations], axis=1)
            c = np.stack([m.c[d, B + rows] for m in activations], axis=1) if "c" in CELLS[self.config.cell].carried else h
            found.append(signals_of(self.config, gates, h, c))
        return found
