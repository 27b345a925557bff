"""Gates that share one matrix: U_f = U_i = U_o, and likewise W; the candidate keeps its own.

The cells know nothing of it. `written_out` copies the shared matrix to the place of each gate's, so that all equations stay
the same. By the chain rule, its gradient is the sum of the gradients by these places: `gathered`.
"""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import CELLS, Parameters


def written_out(parameters: Parameters, cell: str) -> Parameters:
    """From parameters whose W, C and U have one block for all gates, then one for each other part of z, to the form that the
    equations use."""
    found = dict(parameters)
    for name, is_gate in _matrices(parameters, cell):
        of_gates, *others = np.split(parameters[name], 1 + is_gate.count(False), axis=1)
        rest = iter(others)
        found[name] = np.concatenate([of_gates if gate else next(rest) for gate in is_gate], axis=1)
    return found


def gathered(gradients: Parameters, cell: str) -> Parameters:
    """From the gradients by all places to those by the gates' one block and the others."""
    found = dict(gradients)
    for name, is_gate in _matrices(gradients, cell):
        blocks = np.split(gradients[name], len(is_gate), axis=1)
        of_gates = np.sum([block for block, gate in zip(blocks, is_gate, strict=True) if gate], axis=0)
        others = [block for block, gate in zip(blocks, is_gate, strict=True) if not gate]
        found[name] = np.concatenate([of_gates, *others], axis=1)
    return found


def _matrices(parameters: Parameters, cell: str) -> list[tuple[str, tuple[bool, ...]]]:
    """The names of the layers' matrices, and for each block of their columns whether it belongs to a gate."""
    letters = {name: name.rpartition(".")[2][0] for name in parameters}
    facts = CELLS[cell]
    return [
        (name, facts.gates_of_U if letter == "U" else facts.gates_of_W) for name, letter in letters.items() if letter in "WUC"
    ]
