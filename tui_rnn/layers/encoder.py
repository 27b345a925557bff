"""The encoder, which reads a batch: an embedding, and stacked recurrent layers in one direction or in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.spelled import letters_of
from tui_rnn.errors import InputError
from tui_rnn.kernels.equations import embedding
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.equations.layer import DISTINCT, ONE_HOT, ROWS, Input, LayerScratch
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Batch, Ids
from tui_rnn.layers.parameters import Floats, Layout, ParameterPlace, gate_matrix, padded
from tui_rnn.layers.recurrent import RecurrentLayer
from tui_rnn.layers.room import enough, floats
from tui_rnn.layers.signals import signals_of
from tui_rnn.layers.speller import PREFIX, Speller
from tui_rnn.layers.store import Store


def directions(config: RunConfig) -> tuple[str, ...]:
    """How the names of each direction's parameters end."""
    return ("", "_reverse") if config.bidirectional else ("",)


def encoder_plan(config: RunConfig, vocab_size: int, prefix: str = "", letters: int = 0) -> list[ParameterPlace]:
    """Its parameters: E (with an embedding); those of the speller, if words are read with so many distinct letters; and for
    each layer W, U, b: W0, W0_reverse, U0 …"""
    H, D, cell, ways = config.hidden_size, config.embedding_size, CELLS[config.cell], directions(config)
    plan = [ParameterPlace(f"{prefix}E", vocab_size, D)] if D else []
    if letters:
        if not D:
            raise InputError("embedding_size is 0, but words with their letters have an embedding: expected at least 1")
        plan += encoder_plan(config.of_letters, letters, PREFIX)
    for k in range(config.num_layers):
        rows, row_blocks = (H, len(ways)) if k else (D or vocab_size, 3 if letters else 1)
        # both directions lie one after another, so that the kernels see them as one array
        plan += [gate_matrix(config, f"{prefix}W{k}{way}", rows, row_blocks) for way in ways]
        plan += [gate_matrix(config, f"{prefix}U{k}{way}", H) for way in ways]
        if config.bias:
            plan += [ParameterPlace(f"{prefix}b{k}{way}", 1, H, len(cell.blocks)) for way in ways]
    return plan


def labelling_layout(config: RunConfig, vocab_size: int, classes: int, letters: int = 0) -> Layout:
    """Parameters of an encoder that is read out: its own, V, b_out."""
    plan = encoder_plan(config, vocab_size, letters=letters)
    plan.append(ParameterPlace("V", classes, config.hidden_size, blocks=len(directions(config))))
    return Layout.of([*plan, ParameterPlace("b_out", 1, classes)] if config.bias else plan)


class Encoder:
    """Characters or words in, the topmost layer's states out: `states` (rows, D·H) in the rows of the batch, D directions."""

    def __init__(self, config: RunConfig, store: Store, vocab_size: int, prefix: str = "", letters: int = 0):
        """letters: how many distinct letters words are spelled with; 0: their letters are not read."""
        self.config, self.vocab_size = config, vocab_size
        self._embeds = config.embedding_size > 0
        self._E, self._dE = store.view(f"{prefix}E") if self._embeds else (floats(0, 16),) * 2
        self._speller = None
        if letters:
            self._speller = Speller(config, Encoder(config.of_letters, store, letters, PREFIX))
        self._x, self._dx = floats(2, 0, self._E.shape[1] * (3 if letters else 1))
        self._ways = directions(config)
        self._layers = [RecurrentLayer(config, store, k, self._ways, prefix) for k in range(config.num_layers)]
        self._room = (0, 0, 0)
        self._scratch = self._new_scratch()

    @property
    def embedded(self) -> Ids:
        """After `begin`: the rows of E that are read."""
        return self._embedded

    @property
    def states(self) -> Floats:
        """After `forward` was noted: where the states will be."""
        return self._layers[-1].y

    @property
    def dstates(self) -> Floats:
        """To be filled with the loss's derivative by the states, before `backward`."""
        return np.asarray(self._scratch.dy)

    def begin(self, batch: Batch, ids: Ids, spelled: Sequence[Any] = ()) -> None:
        """Make ready to read whole sequences: ids (rows,). spelled: where letters are read too, the sequences by number
        (data.spelled.Spelled)."""
        kind, embedded, index = ONE_HOT, ids[:0], ids
        if self._speller is not None:
            # each distinct word with its letters is embedded, and multiplied by W, once
            numbers, letters = letters_of(spelled)
            forms = batch.pack(numbers)
            _, first, index = np.unique(forms * np.int64(self.vocab_size) + ids, return_index=True, return_inverse=True)
            kind, embedded, index = DISTINCT, ids[first], index.astype(np.int32)
            self._speller.begin([letters[form] for form in forms[first].tolist()])
        elif self._embeds:
            # each distinct character is embedded, and multiplied by W, once
            occurs = np.zeros(self.vocab_size, np.bool_)
            occurs[ids] = True
            kind, embedded = DISTINCT, np.flatnonzero(occurs).astype(np.int32)
            number = np.empty(self.vocab_size, np.int32)
            number[embedded] = np.arange(len(embedded))
            index = number[ids]
        reading = batch.order.reading[: len(self._ways)]
        self._make_ready(batch, kind, embedded, index[reading], np.ones(len(batch.lengths), np.bool_))

    def begin_streams(self, batch: Batch, ids: Ids, fresh: np.ndarray) -> None:
        """Make ready to read chunks of streams one after another. The caller fills ids (1, rows) and fresh (streams,), which
        marks streams that start from the zero state, before each chunk."""
        if not self._embeds:
            self._make_ready(batch, ONE_HOT, ids[0, :0], ids, fresh)
        elif self.vocab_size <= batch.rows:
            # a table of all characters is less work than a product for each row
            self._make_ready(batch, DISTINCT, np.arange(self.vocab_size, dtype=np.int32), ids, fresh)
        else:
            self._make_ready(batch, ROWS, ids[0], batch.order.reading[:1], fresh)

    def _make_ready(self, batch: Batch, kind: int, embedded: Ids, index: Ids, fresh: np.ndarray) -> None:
        """embedded: the characters whose e = E x the inputs are; index: see kernels.equations.layer.Input."""
        self._batch, self._embedded, self._fresh = batch, embedded, fresh
        if len(self._x) < len(embedded):
            self._x, self._dx = floats(2, enough(len(embedded), len(self._x)), self._x.shape[1])
        self._given = Input(kind, self._x, self._dx, len(embedded), index)
        for layer in self._layers:
            layer.begin(batch)
        both = len(self._ways) > 1
        products = max(len(embedded) if kind == DISTINCT or both else 0, batch.rows if both and len(self._layers) > 1 else 0)
        wanted = (batch.rows, len(batch.lengths), products)
        if any(want > have for want, have in zip(wanted, self._room, strict=True)):
            rows, streams, inputs = (enough(want, have) for want, have in zip(wanted, self._room, strict=True))
            self._room = (rows, streams, inputs)
            self._scratch = self._new_scratch()

    def _new_scratch(self) -> LayerScratch:
        (rows, streams, inputs), D, H = self._room, len(self._ways), padded(self.config.hidden_size)
        dy = floats(rows + 1, D * H)  # the last belongs to the row of zeros, see RecurrentLayer: nothing reads it
        return LayerScratch(
            product=floats(D, inputs, self._layers[0].input_columns),
            dy=dy,
            dh=floats(D, rows, H) if D > 1 else dy[None],
            carry=floats(D, streams, H),
            dread=floats(D, streams if CELLS[self.config.cell].scale_block else 1, H),
        )

    def _input(self, k: int) -> Input:
        """What the k-th layer reads: above the first, the rows of the one below."""
        if k == 0:
            return self._given
        reading = self._batch.order.reading[: len(self._ways)]
        return Input(ROWS, self._layers[k - 1].y, np.asarray(self._scratch.dy), self._batch.rows, reading)

    def pack(self, program: Program) -> None:
        if self._speller is not None:
            self._speller.pack(program)
        for layer in self._layers:
            layer.pack(program)

    def forward(self, program: Program, drop: Dropout) -> None:
        if self._speller is not None:
            self._speller.forward(program, self._of_speller(drop))
            embedding.embed_beside_forward(
                self._E, self._embedded, self._speller.out, self._x, len(self._embedded), program
            )  # fmt: skip
        elif self._embeds:
            embedding.embed_forward(self._E, self._embedded, self._x, len(self._embedded), program)
        for k, layer in enumerate(self._layers):
            own = drop._replace(layer=drop.layer + k)
            layer.forward(program, self._scratch, self._batch.order, self._input(k), self._fresh, own)

    def backward(self, program: Program, drop: Dropout) -> None:
        for k in reversed(range(len(self._layers))):
            own = drop._replace(layer=drop.layer + k)
            self._layers[k].backward(program, self._scratch, self._batch.order, self._input(k), own)
        if self._speller is not None:
            embedding.embed_beside_backward(
                self._dE, self._embedded, self._speller.dout, self._dx, len(self._embedded), program
            )  # fmt: skip
            self._speller.backward(program, self._of_speller(drop))
        elif self._embeds:
            embedding.embed_backward(self._dE, self._embedded, self._dx, len(self._embedded), program)

    def _of_speller(self, drop: Dropout) -> Dropout:
        return drop._replace(layer=drop.layer + self.config.num_layers)

    def carried(self) -> list[list[Floats]]:
        """Views, layer by layer, of the states that go on to the next chunk: see RecurrentLayer.carried."""
        return [layer.carried(len(self._batch.lengths), self._batch.rows) for layer in self._layers]

    def signal(self, k: int, name: str) -> Floats:
        """View (rows, H) of a signal of the k-th layer, as it read from the start, in the rows of the batch."""
        cell, H, rows, B = CELLS[self.config.cell], self.config.hidden_size, self._batch.rows, len(self._batch.lengths)
        activations = self._layers[k].activations
        if name in cell.carried:
            return np.asarray((activations.c if name == "c" else activations.h)[0, B : B + rows, :H])
        first = cell.blocks.index(name) * padded(H)
        return np.asarray(activations.gates[0, :rows, first : first + H])

    def signals(self, number: int) -> list[dict[str, Floats]]:
        """The signals of a sequence: for each direction name → (T, layers, H), each at the position to which it belongs."""
        n, found = self._batch.lengths[number], []
        B = len(self._batch.lengths)
        for d in range(len(self._ways)):
            position = np.arange(n)[:: -1 if d else 1]
            rows = self._batch.at(np.full(n, number), position)
            activations = [layer.activations for layer in self._layers]
            gates = np.stack([m.gates[d, rows] for m in activations], axis=1)
            h = np.stack([m.h[d, B + rows] for m in activations], axis=1)
            c = np.stack([m.c[d, B + rows] for m in activations], axis=1) if "c" in CELLS[self.config.cell].carried else h
            found.append(signals_of(self.config, gates, h, c))
        return found
