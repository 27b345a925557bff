"""One recurrent layer over the rows of a batch, in one direction or in both: h_t = [h_t^f ; h_t^b]."""

from __future__ import annotations

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations import layer
from tui_rnn.kernels.equations.cells import Cell
from tui_rnn.kernels.equations.dropout import Dropout
from tui_rnn.kernels.equations.layer import Input, Layer, LayerActivations, LayerPanels, LayerScratch
from tui_rnn.kernels.equations.order import Order
from tui_rnn.kernels.machine.matmul import PANEL
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.batch import Batch
from tui_rnn.layers.parameters import Floats, padded
from tui_rnn.layers.room import enough, floats
from tui_rnn.layers.store import Store


def cell_of(config: RunConfig) -> Cell:
    """The cell as the kernels know it."""
    facts = CELLS[config.cell]
    return Cell(facts.code_for(config.activation), facts.recurrent_start, facts.scale_block is not None)


class RecurrentLayer:
    """The k-th layer of a stack. y (rows, D·H): its outputs by position, after dropout. A bidirectional layer has a row of
    zeros after a batch's last row."""

    def __init__(self, config: RunConfig, store: Store, k: int, ways: tuple[str, ...], prefix: str = ""):
        facts, H = CELLS[config.cell], padded(config.hidden_size)
        self._cell, self._one_hot = cell_of(config), k == 0 and not config.embedding_size
        self._has_c, self._drops = "c" in facts.carried, config.dropout > 0
        W, U = (store.stack([f"{prefix}{letter}{k}{way}" for way in ways]) for letter in "WU")
        b = store.biases([f"{prefix}b{k}{way}" for way in ways], len(facts.blocks) * H)
        self._theta, self._gradient = (Layer(W[i], U[i], b[i]) for i in (0, 1))
        (D, rows, self.input_columns), recurrent = W[0].shape, U[0].shape[2]
        rows, columns = (1, PANEL) if self._one_hot else (rows, self.input_columns)
        self._panels = LayerPanels(
            W=store.panels(f"{prefix}W{k}", rows, columns, D),
            W_T=store.panels(f"{prefix}W{k}.T", columns, rows, D),
            U=store.panels(f"{prefix}U{k}", H, recurrent, D),
            U_T=store.panels(f"{prefix}U{k}.T", recurrent, H, D),
        )
        self._room = (0, 0)
        self.activations = self._new_activations()
        self._dropped = floats(0, D * H)
        self.y = self._dropped

    def begin(self, batch: Batch) -> None:
        """Make ready for a batch."""
        wanted = (batch.rows, len(batch.lengths))
        D, H, _ = self._theta.U.shape
        if any(want > have for want, have in zip(wanted, self._room, strict=True)):
            rows, streams = (enough(want, have) for want, have in zip(wanted, self._room, strict=True))
            self._room = (rows, streams)
            self.activations = self._new_activations()
            if D > 1 or self._drops:
                self._dropped = floats(rows + 1, D * H)
        if D > 1:
            self._dropped[batch.rows] = 0
        # the states of a single direction lie by position already
        first = len(batch.lengths)
        self._states = self._dropped if D > 1 else self.activations.h[0, first : first + batch.rows]

    def _new_activations(self) -> LayerActivations:
        (rows, streams), (D, H, _), G = self._room, self._theta.U.shape, self._theta.b.shape[1]

        return LayerActivations(
            gates=floats(D, rows, G),
            h=floats(D, streams + rows, H),
            c=floats(D, streams + rows if self._has_c else 1, H),
            tanh_c=floats(D, rows if self._has_c else 1, H),
            read=floats(D, rows if self._cell.scales else 1, H),
        )

    def pack(self, program: Program) -> None:
        layer.pack_layer(self._theta, self._panels, self._one_hot, program)

    def forward(
        self, program: Program, scratch: LayerScratch, order: Order, given: Input, fresh: np.ndarray, drop: Dropout
    ) -> None:
        """fresh (streams,): those that start from the zero state."""
        self.y = self._dropped if drop.rate > 0 else self._states
        layer.layer_forward(
            self._cell, self._theta, self._panels, self.activations, scratch, order, given, self.y, fresh, drop, program
        )  # fmt: skip

    def backward(self, program: Program, scratch: LayerScratch, order: Order, given: Input, drop: Dropout) -> None:
        layer.layer_backward(
            self._cell, self._theta, self._gradient, self._panels, self.activations, scratch, order, given, drop, program
        )  # fmt: skip

    def carried(self, streams: int, rows: int) -> list[Floats]:
        """The states that go on to the next chunk, each (streams, H): h, and c where the cell has one."""
        kept = [self.activations.h, self.activations.c] if self._has_c else [self.activations.h]
        return [states[0, rows : rows + streams] for states in kept]
