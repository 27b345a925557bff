"""Sequence classification: a distribution over the classes for a whole text, from the final state, [h_n^f ; h_1^b], or by
mean pooling, 1/n Σ_t h_t."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_rnn.reference.cells import Array, Ids, Parameters
from tui_rnn.reference.sequences import (
    add,
    final_state,
    final_state_backward,
    read,
    read_backward,
    read_out,
    read_out_backward,
    score,
)


def pooled(states: Array, parameters: Parameters, pool: str) -> Array:
    """One row for the whole text, (1, D·H). pool: 'final' or 'mean'."""
    return np.asarray(states.mean(axis=0) if pool == "mean" else final_state(states, parameters))[None]


def logits(parameters: Parameters, cell: str, pool: str, ids: Ids) -> Array:
    """Logits (classes,) of the text ids (T,)."""
    return read_out(parameters, pooled(read(parameters, cell, ids).states, parameters, pool)).ravel()


def loss_and_gradients(
    parameters: Parameters,
    cell: str,
    pool: str,
    texts: Sequence[Ids],
    labels: Ids,
    masks: Sequence[Sequence[Array]] | None = None,
) -> tuple[float, Parameters]:
    """The mean loss over the texts, in nats, and its gradient. masks: for each text, the masks of its layers."""
    total = 0.0
    gradients: Parameters = {}
    for k, ids in enumerate(texts):
        mask = None if masks is None else masks[k]
        seen = read(parameters, cell, ids, mask)
        x = pooled(seen.states, parameters, pool)
        loss, dlogits = score(read_out(parameters, x), labels[k : k + 1], len(texts))
        dx, of_readout = read_out_backward(parameters, x, dlogits)
        if pool == "mean":
            dy = np.broadcast_to(dx / len(ids), seen.states.shape)
        else:
            dy = final_state_backward(seen.states, parameters, dx[0])
        total += loss
        gradients = add(add(gradients, of_readout), read_backward(parameters, cell, ids, seen, dy, mask))
    return total, gradients
