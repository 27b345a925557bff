"""One recurrent layer through time, forward and back."""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array, Cell, Moment, read_by_U, states_read, through_U


def run_layer(cell: Cell, x: Array, start: Moment, W: Array, U: Array, b: Array | None) -> list[Moment]:
    """Read x (T, B, D) from the moment `start`. Returns the T + 1 moments, `start` first.

    W (D, ·) fills the first columns of z and U (H, ·) the last ones: in most cells, both fill all of them. In a cell without
    U, U has no columns.
    """
    z = np.zeros((*x.shape[:2], cell.blocks * U.shape[0]))
    z[..., : W.shape[1]] = x @ W
    z += 0.0 if b is None else b
    moments = [start]
    for z_t in z:
        z_t[:, z_t.shape[1] - U.shape[1] :] += read_by_U(cell, z_t, moments[-1]["h"]) @ U
        moments.append(cell.forward(z_t, moments[-1]))
    return moments


def run_layer_backward(
    cell: Cell, x: Array, moments: list[Moment], W: Array, U: Array, dh: Array
) -> tuple[Array, Array, Array, Array]:
    """Back through time: from dh (T, B, H), the loss's direct derivative by each h_t, to dx, dW, dU, db.

    The gradient stops at `moments[0]`: the state from an earlier chunk counts as given.
    """
    dz = np.empty((*x.shape[:2], cell.blocks * U.shape[0]))
    dz_W, dz_U = dz[..., : W.shape[1]], dz[..., dz.shape[-1] - U.shape[1] :]
    later = {name: np.zeros_like(dh[0]) for name in cell.carried}
    for t in reversed(range(len(x))):
        dz[t], direct = cell.backward(moments[t + 1], moments[t], later | {"h": later["h"] + dh[t]})
        later = direct | {"h": direct.get("h", 0) + through_U(cell, U, dz[t], moments[t + 1], moments[t])}
    read = states_read(cell, moments).reshape(dh.shape)
    both = ((0, 1), (0, 1))  # over all steps and rows
    return dz_W @ W.T, np.tensordot(x, dz_W, both), np.tensordot(read, dz_U, both), dz.sum(axis=(0, 1))
