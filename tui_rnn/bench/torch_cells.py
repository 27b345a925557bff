"""The cells in PyTorch: the module of each cell, the order of its blocks, and how weights are copied there and back.

It imports torch, which is no dependency: call compare.torch_installed() first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.export.cells import ELSEWHERE, arranged, order_of_U, with_two_biases

Array = NDArray[Any]


class TorchCell(NamedTuple):
    """PyTorch's stacked layers and single step of a cell, and the order of its blocks there."""

    layers: Any
    step: Any
    order: tuple[str, ...]


TORCH_CELLS = {
    name: TorchCell(getattr(nn, known.torch), getattr(nn, f"{known.torch}Cell"), known.torch_order)
    for name, known in ELSEWHERE.items()
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
    """The state with this h, and 0 for every other state of the cell."""
    others = len(CELLS[config.cell].carried) - 1
    return (h, *(torch.zeros_like(h) for _ in range(others))) if others else h


def hidden(state: Any) -> Any:
    """h of a state."""
    return state[0] if isinstance(state, tuple) else state


def load_layer(config: RunConfig, module: Any, end: str, W: Array, U: Array, b: Array | None) -> None:
    """Take over W (inputs, blocks · H), U (H, blocks · H) and b (blocks · H) of one layer."""
    cell = CELLS[config.cell]
    biases = np.zeros(W.shape[1] // len(cell.input_blocks) * len(cell.blocks), W.dtype) if b is None else b
    layer = with_two_biases(config.cell, torch_cell(config).order, W, U, biases)
    copy(layer.W.T, getattr(module, f"weight_ih{end}"))
    copy(layer.U.T, getattr(module, f"weight_hh{end}"))
    if b is not None:
        copy(layer.b_W, getattr(module, f"bias_ih{end}"))
        copy(layer.b_U, getattr(module, f"bias_hh{end}"))


def layer_gradients(config: RunConfig, module: Any, end: str) -> tuple[Array, Array, Array | None]:
    """dW, dU and db of one layer in this project's order; db is None without biases."""
    cell, (of_input, of_state) = CELLS[config.cell], _orders(config)
    dW = arranged(gradient(getattr(module, f"weight_ih{end}")).T, of_input, cell.input_blocks)
    dU = arranged(gradient(getattr(module, f"weight_hh{end}")).T, of_state, cell.recurrent_blocks)
    if not config.bias:
        return dW, dU, None
    blocks = _blocks(gradient(getattr(module, f"bias_hh{end}")), of_state)
    blocks |= _blocks(gradient(getattr(module, f"bias_ih{end}")), of_input)
    return dW, dU, np.concatenate([blocks[name] for name in cell.blocks])


def _orders(config: RunConfig) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The order of W's and of U's blocks in PyTorch."""
    order = torch_cell(config).order
    return order, order_of_U(CELLS[config.cell], order)


def _blocks(array: Array, order: tuple[str, ...]) -> dict[str, Array]:
    return dict(zip(order, np.split(array, len(order), axis=-1), strict=True))


def copy(source: Array, target: Any) -> None:
    """Set a parameter, which must not be tracking gradients."""
    target.copy_(torch.as_tensor(np.ascontiguousarray(source)))


def gradient(parameter: Any) -> Array:
    """A parameter's gradient as a NumPy array."""
    return np.asarray(parameter.grad.numpy())
