"""The cells in PyTorch: which module computes a cell, in which order it keeps the blocks, and weights there and back.

Like peer, a module that imports torch, which is no dependency.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tui_rnn.cells import CELLS, Cell
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError

Array = NDArray[Any]


class TorchCell(NamedTuple):
    """PyTorch's stacked layers and single step of a cell, and the order of its blocks there."""

    layers: Any
    step: Any
    order: tuple[str, ...]


TORCH_CELLS = {
    "elman": TorchCell(nn.RNN, nn.RNNCell, ("h",)),
    "lstm": TorchCell(nn.LSTM, nn.LSTMCell, ("i", "f", "g", "o")),
    "gru": TorchCell(nn.GRU, nn.GRUCell, ("r", "z", "n")),
}


def torch_cell(config: RunConfig) -> TorchCell:
    """PyTorch's cell for these settings. Raises InputError where it has none."""
    if config.cell not in TORCH_CELLS:
        raise InputError(f"PyTorch has no cell {config.cell}, expected one of {', '.join(TORCH_CELLS)}: leave --against out")
    return TORCH_CELLS[config.cell]


def options_of(config: RunConfig) -> dict[str, Any]:
    """The arguments of a module besides its sizes."""
    own = {"nonlinearity": config.activation} if CELLS[config.cell].activation_codes else {}
    return {"bias": config.bias} | own


def start_from(config: RunConfig, h: Any) -> Any:
    """The state with this h, and 0 for all else that the cell carries."""
    others = len(CELLS[config.cell].carried) - 1
    return (h, *(torch.zeros_like(h) for _ in range(others))) if others else h


def hidden(state: Any) -> Any:
    """h of a state."""
    return state[0] if isinstance(state, tuple) else state


def load_layer(config: RunConfig, module: Any, end: str, W: Array, U: Array, b: Array | None) -> None:
    """Take over W (inputs, blocks · H), U (H, blocks · H) and b (blocks · H) of one layer."""
    cell, (of_input, of_state) = CELLS[config.cell], _orders(config)
    copy(_arranged(W, cell.input_blocks, of_input).T, getattr(module, f"weight_ih{end}"))
    copy(_arranged(U, cell.recurrent_blocks, of_state).T, getattr(module, f"weight_hh{end}"))
    if b is not None:
        # PyTorch has a bias beside W and one beside U: the second is 0 where the first has the block.
        blocks = dict(zip(cell.blocks, np.split(b, len(cell.blocks)), strict=True))
        copy(np.concatenate([blocks[name] for name in of_input]), getattr(module, f"bias_ih{end}"))
        only_U = [blocks[name] * (name not in of_input) for name in of_state]
        copy(np.concatenate(only_U), getattr(module, f"bias_hh{end}"))


def layer_gradients(config: RunConfig, module: Any, end: str) -> tuple[Array, Array, Array | None]:
    """dW, dU and db of one layer in this project's order; db is None without biases."""
    cell, (of_input, of_state) = CELLS[config.cell], _orders(config)
    dW = _arranged(gradient(getattr(module, f"weight_ih{end}")).T, of_input, cell.input_blocks)
    dU = _arranged(gradient(getattr(module, f"weight_hh{end}")).T, of_state, cell.recurrent_blocks)
    if not config.bias:
        return dW, dU, None
    blocks = _blocks(gradient(getattr(module, f"bias_hh{end}")), of_state)
    blocks |= _blocks(gradient(getattr(module, f"bias_ih{end}")), of_input)
    return dW, dU, np.concatenate([blocks[name] for name in cell.blocks])


def _orders(config: RunConfig) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The order of W's and of U's blocks in PyTorch. A block that only U has takes the place of the one that only W has."""
    cell: Cell = CELLS[config.cell]
    order = torch_cell(config).order
    only_W = [name for name in cell.input_blocks if name not in cell.recurrent_blocks]
    only_U = [name for name in cell.recurrent_blocks if name not in cell.input_blocks]
    instead = dict(zip(only_W, only_U, strict=True))
    return order, tuple(instead.get(name, name) for name in order)


def _blocks(array: Array, order: tuple[str, ...]) -> dict[str, Array]:
    return dict(zip(order, np.split(array, len(order), axis=-1), strict=True))


def _arranged(array: Array, order: tuple[str, ...], wanted: tuple[str, ...]) -> Array:
    """The blocks of columns in another order."""
    blocks = _blocks(array, order)
    return np.concatenate([blocks[name] for name in wanted], axis=-1)


def copy(source: Array, target: Any) -> None:
    """Set a parameter, which must not be tracking gradients."""
    target.copy_(torch.as_tensor(np.ascontiguousarray(source)))


def gradient(parameter: Any) -> Array:
    """A parameter's gradient as a NumPy array."""
    return np.asarray(parameter.grad.numpy())
