"""Sequence labelling: characters in, a distribution over the tags for each word, read off at the word's last character."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_rnn.reference.cells import Array, Ids, Parameters
from tui_rnn.reference.sequences import add, read, read_backward, read_out, read_out_backward, score


def logits(parameters: Parameters, cell: str, ids: Ids, ends: Ids) -> Array:
    """Logits (words, tags) of the sentence ids (T,) whose words end at the positions `ends` (words,)."""
    return read_out(parameters, read(parameters, cell, ids).states[ends])


def loss_and_gradients(
    parameters: Parameters,
    cell: str,
    sentences: Sequence[Ids],
    ends: Sequence[Ids],
    tags: Sequence[Ids],
    masks: Sequence[Sequence[Array]] | None = None,
) -> tuple[float, Parameters]:
    """The mean over all words of all sentences, in nats, and its gradient. masks: for each sentence those of its layers."""
    words, total = sum(map(len, tags)), 0.0
    gradients: Parameters = {}
    for k, (ids, at, truth) in enumerate(zip(sentences, ends, tags, strict=True)):
        mask = None if masks is None else masks[k]
        seen = read(parameters, cell, ids, mask)
        loss, dlogits = score(read_out(parameters, seen.states[at]), truth, words)
        dx, of_readout = read_out_backward(parameters, seen.states[at], dlogits)
        dy = np.zeros_like(seen.states)
        np.add.at(dy, at, dx)
        total += loss
        gradients = add(add(gradients, of_readout), read_backward(parameters, cell, ids, seen, dy, mask))
    return total, gradients
