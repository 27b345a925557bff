"""Recurrent language models in plain NumPy, float64: the textbook's equations and their derivatives, nothing else.

Read this to learn how the networks work; the tests hold the fast kernels to it. Everything is a function of arrays.

Letters are the textbook's. E embeds, W reads the input, U reads the previous hidden state, V reads out:

    e_t = E x_t        z_t = W e_t + U h_{t-1} + b        h_t = cell(z_t, ...)        ŷ_t = softmax(V h_t + b_out)

Every cell gets its pre-activations z that way; the cells differ only in the few lines that turn z into h. A matrix is
stored as (from, to), so that in code a product is x @ W; E and V are stored as (vocabulary, size). Arrays are
time-major: T steps, B streams side by side, so x is (T, B, D) and h is (T, B, H).

`parameters` maps names to arrays, and the names say what the network is: E (absent: characters enter one-hot), W0 U0 b0
for the first layer, W1 U1 b1 for the second and so on, V (absent: tied, V = E), b_out. Without biases all b's are absent.
A gradient has the name of its parameter; inside functions it takes the prefix d.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ids = NDArray[np.integer]
Parameters = dict[str, Array]
Moment = dict[str, Array]  # what one layer holds at one time step, (B, H) by name: h, an LSTM's c, and the gates


def sigmoid(z: Array) -> Array:
    return 0.5 * np.tanh(0.5 * z) + 0.5


# ------------------------------------------------------------------ cells
#
# forward:  z_t and the moment before → the moment at t.
# backward: the moment at t, the moment before, and d: the loss's derivatives by h_t (and by c_t, in an LSTM)
#           → dz_t, and what reaches the moment before by a way of its own rather than through z = ... + U h_{t-1}.


def elman(z: Array, before: Moment) -> Moment:
    """h_t = tanh(z_t), z (B, H)."""
    return {"h": np.tanh(z)}


def elman_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    return d["h"] * (1 - now["h"] ** 2), {}


def elman_relu(z: Array, before: Moment) -> Moment:
    """h_t = max(z_t, 0), z (B, H)."""
    return {"h": np.maximum(z, 0)}


def elman_relu_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    return d["h"] * (now["h"] > 0), {}


def lstm(z: Array, before: Moment) -> Moment:
    """c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t, h_t = o_t ⊙ tanh(c_t), z (B, 4H) in the order i, f, g, o."""
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c = f * before["c"] + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * np.tanh(c)}


def lstm_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    i, f, g, o, tanh_c = now["i"], now["f"], now["g"], now["o"], np.tanh(now["c"])
    dc = d["c"] + d["h"] * o * (1 - tanh_c**2)
    dz_i = dc * g * i * (1 - i)
    dz_f = dc * before["c"] * f * (1 - f)
    dz_g = dc * i * (1 - g**2)
    dz_o = d["h"] * tanh_c * o * (1 - o)
    return np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=-1), {"c": dc * f}


def gru(z: Array, before: Moment) -> Moment:
    """n_t = tanh(z_n + r_t ⊙ z_m), h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}, z (B, 4H) in the order n, r, z, m.

    W feeds the blocks n, r, z and U the blocks r, z, m: m is the candidate's view of h_{t-1}, which r lets in.
    """
    z_n, z_r, z_z, m = np.split(z, 4, axis=-1)
    r, u = sigmoid(z_r), sigmoid(z_z)
    n = np.tanh(z_n + r * m)
    return {"z": u, "r": r, "n": n, "m": m, "h": (1 - u) * n + u * before["h"]}


def gru_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    u, r, n = now["z"], now["r"], now["n"]
    dz_n = d["h"] * (1 - u) * (1 - n**2)
    dz_r = dz_n * now["m"] * r * (1 - r)
    dz_z = d["h"] * (before["h"] - n) * u * (1 - u)
    return np.concatenate([dz_n, dz_r, dz_z, dz_n * r], axis=-1), {"h": d["h"] * u}


class Cell(NamedTuple):
    """A cell's two functions, how many times H its z is wide, and what it carries from one step to the next."""

    forward: Callable[[Array, Moment], Moment]
    backward: Callable[[Moment, Moment, Moment], tuple[Array, Moment]]
    blocks: int
    carried: tuple[str, ...]


CELLS = {
    "elman": Cell(elman, elman_backward, 1, ("h",)),
    "elman_relu": Cell(elman_relu, elman_relu_backward, 1, ("h",)),
    "lstm": Cell(lstm, lstm_backward, 4, ("h", "c")),
    "gru": Cell(gru, gru_backward, 4, ("h",)),
}


# ------------------------------------------------------------- one layer


def run_layer(cell: Cell, x: Array, start: Moment, W: Array, U: Array, b: Array | None) -> list[Moment]:
    """Read x (T, B, D) from the moment `start`. Returns the T + 1 moments, `start` first.

    W (D, ·) fills the first columns of z and U (H, ·) the last ones: for all cells but the GRU, both fill all of them.
    """
    moments = [start]
    for x_t in x:
        z = np.zeros((x.shape[1], cell.blocks * U.shape[0]))
        z[:, : W.shape[1]] += x_t @ W
        z[:, -U.shape[1] :] += moments[-1]["h"] @ U
        moments.append(cell.forward(z if b is None else z + b, moments[-1]))
    return moments


def run_layer_backward(
    cell: Cell, x: Array, moments: list[Moment], W: Array, U: Array, dh: Array
) -> tuple[Array, Array, Array, Array]:
    """Back through time: from dh (T, B, H), what the loss asks of each h_t directly, to dx, dW, dU, db.

    The gradient stops at `moments[0]`: what was carried in from an earlier chunk counts as given.
    """
    dx, dW, dU, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(U), np.zeros(cell.blocks * U.shape[0])
    later = {name: np.zeros_like(dh[0]) for name in cell.carried}
    for t in reversed(range(len(x))):
        dz, direct = cell.backward(moments[t + 1], moments[t], later | {"h": later["h"] + dh[t]})
        dz_W, dz_U = dz[:, : W.shape[1]], dz[:, -U.shape[1] :]
        dx[t] = dz_W @ W.T
        dW += x[t].T @ dz_W
        dU += moments[t]["h"].T @ dz_U
        db += dz.sum(axis=0)
        later = direct | {"h": direct.get("h", 0) + dz_U @ U.T}
    return dx, dW, dU, db


# ----------------------------------------------------- the language model


def zero_state(parameters: Parameters, cell: str, batch_size: int) -> list[Moment]:
    """The state before the first character, one moment for each layer."""
    hidden_sizes = [len(parameters[name]) for name in parameters if name.startswith("U")]
    return [{name: np.zeros((batch_size, H)) for name in CELLS[cell].carried} for H in hidden_sizes]


def reset(state: Sequence[Moment], fresh: NDArray[np.bool_]) -> list[Moment]:
    """The state with the streams marked in fresh (B,) put back to zero."""
    return [{name: np.where(fresh[:, None], 0.0, array) for name, array in moment.items()} for moment in state]


class Forward(NamedTuple):
    """All that a network computed: logits (T, B, vocabulary); what each layer read, and last the readout, (T, B, ·);
    and for each layer its T + 1 moments, the one it started from first."""

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

    masks: dropout, for each layer what its outputs are multiplied by, (T, B, H): 0 where dropped, else 1 / (1 - rate).
    What a layer hands to its own next step is never dropped.
    """
    x = parameters["E"][ids] if "E" in parameters else np.eye(parameters["W0"].shape[0])[ids]
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
    target = np.eye(logits.shape[-1])[targets]
    return -float((log_probs * target).sum()) / targets.size, (np.exp(log_probs) - target) / targets.size


def loss_and_gradients(
    parameters: Parameters, cell: str, tokens: Ids, state: Sequence[Moment], masks: Sequence[Array] | None = None
) -> tuple[float, Parameters, list[Moment]]:
    """Teacher forcing: after each true character of tokens (T + 1, B) the network predicts the next one.

    Returns the loss in nats per character, its gradient by each parameter, and the state that the next chunk starts from.
    """
    seen = forward(parameters, cell, tokens[:-1], state, masks)
    loss, dlogits = cross_entropy(seen.logits, tokens[1:])

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


# --------------------------------------------------------------- learning

BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8


def clip_by_global_norm(gradients: Parameters, limit: float) -> tuple[Parameters, float]:
    """Shrink all gradients together so that their joint norm is at most `limit`. Also returns the norm they had."""
    norm = float(np.sqrt(sum((g**2).sum() for g in gradients.values())))
    return {name: g * min(1.0, limit / norm) if norm else g for name, g in gradients.items()}, norm


class Adam(NamedTuple):
    """Adam's running means of each gradient (m) and of its square (v), and the number of steps taken."""

    m: Parameters = {}  # noqa: RUF012 - never changed in place
    v: Parameters = {}  # noqa: RUF012
    steps: int = 0


def adam_step(
    parameters: Parameters, gradients: Parameters, adam: Adam, learning_rate: float, weight_decay: float = 0.0
) -> tuple[Parameters, Adam]:
    """New parameters: first shrunk by 1 - weight_decay · learning_rate, then moved along m / √v, both unbiased."""
    steps = adam.steps + 1
    m = {k: BETA1 * adam.m.get(k, 0.0) + (1 - BETA1) * g for k, g in gradients.items()}
    v = {k: BETA2 * adam.v.get(k, 0.0) + (1 - BETA2) * g**2 for k, g in gradients.items()}
    moved = {}
    for k, value in parameters.items():
        mean, square = m[k] / (1 - BETA1**steps), v[k] / (1 - BETA2**steps)
        moved[k] = value * (1 - weight_decay * learning_rate) - learning_rate * mean / (np.sqrt(square) + EPSILON)
    return moved, Adam(m, v, steps)


# --------------------------------------------------------------- sampling


def sampling_probabilities(logits: Array, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Array:
    """The distribution (vocabulary,) that the next character is drawn from, given logits (vocabulary,).

    temperature divides the logits; 0 takes the likeliest. top_k keeps the k likeliest (0: all). top_p then keeps the
    fewest likeliest that together hold at least this share of what top_k left. Among equals the first comes first.
    """
    order = np.argsort(-logits, kind="stable")
    if temperature == 0:
        return np.asarray(np.eye(len(logits))[order[0]])
    probabilities = np.exp(log_softmax(logits / temperature))
    if top_k:
        probabilities[order[top_k:]] = 0
        probabilities /= probabilities.sum()
    if top_p < 1:
        before = np.cumsum(probabilities[order]) - probabilities[order]
        probabilities[order[1:][before[1:] >= top_p]] = 0
        probabilities /= probabilities.sum()
    return probabilities
