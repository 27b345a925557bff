"""From logits to the distribution that the next character is drawn from."""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array
from tui_rnn.reference.language_model import log_softmax


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
