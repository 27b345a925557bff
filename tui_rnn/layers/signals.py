"""What is shown of a network: the signals inside its layers, by their names in the equations, and its predictions."""

from __future__ import annotations

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.layers.parameters import Floats, padded


def signals_of(config: RunConfig, gates: Floats, h: Floats, c: Floats) -> dict[str, Floats]:
    """Name → (…, hidden), contiguous: the signals of the config's cell, in the order of the table of cells.

    gates (…, gate columns), h and c (…, hidden): with their padding, as the kernels left them. c is read only where the
    cell carries it.
    """
    cell, H = CELLS[config.cell], config.hidden_size
    blocks = gates.reshape(*gates.shape[:-1], -1, padded(H))
    found = {name: blocks[..., k, :H] for k, name in enumerate(cell.blocks)}
    # where a block and a state have the same name, the state counts: an Elman network's block h holds z
    found |= {"h": h[..., :H], "c": c[..., :H]}
    return {signal.name: np.ascontiguousarray(found[signal.name]) for signal in cell.signals}


def log_softmax(logits: Floats) -> Floats:
    """ln softmax over the last axis, computed in float64."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)
