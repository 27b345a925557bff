"""A network's parameters: their shapes, their names, their first values, and where they lie in memory.

All parameters lie in one flat vector, so that the optimiser, clipping and copying are one loop each. Rows and columns
are padded with zeros to a multiple of 16 (the kernels' vectors have no remainders). Padding stays zero in training:
nothing flows into it and no gradient comes out of it. Callers see names and shapes without the padding.

Matrices are stored (from, to): z = x W + h U + b on row vectors, the transposes of the textbook's W x + U h.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig

Floats = NDArray[np.float32]

PAD = 16
"""Rows and columns come in multiples of this."""


def padded(size: int) -> int:
    """The next multiple of PAD."""
    return -(-size // PAD) * PAD


@dataclass(frozen=True)
class ParameterPlace:
    """One parameter in the flat vector: (row_blocks × rows, blocks × width), each block padded by itself.

    A name is the textbook's letter, with a number or a word where there are several: U0, W1_reverse, b_out, decoder.E.
    shared: blocks of columns that are the same matrix, stored once for each block.
    """

    name: str
    rows: int
    width: int
    blocks: int = 1
    row_blocks: int = 1
    start: int = 0
    shared: tuple[int, ...] = ()

    @property
    def padded_shape(self) -> tuple[int, int]:
        return (1 if self.is_bias else self.row_blocks * padded(self.rows), self.blocks * padded(self.width))

    @property
    def size(self) -> int:
        return self.padded_shape[0] * self.padded_shape[1]

    @property
    def shape(self) -> tuple[int, ...]:
        """As callers see it: a bias is a vector."""
        columns = self.blocks * self.width
        return (columns,) if self.is_bias else (self.row_blocks * self.rows, columns)

    @property
    def count(self) -> int:
        """Numbers that are learned: a shared block counts once."""
        repeated = max(0, len(self.shared) - 1)
        return math.prod(self.shape) - repeated * self.row_blocks * self.rows * self.width

    @property
    def letter(self) -> str:
        return self.name.rpartition(".")[2][0]

    @property
    def is_bias(self) -> bool:
        return self.letter == "b"

    def padded_view(self, flat: Floats) -> Floats:
        return flat[self.start : self.start + self.size].reshape(self.padded_shape)

    def _blocks(self, flat: Floats) -> Floats:
        """The blocks without their padding: (row_blocks, rows, blocks, width)."""
        rows = self.padded_shape[0] // self.row_blocks
        view = self.padded_view(flat).reshape(self.row_blocks, rows, self.blocks, padded(self.width))
        return view[:, : self.rows, :, : self.width]

    def read(self, flat: Floats) -> Floats:
        """A contiguous copy without padding, of `shape`."""
        return self._blocks(flat).copy().reshape(self.shape)

    def write(self, flat: Floats, values: Floats) -> None:
        """Set it from values of `shape`; the padding stays as it is."""
        self._blocks(flat)[:] = values.reshape(self.row_blocks, self.rows, self.blocks, self.width)

    def is_shared_in(self, values: Floats) -> bool:
        """Whether the shared blocks of values of `shape` are alike, bit for bit."""
        if not self.shared:
            return True
        blocks = values.reshape(-1, self.blocks, self.width)[:, list(self.shared)]
        return bool((blocks == blocks[:, :1]).all())

    def with_sums(self, gradient: Floats) -> Floats:
        """From a gradient of `shape` by each stored block to that of the shared matrix: each shared block gets their sum."""
        if self.shared:
            blocks = gradient.reshape(-1, self.blocks, self.width)
            blocks[:, list(self.shared)] = blocks[:, list(self.shared)].sum(axis=1, keepdims=True)
        return gradient

    def repeats(self) -> list[tuple[int, int, int, int, int]]:
        """For each shared block after the first: where the first block and this one begin in the flat vector, the number of
        rows, the distance from row to row, and the width; all with the padding."""
        rows, columns = self.padded_shape
        first, *others = (self.start + block * padded(self.width) for block in self.shared)
        return [(first, other, rows, columns, padded(self.width)) for other in others]


def gate_matrix(config: RunConfig, name: str, rows: int, row_blocks: int = 1) -> ParameterPlace:
    """A W, C or U of a layer: a block of columns for each gate and candidate. With share_gates, the gates share one block."""
    cell = CELLS[config.cell]
    blocks = cell.recurrent_blocks if name.rpartition(".")[2][0] == "U" else cell.input_blocks
    shared = tuple(k for k, block in enumerate(blocks) if block in cell.gate_blocks) if config.share_gates else ()
    return ParameterPlace(name, rows, config.hidden_size, len(blocks), row_blocks, shared=shared)


@dataclass(frozen=True)
class Layout:
    """Where each parameter of a network lies: one after another, in the order of `pieces`."""

    pieces: tuple[ParameterPlace, ...]

    @classmethod
    def of(cls, plan: Iterable[ParameterPlace]) -> Layout:
        """The layout of these pieces, wherever they began before."""
        pieces: list[ParameterPlace] = []
        for piece in plan:
            start = pieces[-1].start + pieces[-1].size if pieces else 0
            pieces.append(replace(piece, start=start))
        return cls(tuple(pieces))

    @property
    def size(self) -> int:
        """Floats of the flat vector, padding included."""
        return self.pieces[-1].start + self.pieces[-1].size

    @property
    def parameter_count(self) -> int:
        """Parameters without padding, a shared one once."""
        return sum(p.count for p in self.pieces)

    @property
    def repeats(self) -> NDArray[np.int64]:
        """Where shared blocks are stored again, (n, 5): see ParameterPlace.repeats."""
        found = [repeat for p in self.pieces if p.shared for repeat in p.repeats()]
        return np.array(found, np.int64).reshape(-1, 5)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {p.name: p.shape for p in self.pieces}

    def read(self, flat: Floats) -> dict[str, Floats]:
        """Every parameter by name, as contiguous copies."""
        return {p.name: p.read(flat) for p in self.pieces}

    def write(self, flat: Floats, values: Mapping[str, Floats]) -> None:
        for p in self.pieces:
            p.write(flat, values[p.name])

    def view(self, flat: Floats, name: str) -> Floats:
        """The parameter `name` with its padding, as it lies in `flat`."""
        return self._piece(name).padded_view(flat)

    def stack(self, flat: Floats, names: Sequence[str]) -> Floats:
        """Parameters of one shape that lie one after another, as one array (names, rows, columns)."""
        start, shape = self._piece(names[0]).start, self._piece(names[0]).padded_shape
        return flat[start : start + len(names) * math.prod(shape)].reshape(len(names), *shape)

    def _piece(self, name: str) -> ParameterPlace:
        return next(p for p in self.pieces if p.name == name)


def initial_parameters(layout: Layout, config: RunConfig) -> Floats:
    """The flat vector at the start, from the config's seed: U orthogonal, the rest uniform ±1/√H, forget bias 1."""
    rng = np.random.default_rng(config.seed)
    flat = np.zeros(layout.size, np.float32)
    cell = CELLS[config.cell]
    bound = 1 / math.sqrt(config.hidden_size)
    for piece in layout.pieces:
        if piece.letter == "U":
            H = piece.width
            blocks = [np.linalg.qr(rng.standard_normal((H, H)))[0] for _ in range(piece.blocks)]
            values = np.concatenate([np.empty((H, 0)), *blocks], axis=1)
        elif piece.letter == "E" and not config.tie_weights:
            values = rng.standard_normal(piece.shape)
        elif piece.is_bias:
            values = np.zeros(piece.shape)
            if cell.forget_block is not None and piece.blocks > 1:
                start = cell.blocks.index(cell.forget_block) * piece.width
                values[start : start + piece.width] = 1
        else:
            values = rng.uniform(-bound, bound, piece.shape)
        if piece.shared:
            each = values.reshape(-1, piece.blocks, piece.width)
            each[:, list(piece.shared)] = each[:, piece.shared[:1]]
        piece.write(flat, values.astype(np.float32))
    return flat
