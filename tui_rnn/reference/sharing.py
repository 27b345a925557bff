"""Gates that share one matrix: U_f = U_i = U_o and W likewise, where the candidate keeps its own.

The cells know nothing of it. `written_out` stores the one matrix in the place of each gate's, so that all equations read as
before; by the chain rule its gradient is the sum of the gradients by these places: `gathered`.
"""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array, Parameters

PLACES: dict[str, dict[str, tuple[int, ...]]] = {
    "lstm": {"W": (0, 0, 1, 0), "U": (0, 0, 1, 0)},
    "gru": {"W": (1, 0, 0), "U": (0, 0, 1)},
}
"""Of each column block of W and of U, in the cell's order (i, f, g, o; n, r, z and r, z, m), which of two matrices it is: the
gates' (0) or the candidate's (1). A C, which reads c, is as W is."""


def written_out(parameters: Parameters, cell: str) -> Parameters:
    """Parameters whose W, C and U hold two blocks, the gates' and the candidate's, in the form that the equations read."""
    found = dict(parameters)
    for name, places in _matrices(parameters, cell):
        blocks = np.split(parameters[name], 2, axis=1)
        found[name] = np.concatenate([blocks[k] for k in places], axis=1)
    return found


def gathered(gradients: Parameters, cell: str) -> Parameters:
    """The gradients by the two blocks, from those by all places."""
    found = dict(gradients)
    for name, places in _matrices(gradients, cell):
        blocks = np.split(gradients[name], len(places), axis=1)
        found[name] = np.concatenate([_sum(blocks, places, which) for which in (0, 1)], axis=1)
    return found


def _sum(blocks: list[Array], places: tuple[int, ...], which: int) -> Array:
    return np.asarray(np.sum([block for block, place in zip(blocks, places, strict=True) if place == which], axis=0))


def _matrices(parameters: Parameters, cell: str) -> list[tuple[str, tuple[int, ...]]]:
    """The names of the layers' matrices, each with what its blocks are."""
    letters = {name: name.rpartition(".")[2][0] for name in parameters}
    return [(name, PLACES[cell]["U" if letter == "U" else "W"]) for name, letter in letters.items() if letter in "WUC"]
