"""The RNN language model: after each character, a distribution over the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.reference.cells import CELLS, Array, Ids, Moment, Parameters, one_hot
from tui_rnn.reference.layer import run_layer, run_layer_backward


def zero_state(parameters: Parameters, cell: str, batch_size: int) -> list[Moment]:
    """The state before the first character, one moment for each layer."""
    hidden_sizes = [len(parameters[name]) for name in parameters if name.startswith("U")]
    return [{name: np.zeros((batch_size, H)) for name in CELLS[cell].carried} for H in hidden_sizes]


def reset(state: Sequence[Moment], fresh: NDArray[np.bool_]) -> list[Moment]:
    """The state with the streams marked in fresh (B,) put back to zero."""
    return [{name: np.where(fresh[:, None], 0.0, array) for name, array in moment.items()} for moment in state]


class Forward(NamedTuple):
    """All that a network computed. logits (T, B, vocabulary). inputs: what each layer and, last, the readout read, (T, B, ·).
    moments: for each layer its T + 1 moments, the first is where it started."""

    logits: Array
    inputs: list[Array]
    moments: list[list[Moment]]

    @property
    def state(self) -> list[Moment]:
        """What the next chunk starts from: one moment for each layer."""
        return [layer[-1] for layer in self.moments]

    def signal(self, name: str) -> Array:
        """One gate or state at every step: (T, layers, B, H)."""
        return np.array([[now[name] for now in layer[1:]] for layer in self.moments]).swapaxes(0, 1)


def forward(
    parameters: Parameters, cell: str, ids: Ids, state: Sequence[Moment], masks: Sequence[Array] | None = None
) -> Forward:
    """Read the characters ids (T, B) from `state`.

    masks: dropout. Each layer's outputs are multiplied by its mask (T, B, H): 0 where dropped, else 1 / (1 - rate). The
    state that a layer hands to its own next step is never dropped.
    """
    x = parameters["E"][ids] if "E" in parameters else one_hot(ids, parameters["W0"].shape[0])
    inputs, moments = [x], []
    for k, start in enumerate(state):
        layer = run_layer(CELLS[cell], x, start, parameters[f"W{k}"], parameters[f"U{k}"], parameters.get(f"b{k}"))
        x = np.array([now["h"] for now in layer[1:]]) * (1.0 if masks is None else masks[k])
        inputs.append(x)
        moments.append(layer)
    logits = x @ parameters[_readout(parameters)].T + parameters.get("b_out", 0.0)
    return Forward(logits, inputs, moments)


def _readout(parameters: Parameters) -> str:
    return "V" if "V" in parameters else "E"


def log_softmax(logits: Array) -> Array:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def cross_entropy(logits: Array, targets: Ids) -> tuple[float, Array]:
    """Mean of -log ŷ_t[w_{t+1}] over all T × B targets, in nats, and its gradient by the logits."""
    log_probs = log_softmax(logits)
    target = one_hot(targets, logits.shape[-1])
    return -float(log_probs[target == 1].sum()) / targets.size, (np.exp(log_probs) - target) / targets.size


def loss_and_gradients(
    parameters: Parameters,
    cell: str,
    tokens: Ids,
    state: Sequence[Moment],
    masks: Sequence[Array] | None = None,
    score: Callable[[Array, Ids], tuple[float, Array]] = cross_entropy,
) -> tuple[float, Parameters, list[Moment]]:
    """Teacher forcing: after each true character of tokens (T + 1, B) the network predicts the next one.

    score: the loss and its gradient by the logits. Returns the loss in nats per character, its gradient by each parameter, and
    the state that the next chunk starts from.
    """
    seen = forward(parameters, cell, tokens[:-1], state, masks)
    loss, dlogits = score(seen.logits, tokens[1:])

    gradients = {name: np.zeros_like(value) for name, value in parameters.items()}
    readout = _readout(parameters)
    gradients[readout] += np.einsum("tbv,tbh->vh", dlogits, seen.inputs[-1])
    if "b_out" in parameters:
        gradients["b_out"] += dlogits.sum(axis=(0, 1))

    dx = dlogits @ parameters[readout]
    for k in reversed(range(len(state))):
        dh = dx if masks is None else dx * masks[k]
        W, U = parameters[f"W{k}"], parameters[f"U{k}"]
        dx, dW, dU, db = run_layer_backward(CELLS[cell], seen.inputs[k], seen.moments[k], W, U, dh)
        gradients |= {f"W{k}": dW, f"U{k}": dU} | ({f"b{k}": db} if f"b{k}" in parameters else {})
    if "E" in parameters:
        np.add.at(gradients["E"], tokens[:-1], dx)
    return loss, gradients, seen.state
