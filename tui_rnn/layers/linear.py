"""Layers without recurrence: a matrix on its own, and the readout."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_rnn.kernels.equations import linear
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.parameters import Floats, padded
from tui_rnn.layers.room import enough, floats
from tui_rnn.layers.signals import log_softmax
from tui_rnn.layers.store import Store


class Linear:
    """y = x W for the parameter `name`."""

    def __init__(self, store: Store, name: str):
        self.W, self.dW = store.view(name)
        rows, columns = self.W.shape
        self.panels, self._panels_T = store.panels(name, rows, columns), store.panels(f"{name}.T", columns, rows)

    def pack(self, program: Program) -> None:
        linear.pack_both(self.W, self.panels, self._panels_T, program)

    def forward(self, program: Program, x: Floats, y: Floats, rows: int) -> None:
        """y ← x W for the first `rows` rows."""
        linear.linear_forward(x, self.panels, y, rows, program)

    def backward(self, program: Program, x: Floats, dy: Floats, dx: Floats, rows: int) -> None:
        """Adds to dW, and to dx."""
        linear.linear_backward(x, dy, self._panels_T, self.dW, dx, rows, program)


class Readout:
    """softmax(V y + b_out) over `classes`, and its cross-entropy. y (rows, width); V is the parameter `name`."""

    def __init__(self, store: Store, classes: int, name: str = "V"):
        self.classes, self.rows = classes, 0
        self.V, self._dV = store.view(name)
        self.b, self._db = (row[0] for row in store.biases(["b_out"], padded(classes)))
        width = self.V.shape[1]
        self._panels = store.panels(f"readout.{name}", classes, width)  # the padding adds nothing
        self.panels_T = store.panels(f"readout.{name}.T", width, padded(classes))
        self._targets = np.zeros(0, np.int32)
        self.logits, self._losses = floats(0, padded(classes)), np.zeros(0)

    def begin(self, rows: int, targets: np.ndarray | None = None) -> None:
        """Make ready for so many rows. targets: the right class of each. Raises ValueError if there are more or fewer."""
        self.rows = rows
        if targets is not None:
            if len(targets) != rows:
                raise ValueError(f"{len(targets)} targets for {rows} rows")
            self._targets = np.ascontiguousarray(targets, np.int32)
        if len(self._losses) < rows:
            room = enough(rows, len(self._losses))
            self.logits, self._losses = floats(room, self.logits.shape[1]), np.zeros(room)

    def pack(self, program: Program) -> None:
        linear.pack_both(self.V, self._panels, self.panels_T, program)

    def forward(self, program: Program, y: Floats) -> None:
        linear.readout_forward(y, self.panels_T, self.b, self.logits, self.rows, self.classes, program)

    def score(self, program: Program, batch_rows: int, smoothing: float, total: NDArray[np.float64]) -> None:
        """The loss of every row, and their sum (1,) in nats; the logits become the derivative of the mean over a batch that
        has so many rows in all its shards, with the labels smoothed."""
        linear.score(
            self.logits, self._targets, self._losses, total, self.rows, batch_rows, self.classes, smoothing, program
        )  # fmt: skip

    def backward(self, program: Program, y: Floats, dy: Floats) -> None:
        """Adds to dV and db; dy is overwritten."""
        linear.readout_backward(y, self.logits, self._panels, self._dV, self._db, dy, self.rows, program)

    def values(self) -> Floats:
        """The logits of each row, (rows, classes), a copy."""
        return self.logits[: self.rows, : self.classes].copy()

    def log_probs(self) -> Floats:
        """ln softmax of each row's logits, (rows, classes)."""
        return log_softmax(self.logits[: self.rows, : self.classes])

    def truth_log_probs(self) -> NDArray[np.float64]:
        """ln p of the right class of each row."""
        return self.log_probs()[np.arange(self.rows), self._targets[: self.rows]].astype(np.float64)
