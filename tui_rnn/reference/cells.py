"""The cells: what happens inside one recurrent unit, forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ids = NDArray[np.integer]
Parameters = dict[str, Array]
Moment = dict[str, Array]  # what one layer holds at one time step, (B, H) by name: h, an LSTM's c, and the gates
Change = Callable[[str, Array], Array]  # from a gate's or state's name and its value, just computed, to what replaces it


def sigmoid(z: Array) -> Array:
    return 0.5 * np.tanh(0.5 * z) + 0.5


def one_hot(ids: Ids, size: int) -> Array:
    """Rows (…, size) of zeros with a 1 at each id."""
    rows = np.zeros((*np.shape(ids), size))
    np.put_along_axis(rows, np.asarray(ids, np.int64)[..., None], 1, axis=-1)
    return rows


def as_it_is(name: str, value: Array) -> Array:
    """No change."""
    return value


def blocks_of(z: Array) -> tuple[Array, Array, Array, Array]:
    """The four blocks of z (B, 4H), each (B, H). np.split gives the same, but takes longer than all else in a small cell."""
    H = z.shape[-1] // 4
    return z[..., :H], z[..., H : 2 * H], z[..., 2 * H : 3 * H], z[..., 3 * H :]


# forward:  z_t, the moment before, and a change → the moment at t.
# backward: the moment at t, the moment before, and d: the loss's derivatives by h_t (and by c_t, in an LSTM)
#           → dz_t, and the derivatives by the moment before that do not go through z = ... + U h_{t-1}.


def elman(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """h_t = tanh(z_t), z (B, H)."""
    return {"h": change("h", np.tanh(z))}


def elman_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    return d["h"] * (1 - now["h"] ** 2), {}


def elman_relu(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """h_t = max(z_t, 0), z (B, H)."""
    return {"h": change("h", np.maximum(z, 0))}


def elman_relu_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    return d["h"] * (now["h"] > 0), {}


def lstm(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t, h_t = o_t ⊙ tanh(c_t), z (B, 4H) in the order i, f, g, o."""
    z_i, z_f, z_g, z_o = blocks_of(z)
    i, f = change("i", sigmoid(z_i)), change("f", sigmoid(z_f))
    g, o = change("g", np.tanh(z_g)), change("o", sigmoid(z_o))
    c = change("c", f * before["c"] + i * g)
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": change("h", o * np.tanh(c))}


def lstm_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    i, f, g, o, tanh_c = now["i"], now["f"], now["g"], now["o"], np.tanh(now["c"])
    dc = d["c"] + d["h"] * o * (1 - tanh_c**2)
    dz_i = dc * g * i * (1 - i)
    dz_f = dc * before["c"] * f * (1 - f)
    dz_g = dc * i * (1 - g**2)
    dz_o = d["h"] * tanh_c * o * (1 - o)
    return np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=-1), {"c": dc * f}


def gru(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """n_t = tanh(z_n + r_t ⊙ z_m), h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}, z (B, 4H) in the order n, r, z, m.

    W feeds the blocks n, r, z and U the blocks r, z, m: m is the candidate's view of h_{t-1}, which r lets in.
    """
    z_n, z_r, z_z, m = blocks_of(z)
    r, z = change("r", sigmoid(z_r)), change("z", sigmoid(z_z))
    n = change("n", np.tanh(z_n + r * m))
    return {"z": z, "r": r, "n": n, "m": m, "h": change("h", (1 - z) * n + z * before["h"])}


def gru_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    z, r, n, m = now["z"], now["r"], now["n"], now["m"]
    dz_n = d["h"] * (1 - z) * (1 - n**2)
    dz_r = dz_n * m * r * (1 - r)
    dz_z = d["h"] * (before["h"] - n) * z * (1 - z)
    dm = dz_n * r
    return np.concatenate([dz_n, dz_r, dz_z, dm], axis=-1), {"h": d["h"] * z}


def mgru(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """A GRU, z (B, 5H) in the order q, n, r, z, m, whose U has read q_t ⊙ h_{t-1}: see `read_by_U`."""
    H = z.shape[-1] // 5
    return {"q": change("q", 2 * sigmoid(z[..., :H]))} | gru(z[..., H:], before, change)


def mgru_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    """The derivative by q comes through U: see `through_U`. Here its dz is 0."""
    dz, direct = gru_backward(now, before, d)
    return np.concatenate([np.zeros_like(now["q"]), dz], axis=-1), direct


def mingru(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}, z (B, 2H) in the order n, z. U is empty: neither n_t nor z_t sees h_{t-1}."""
    n, z = np.split(z, 2, axis=-1)
    n, z = change("n", n), change("z", sigmoid(z))
    return {"z": z, "n": n, "h": change("h", (1 - z) * n + z * before["h"])}


def mingru_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    z, n = now["z"], now["n"]
    dz_n = d["h"] * (1 - z)
    dz_z = d["h"] * (before["h"] - n) * z * (1 - z)
    return np.concatenate([dz_n, dz_z], axis=-1), {"h": d["h"] * z}


def minlstm(z: Array, before: Moment, change: Change = as_it_is) -> Moment:
    """f_t = σ(z_f) / (σ(z_f) + σ(z_i)), h_t = (1 - f_t) ⊙ n_t + f_t ⊙ h_{t-1}, z (B, 3H) in the order f, i, n. U is empty.

    With σ(z) = 1 / (1 + e^-z), f_t is also (1 + e^-z_i) / (2 + e^-z_f + e^-z_i), exact where both gates are next to 0.
    """
    z_f, z_i, n = np.split(z, 3, axis=-1)
    over_f, over_i = 1 + np.exp(-np.maximum(z_f, -80)), 1 + np.exp(-np.maximum(z_i, -80))
    f, n = change("f", over_i / (over_f + over_i)), change("n", n)
    return {"f": f, "i": 1 / over_i, "n": n, "h": change("h", (1 - f) * n + f * before["h"])}


def minlstm_backward(now: Moment, before: Moment, d: Moment) -> tuple[Array, Moment]:
    f, i, n = now["f"], now["i"], now["n"]
    df = d["h"] * (before["h"] - n)
    dz_f = df * f * (1 - f * (1 + i))
    dz_i = -df * f * (1 - f) * (1 - i)
    dz_n = d["h"] * (1 - f)
    return np.concatenate([dz_f, dz_i, dz_n], axis=-1), {"h": d["h"] * f}


class Cell(NamedTuple):
    """A cell's two functions; blocks: the width of z in multiples of H; carried: the states that go on to the next step.
    gates_of_W and gates_of_U: whether each block of their columns belongs to a gate that can share a matrix with others."""

    forward: Callable[..., Moment]
    backward: Callable[[Moment, Moment, Moment], tuple[Array, Moment]]
    blocks: int
    carried: tuple[str, ...]
    gates_of_W: tuple[bool, ...]
    gates_of_U: tuple[bool, ...]
    scales: bool = False  # whether the first block of z scales the state that U reads


CELLS = {
    "elman": Cell(elman, elman_backward, 1, ("h",), (False,), (False,)),
    "elman_relu": Cell(elman_relu, elman_relu_backward, 1, ("h",), (False,), (False,)),
    "lstm": Cell(lstm, lstm_backward, 4, ("h", "c"), (True, True, False, True), (True, True, False, True)),
    "gru": Cell(gru, gru_backward, 4, ("h",), (False, True, True), (True, True, False)),
    "mgru": Cell(mgru, mgru_backward, 5, ("h",), (False, False, True, True), (True, True, False), scales=True),
    "mingru": Cell(mingru, mingru_backward, 2, ("h",), (False, False), ()),
    "minlstm": Cell(minlstm, minlstm_backward, 3, ("h",), (False, False, False), ()),
}


def read_by_U(cell: Cell, z: Array, h: Array, change: Change = as_it_is) -> Array:
    """What U reads of h_{t-1} (B, H), given W x_t + b in z: h_{t-1} itself or, where the cell scales it, q_t ⊙ h_{t-1}."""
    return change("q", 2 * sigmoid(z[..., : h.shape[-1]])) * h if cell.scales else h


def through_U(cell: Cell, U: Array, dz: Array, now: Moment, before: Moment) -> Array:
    """The derivative by h_{t-1} as U reads it, (B, H), from dz (B, G). A scale's dz takes its place in dz."""
    by_read = dz[..., dz.shape[-1] - U.shape[1] :] @ U.T
    if not cell.scales:
        return by_read
    q = now["q"]
    dz[..., : q.shape[-1]] = by_read * before["h"] * q * (1 - q / 2)
    return by_read * q


def states_read(cell: Cell, moments: list[Moment]) -> Array:
    """What U read at each of the T steps between the T + 1 moments, (T, B, H)."""
    return np.array([now["q"] * before["h"] if cell.scales else before["h"] for before, now in pairwise(moments)])
