"""How large the gradient is where it arrives: by layer and, for a running text, by time within the steps of
back-propagation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.by_hand import parameters_of, reference_cell
from tui_rnn.insight.part_reading import PartText
from tui_rnn.insight.question import Subject
from tui_rnn.reference.cells import CELLS, Array, Parameters, through_U
from tui_rnn.reference.language_model import cross_entropy, forward, zero_state

WINDOWS = 16
MOST_LOGITS = 1 << 23
"""The most logits that are held: with tens of thousands of symbols, fewer windows are read."""


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """by_time (layers, T): the norm of the derivative by h_t of the mean loss over the T steps of back-propagation, its root
    mean square over `windows` stretches of the text, each read from the zero state. reason: why it isn't known, "" if it is."""

    by_time: NDArray[np.float64]
    windows: int
    reason: str = ""

    @classmethod
    def none(cls, reason: str = "nothing was read") -> GradientFlow:
        return cls(np.zeros((0, 0)), 0, reason)

    @property
    def by_layer(self) -> NDArray[np.float64]:
        """(layers,): its root mean square over time."""
        return np.asarray(np.sqrt((self.by_time**2).mean(axis=1)))


def gradient_flow(subject: Subject, part: PartText) -> GradientFlow:
    """The gradient flow on a running text; none for examples, which have no time in common."""
    if not subject.kind.is_stream:
        return GradientFlow.none("examples have no time in common: see the updates of each layer's parameters")
    ids, length = part.ids[0], subject.config.seq_len
    if len(ids) < length + 1:
        return GradientFlow.none(f"the text has {len(ids):,} tokens, training goes through {length + 1:,} at a time")
    most = max(1, MOST_LOGITS // (length * subject.symbols.outputs))
    starts = np.linspace(0, len(ids) - length - 1, min(WINDOWS, most, len(ids) // (length + 1))).astype(int)
    tokens = np.stack([ids[start : start + length + 1] for start in starts], axis=1)
    norms = state_gradients(parameters_of(subject.network), reference_cell(subject.config), tokens)
    return GradientFlow(np.sqrt((norms**2).mean(axis=2)), len(starts))


def state_gradients(parameters: Parameters, cell: str, tokens: NDArray[np.integer]) -> Array:
    """(layers, T, B): the norm of the derivative by each h_t of the mean loss of each column of tokens (T + 1, B)."""
    kind, B = CELLS[cell], tokens.shape[1]
    seen = forward(parameters, cell, tokens[:-1], zero_state(parameters, cell, B))
    dlogits = cross_entropy(seen.logits, tokens[1:])[1] * B
    dx = dlogits @ parameters["V" if "V" in parameters else "E"]
    norms = np.zeros((len(seen.moments), len(tokens) - 1, B))
    for k in reversed(range(len(seen.moments))):
        W, U, moments = parameters[f"W{k}"], parameters[f"U{k}"], seen.moments[k]
        later, below = {name: np.zeros_like(dx[0]) for name in kind.carried}, np.zeros((*dx.shape[:2], W.shape[0]))
        for t in reversed(range(len(dx))):
            arriving = later | {"h": later["h"] + dx[t]}
            norms[k, t] = np.linalg.norm(arriving["h"], axis=1)
            dz, direct = kind.backward(moments[t + 1], moments[t], arriving)
            by_state = through_U(kind, U, dz, moments[t + 1], moments[t])
            below[t] = dz[:, : W.shape[1]] @ W.T
            later = direct | {"h": direct.get("h", 0) + by_state}
        dx = below
    return norms
