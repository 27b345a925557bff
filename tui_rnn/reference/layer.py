"""One recurrent layer through time, forward and back."""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array, Cell, Moment


def run_layer(cell: Cell, x: Array, start: Moment, W: Array, U: Array, b: Array | None) -> list[Moment]:
    """Read x (T, B, D) from the moment `start`. Returns the T + 1 moments, `start` first.

    W (D, ·) fills the first columns of z and U (H, ·) the last ones: in most cells, both fill all of them.
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
    """Back through time: from dh (T, B, H), the loss's direct derivative by each h_t, to dx, dW, dU, db.

    The gradient stops at `moments[0]`: the state from an earlier chunk counts as given.
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
