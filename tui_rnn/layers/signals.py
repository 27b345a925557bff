"""What is shown of a network: what goes on inside its layers, by the names of the equations, and what it predicts."""

from __future__ import annotations

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.layers.parameters import GATES, Floats, padded

SHOWN = ("i", "f", "g", "o", "c", "r", "z", "n", "h")
"""The order in which they are listed."""


def signals_of(config: RunConfig, gates: Floats, h: Floats, c: Floats) -> dict[str, Floats]:
    """Name → (…, hidden), contiguous: i f g o c h (LSTM), r z n h (GRU), h (Elman).

    gates (…, gate columns), h and c (…, hidden), with their padding, as the kernels left them; c: LSTM only.
    """
    H = config.hidden_size
    found = {"h": h[..., :H]}
    if config.cell == "lstm":
        found["c"] = c[..., :H]
    if config.cell != "elman":
        blocks = gates.reshape(*gates.shape[:-1], -1, padded(H))
        found |= {name: blocks[..., k, :H] for k, name in enumerate(GATES[config.cell].buffer)}
    return {name: np.ascontiguousarray(found[name]) for name in SHOWN if name in found}


def log_softmax(logits: Floats) -> Floats:
    """ln softmax over the last axis, computed in float64."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)
