"""Sequence labelling: from characters to a distribution over the tags for each word, read out at the word's last character.

The state that is read out is [h_t^f ; h_t^b], of which both halves have read x_t, or without overlap [h_t^f ; h_{t+1}^b].
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_rnn.reference.cells import Array, Ids, Parameters
from tui_rnn.reference.sequences import add, read, read_backward, read_out, read_out_backward, score


def apart(states: Array) -> Array:
    """From [h_t^f ; h_t^b] to [h_t^f ; h_{t+1}^b], (T, 2H); a direction's state before its first symbol is 0."""
    found, H = states.copy(), states.shape[1] // 2
    found[:-1, H:], found[-1, H:] = states[1:, H:], 0
    return found


def apart_backward(d: Array) -> Array:
    """From the derivative by [h_t^f ; h_{t+1}^b] to the derivative by [h_t^f ; h_t^b]."""
    found, H = d.copy(), d.shape[1] // 2
    found[1:, H:], found[0, H:] = d[:-1, H:], 0
    return found


def logits(parameters: Parameters, cell: str, ids: Ids, ends: Ids, overlap: bool = True) -> Array:
    """Logits (words, tags) of the sentence ids (T,) whose words end at the positions `ends` (words,)."""
    states = read(parameters, cell, ids).states
    return read_out(parameters, (states if overlap else apart(states))[ends])


def loss_and_gradients(
    parameters: Parameters,
    cell: str,
    sentences: Sequence[Ids],
    ends: Sequence[Ids],
    tags: Sequence[Ids],
    masks: Sequence[Sequence[Array]] | None = None,
    overlap: bool = True,
) -> tuple[float, Parameters]:
    """The mean loss over all words, in nats, and its gradient. masks: for each sentence, those of its layers."""
    words, total = sum(map(len, tags)), 0.0
    gradients: Parameters = {}
    for k, (ids, at, truth) in enumerate(zip(sentences, ends, tags, strict=True)):
        mask = None if masks is None else masks[k]
        seen = read(parameters, cell, ids, mask)
        joined = seen.states if overlap else apart(seen.states)
        loss, dlogits = score(read_out(parameters, joined[at]), truth, words)
        dx, of_readout = read_out_backward(parameters, joined[at], dlogits)
        dy = np.zeros_like(joined)
        np.add.at(dy, at, dx)
        dy = dy if overlap else apart_backward(dy)
        total += loss
        gradients = add(add(gradients, of_readout), read_backward(parameters, cell, ids, seen, dy, mask))
    return total, gradients
