"""Networks that read whole sequences: stacked recurrent layers, each in one direction or in both.

A layer with parameters W0_reverse … reads twice, from the start and from the end. Its state at position t is
h_t = [h_t^f ; h_t^b], which depends on the whole sequence. Sequences are read one by one, x (T, D), so their lengths may
differ and none affects another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tui_rnn.reference.cells import CELLS, Array, Ids, Moment, Parameters, one_hot
from tui_rnn.reference.language_model import log_softmax
from tui_rnn.reference.layer import run_layer, run_layer_backward

DIRECTIONS = ("", "_reverse")
"""How the names of a direction's parameters end."""


class Reading(NamedTuple):
    """All that the layers computed. inputs: what each layer read and, last, the output of the topmost, (T, ·). moments: for
    each layer and direction its T + 1 moments, the zero state first, in the order in which the direction reads."""

    inputs: list[Array]
    moments: list[list[list[Moment]]]

    @property
    def states(self) -> Array:
        """h_t = [h_t^f ; h_t^b] of the topmost layer at every position, (T, D·H)."""
        return self.inputs[-1]

    def signal(self, name: str, direction: int) -> Array:
        """One gate or state of a direction at every position of the sequence: (T, layers, H)."""
        layers = [np.array([now[name][0] for now in layer[direction][1:]]) for layer in self.moments]
        return np.array([layer[::-1] if direction else layer for layer in layers]).swapaxes(0, 1)


def directions_of(parameters: Parameters) -> tuple[str, ...]:
    return DIRECTIONS if "W0_reverse" in parameters else DIRECTIONS[:1]


def layers_of(parameters: Parameters) -> int:
    return sum(name.startswith("U") and not name.endswith("_reverse") for name in parameters)


def read(
    parameters: Parameters,
    cell: str,
    ids: Ids,
    masks: Sequence[Array] | None = None,
    carried: Sequence[Moment] | None = None,
    inputs: Array | None = None,
) -> Reading:
    """Read the characters ids (T,), or inputs (T, D) in place of their embeddings. masks: dropout of each layer's output,
    (T, D·H): 0 where dropped, else 1/(1 - rate). carried: the states, (1, H) each, from which layers that read only from the
    start go on; without, zero."""
    looked_up = parameters["E"][ids] if "E" in parameters else one_hot(ids, parameters["W0"].shape[0])
    x = looked_up if inputs is None else inputs
    every, moments = [x], []
    for k in range(layers_of(parameters)):
        layer, outputs = [], []
        for way in directions_of(parameters):
            W, U, b = parameters[f"W{k}{way}"], parameters[f"U{k}{way}"], parameters.get(f"b{k}{way}")
            start = {name: np.zeros((1, U.shape[0])) for name in CELLS[cell].carried} if carried is None else carried[k]
            layer.append(run_layer(CELLS[cell], in_order(x, way)[:, None], start, W, U, b))
            outputs.append(in_order(np.array([now["h"][0] for now in layer[-1][1:]]), way))
        x = np.concatenate(outputs, axis=1) * (1.0 if masks is None else masks[k])
        every.append(x)
        moments.append(layer)
    return Reading(every, moments)


def states_of(parameters: Parameters, cell: str, sequences: Sequence[Ids]) -> list[Array]:
    """What `read` finds as the states of each sequence; those of one length are read side by side, which is faster."""
    lengths = np.array([len(ids) for ids in sequences])
    found = [np.zeros(0)] * len(sequences)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length).tolist()
        ids = np.stack([sequences[row] for row in rows], axis=1)
        x = parameters["E"][ids] if "E" in parameters else one_hot(ids, parameters["W0"].shape[0])
        for k in range(layers_of(parameters)):
            outputs = []
            for way in directions_of(parameters):
                W, U, b = parameters[f"W{k}{way}"], parameters[f"U{k}{way}"], parameters.get(f"b{k}{way}")
                start = {name: np.zeros((len(rows), U.shape[0])) for name in CELLS[cell].carried}
                moments = run_layer(CELLS[cell], in_order(x, way), start, W, U, b)
                outputs.append(in_order(np.array([now["h"] for now in moments[1:]]), way))
            x = np.concatenate(outputs, axis=2)
        for place, row in enumerate(rows):
            found[row] = x[:, place]
    return found


def read_backward(
    parameters: Parameters, cell: str, ids: Ids, seen: Reading, dy: Array, masks: Sequence[Array] | None = None
) -> Parameters:
    """From dy (T, D·H), the loss's derivative by `seen.states`, to the gradient by each parameter that reading used."""
    gradients, dx = layers_backward(parameters, cell, seen, dy, masks)
    if "E" in parameters:
        gradients["E"] = np.zeros_like(parameters["E"])
        np.add.at(gradients["E"], ids, dx)
    return gradients


def layers_backward(
    parameters: Parameters, cell: str, seen: Reading, dy: Array, masks: Sequence[Array] | None = None
) -> tuple[Parameters, Array]:
    """From dy to the gradient by each parameter of the layers, and the derivative by the inputs (T, D)."""
    gradients: Parameters = {}
    for k in reversed(range(len(seen.moments))):
        ways = directions_of(parameters)
        dh = np.split(dy if masks is None else dy * masks[k], len(ways), axis=1)
        x, dy = seen.inputs[k], np.zeros_like(seen.inputs[k])
        for d, way in enumerate(ways):
            W, U = parameters[f"W{k}{way}"], parameters[f"U{k}{way}"]
            dx, dW, dU, db = run_layer_backward(
                CELLS[cell], in_order(x, way)[:, None], seen.moments[k][d], W, U, in_order(dh[d], way)[:, None]
            )
            dy += in_order(dx[:, 0], way)
            gradients |= {f"W{k}{way}": dW, f"U{k}{way}": dU} | ({f"b{k}{way}": db} if f"b{k}{way}" in parameters else {})
    return gradients, dy


def in_order(x: Array, way: str) -> Array:
    """x (T, ·) in the order in which a direction reads it; and back."""
    return np.asarray(x[::-1] if way else x)


def final_state(states: Array, parameters: Parameters) -> Array:
    """The state of each direction after the whole sequence: [h_n^f ; h_1^b], (D·H,)."""
    if len(directions_of(parameters)) == 1:
        return np.asarray(states[-1])
    H = states.shape[1] // 2
    return np.concatenate([states[-1, :H], states[0, H:]])


def final_state_backward(states: Array, parameters: Parameters, dfinal: Array) -> Array:
    """dfinal (D·H,) put where it came from: (T, D·H)."""
    dy = np.zeros_like(states)
    H = states.shape[1] // len(directions_of(parameters))
    dy[-1, :H] = dfinal[:H]
    dy[0, H:] = dfinal[H:]
    return dy


def score(logits: Array, targets: Ids, count: int) -> tuple[float, Array]:
    """Σ -log softmax(logits)[target] / count over logits (N, classes), in nats, and its gradient by the logits."""
    log_probs = log_softmax(logits)
    target = one_hot(targets, logits.shape[1])
    return -float((log_probs * target).sum()) / count, (np.exp(log_probs) - target) / count


def read_out(parameters: Parameters, x: Array) -> Array:
    """V x + b_out for each row of x."""
    return np.asarray(x @ parameters["V"].T + parameters.get("b_out", 0.0))


def read_out_backward(parameters: Parameters, x: Array, dlogits: Array) -> tuple[Array, Parameters]:
    """dx, and the gradients of V and b_out."""
    gradients = {"V": dlogits.T @ x} | ({"b_out": dlogits.sum(axis=0)} if "b_out" in parameters else {})
    return dlogits @ parameters["V"], gradients


def add(total: Parameters, gradients: Parameters) -> Parameters:
    """The sum of two gradients, by name."""
    return {name: np.asarray(total.get(name, 0.0) + gradients.get(name, 0.0)) for name in total | gradients}
