"""A network's parameters: their shapes, their names, their first values, and where they lie in memory.

All parameters lie in one flat vector, so that the optimiser, clipping and copying are one loop each. Rows and columns
are padded with zeros to a multiple of 16 (the kernels' vectors have no remainders). Padding stays zero through
training: nothing flows into it and no gradient comes out. Names and shapes seen outside are without the padding.

Matrices are stored (from, to): z = x W + h U + b on row vectors, the transposes of the textbook's W x + U h.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.kernels.language_model import Weights

Floats = NDArray[np.float32]

PAD = 16
"""Rows and columns come in multiples of this."""


def padded(size: int) -> int:
    """The next multiple of PAD."""
    return -(-size // PAD) * PAD


@dataclass(frozen=True)
class Gates:
    """The gate blocks of a cell: in its buffer, in W's columns and in U's columns; in the order they are stored."""

    buffer: tuple[str, ...]
    of_input: tuple[str, ...]
    of_recurrent: tuple[str, ...]


GATES = {
    "elman": Gates(("h",), ("h",), ("h",)),
    "lstm": Gates(("i", "f", "g", "o"), ("i", "f", "g", "o"), ("i", "f", "g", "o")),
    # u = U_n h + b_u stays apart from z_n, since the reset gate multiplies it
    "gru": Gates(("n", "r", "z", "u"), ("n", "r", "z"), ("r", "z", "u")),
}


@dataclass(frozen=True)
class Piece:
    """One parameter in the flat vector: (rows, blocks × width), each block padded by itself."""

    name: str
    rows: int
    blocks: int
    width: int
    start: int

    @property
    def padded_shape(self) -> tuple[int, int]:
        return (1 if self.is_bias else padded(self.rows), self.blocks * padded(self.width))

    @property
    def size(self) -> int:
        return self.padded_shape[0] * self.padded_shape[1]

    @property
    def shape(self) -> tuple[int, ...]:
        """As seen outside: a bias is a vector."""
        columns = self.blocks * self.width
        return (columns,) if self.is_bias else (self.rows, columns)

    @property
    def is_bias(self) -> bool:
        return self.name.startswith("b")

    def padded_view(self, flat: Floats) -> Floats:
        return flat[self.start : self.start + self.size].reshape(self.padded_shape)

    def read(self, flat: Floats) -> Floats:
        """A contiguous copy without padding, of `shape`."""
        grid = self.padded_view(flat).reshape(-1, self.blocks, padded(self.width))
        return grid[: self.rows, :, : self.width].copy().reshape(self.shape)

    def write(self, flat: Floats, values: Floats) -> None:
        """Set it from values of `shape`; the padding is left as it is."""
        grid = self.padded_view(flat).reshape(-1, self.blocks, padded(self.width))
        grid[: self.rows, :, : self.width] = values.reshape(self.rows, self.blocks, self.width)


@dataclass(frozen=True)
class Layout:
    """Where each parameter of a network lies. `pieces` are trained; `fixed` (biases left out, say) stay zero."""

    config: RunConfig
    vocab_size: int
    pieces: tuple[Piece, ...]

    @staticmethod
    def of(config: RunConfig, vocab_size: int) -> Layout:
        H, D, gates = config.hidden_size, config.embedding_size, GATES[config.cell]
        plan: list[tuple[str, int, int, int]] = []
        if D:
            plan.append(("E", vocab_size, 1, D))
        # stacked parameters lie one after another, so that the kernels see them as one array
        layers = range(config.num_layers)
        plan.append(("W0", D or vocab_size, len(gates.of_input), H))
        plan += [(f"W{k}", H, len(gates.of_input), H) for k in layers[1:]]
        plan += [(f"U{k}", H, len(gates.of_recurrent), H) for k in layers]
        if config.bias:
            plan += [(f"b{k}", 1, len(gates.buffer), H) for k in layers]
        if not config.tie_weights:
            plan.append(("V", vocab_size, 1, H))
        if config.bias:
            plan.append(("b_out", 1, 1, vocab_size))
        pieces, start = [], 0
        for name, rows, blocks, width in plan:
            pieces.append(Piece(name, rows, blocks, width, start))
            start += pieces[-1].size
        return Layout(config, vocab_size, tuple(pieces))

    @property
    def size(self) -> int:
        """Floats of the flat vector, padding included."""
        return self.pieces[-1].start + self.pieces[-1].size

    @property
    def parameter_count(self) -> int:
        """Parameters without padding."""
        return sum(math.prod(p.shape) for p in self.pieces)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {p.name: p.shape for p in self.pieces}

    def read(self, flat: Floats) -> dict[str, Floats]:
        """Every parameter by name, as contiguous copies."""
        return {p.name: p.read(flat) for p in self.pieces}

    def write(self, flat: Floats, values: dict[str, Floats]) -> None:
        for p in self.pieces:
            p.write(flat, values[p.name])

    def weights(self, flat: Floats) -> Weights:
        """The kernels' view of the flat vector; absent parameters become zeros of their own."""
        at = {p.name: p for p in self.pieces}
        gates, layers = GATES[self.config.cell], self.config.num_layers
        H, Vp = padded(self.config.hidden_size), padded(self.vocab_size)
        view = {name: p.padded_view(flat) for name, p in at.items()}

        def stack(first: str, count: int, rows: int, columns: int) -> Floats:
            if first not in at or not count:
                return np.zeros((count, rows, columns), np.float32)
            start = at[first].start
            return flat[start : start + count * rows * columns].reshape(count, rows, columns)

        E = view.get("E", np.zeros((PAD, PAD), np.float32))
        return Weights(
            E=E,
            W0=view["W0"],
            W=stack("W1", layers - 1, H, len(gates.of_input) * H),
            U=stack("U0", layers, H, len(gates.of_recurrent) * H),
            b=stack("b0", layers, 1, len(gates.buffer) * H).reshape(layers, -1),
            V=view.get("V", E),
            b_out=view["b_out"].reshape(-1) if "b_out" in view else np.zeros(Vp, np.float32),
        )


def initial_parameters(layout: Layout) -> Floats:
    """The flat vector at the start, from the config's seed: U orthogonal, the rest uniform ±1/√H, forget bias 1."""
    config, rng = layout.config, np.random.default_rng(layout.config.seed)
    flat = np.zeros(layout.size, np.float32)
    H, gates = config.hidden_size, GATES[config.cell]
    bound = 1 / math.sqrt(H)
    for piece in layout.pieces:
        if piece.name.startswith("U"):
            blocks = [np.linalg.qr(rng.standard_normal((H, H)))[0] for _ in gates.of_recurrent]
            values = np.concatenate(blocks, axis=1)
        elif piece.name == "E" and not config.tie_weights:
            values = rng.standard_normal(piece.shape)
        elif piece.is_bias:
            values = np.zeros(piece.shape)
            if config.cell == "lstm" and piece.name != "b_out":
                values[H : 2 * H] = 1
        else:
            values = rng.uniform(-bound, bound, piece.shape)
        piece.write(flat, values.astype(np.float32))
    return flat
