"""The cells in other programs: what PyTorch and ONNX call a cell and in which order they keep its blocks, and its equations in
NumPy.

A cell that PyTorch and ONNX lack can't be imported. It is exported by its equations: torch_cells.py, onnx_cells.py and
web/model.js have them, too. Blocks are named as in tui_rnn/cells.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cell_facts import Cell
from tui_rnn.cells import CELLS

Floats = NDArray[Any]


@dataclass(frozen=True)
class Elsewhere:
    """A cell as other programs know it.

    torch: the module in torch.nn; torch_order: the order of W's blocks there. onnx, onnx_order: the same for ONNX's operator. A
    block that only U has takes the place of the block that only W has.
    """

    torch: str
    torch_order: tuple[str, ...]
    onnx: str
    onnx_order: tuple[str, ...]


ELSEWHERE: Mapping[str, Elsewhere] = {
    "elman": Elsewhere("RNN", ("h",), "RNN", ("h",)),
    "lstm": Elsewhere("LSTM", ("i", "f", "g", "o"), "LSTM", ("i", "o", "f", "g")),
    "gru": Elsewhere("GRU", ("r", "z", "n"), "GRU", ("z", "r", "n")),
}
"""By the names of tui_rnn.cells.CELLS."""

TORCH_MODULES = " or ".join(", ".join(f"nn.{known.torch}" for known in ELSEWHERE.values()).rsplit(", ", 1))
"""PyTorch's modules, in words."""

_ELMAN = '''
def cell(a, state, U, b):
    """The Elman network: h_t = $name(x W + h U + b). a is x W."""
    (h,) = state
    return ($g,)
'''
_LSTM = '''
def cell(a, state, U, b):
    """The LSTM: c_t = f c + i g and h_t = o tanh(c_t). a is x W; the gates stand in the order i, f, g, o."""
    h, c = state
    i, f, g, o = np.split(a + h @ U + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c
'''
_GRU = '''
def cell(a, state, U, b):
    """The GRU: h_t = (1 - z) n + z h. a is x W, of the blocks n, r, z; U has r, z, m: m is what the reset gate lets in."""
    (h,) = state
    (n, r, z), (r_U, z_U, m) = np.split(a, 3), np.split(h @ U, 3)
    b_n, b_r, b_z, b_m = np.split(b, 4)
    r, z = sigmoid(r + r_U + b_r), sigmoid(z + z_U + b_z)
    n = np.tanh(n + b_n + r * (m + b_m))
    return ((1 - z) * n + z * h,)
'''
_MGRU = '''
def cell(a, state, U, b):
    """The mGRU: a GRU whose U reads q h, q = 2 sigmoid(x W_q + b_q). a is x W, of the blocks q, n, r, z; U has r, z, m: m is
    what the reset gate lets in."""
    (h,) = state
    (q, n, r, z), (b_q, b_n, b_r, b_z, b_m) = np.split(a, 4), np.split(b, 5)
    r_U, z_U, m = np.split((2 * sigmoid(q + b_q) * h) @ U, 3)
    r, z = sigmoid(r + r_U + b_r), sigmoid(z + z_U + b_z)
    n = np.tanh(n + b_n + r * (m + b_m))
    return ((1 - z) * n + z * h,)
'''
_MINGRU = '''
def cell(a, state, U, b):
    """The minGRU: h_t = (1 - z) n + z h. a is x W, of the blocks n, z. U is empty: a unit reads no other unit's state."""
    (h,) = state
    n, z = np.split(a + b, 2)
    z = sigmoid(z)
    return ((1 - z) * n + z * h,)
'''
_MINLSTM = '''
def cell(a, state, U, b):
    """The minLSTM: h_t = (1 - f) n + f h. a is x W, of the blocks f, i, n; f = p / (p + q) with p, q the sigmoids of the first
    two, by their logarithms. U is empty: a unit reads no other unit's state."""
    (h,) = state
    f, i, n = np.split(a + b, 3)
    f = sigmoid(np.logaddexp(0, -i) - np.logaddexp(0, -f))
    return ((1 - f) * n + f * h,)
'''

NUMPY_CELLS: Mapping[str, str] = {
    "elman": _ELMAN,
    "lstm": _LSTM,
    "gru": _GRU,
    "mgru": _MGRU,
    "mingru": _MINGRU,
    "minlstm": _MINLSTM,
}
"""By the names of tui_rnn.cells.CELLS: the source of a function cell(a, state, U, b), where a = x W and state is what the cell
carries; it returns the next state. In it, $g is the activation of a cell that has a choice."""

NUMPY_ACTIVATIONS = {"tanh": "np.tanh(a + h @ U + b)", "relu": "np.maximum(a + h @ U + b, 0)"}


def order_of_U(cell: Cell, order: tuple[str, ...]) -> tuple[str, ...]:
    """The order of U's blocks when W's have this order. A block that scales what U reads has none."""
    twin = _twin(cell)
    return tuple(twin.get(name, name) for name in order if name in twin or name in cell.recurrent_blocks)


def _twin(cell: Cell) -> dict[str, str]:
    """From the block that only W has to the block that only U has."""
    only_W = [name for name in cell.input_blocks if name not in (*cell.recurrent_blocks, cell.scale_block)]
    only_U = [name for name in cell.recurrent_blocks if name not in cell.input_blocks]
    return dict(zip(only_W, only_U, strict=True)) if cell.recurrent_blocks else {}


def arranged(array: Floats, order: tuple[str, ...], wanted: tuple[str, ...]) -> Floats:
    """The blocks of columns in another order; no columns if no block is wanted."""
    if not wanted:
        return array[..., :0]
    blocks = dict(zip(order, np.split(array, len(order), axis=-1), strict=True))
    return np.concatenate([blocks[name] for name in wanted], axis=-1)


@dataclass(frozen=True)
class TwoBiases:
    """A layer in which W and U each have a bias: W (D, blocks · H), U (H, blocks · H), b_W, b_U (blocks · H,)."""

    W: Floats
    U: Floats
    b_W: Floats
    b_U: Floats


def with_two_biases(name: str, order: tuple[str, ...], W: Floats, U: Floats, b: Floats) -> TwoBiases:
    """A layer of ours with W's blocks in this order. b_U is 0 except in a block that only U has."""
    cell: Cell = CELLS[name]
    of_U = order_of_U(cell, order)
    only_U = np.repeat(np.array([block not in order for block in of_U], b.dtype), len(b) // len(cell.blocks))
    return TwoBiases(
        arranged(W, cell.input_blocks, order),
        arranged(U, cell.recurrent_blocks, of_U),
        arranged(b, cell.blocks, order),
        arranged(b, cell.blocks, of_U) * only_U,
    )


def with_one_bias(name: str, order: tuple[str, ...], layer: TwoBiases) -> tuple[Floats, Floats, Floats]:
    """W, U and b in our form: the two biases of a block are added, and a block that only U has keeps its own."""
    cell: Cell = CELLS[name]
    of_U = order_of_U(cell, order)
    b = dict(zip(order, np.split(layer.b_W, len(order)), strict=True))
    for block, own in zip(of_U, np.split(layer.b_U, len(of_U)), strict=True):
        b[block] = b[block] + own if block in b else own
    return (
        arranged(layer.W, order, cell.input_blocks),
        arranged(layer.U, of_U, cell.recurrent_blocks),
        np.concatenate([b[block] for block in cell.blocks]),
    )
