"""From logits to the distribution that the next character is drawn from."""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array, Ids
from tui_rnn.reference.language_model import log_softmax


def penalised(logits: Array, came: Ids, penalty: float) -> Array:
    """logits (vocabulary,) with the ids that came before made less likely: a logit above 0 is divided by the penalty, another
    multiplied by it, each once (Keskar et al. 2019, section 4.1; below 0 as the Transformers library does)."""
    out = np.array(logits, float)
    ids = np.unique(came).astype(int)
    out[ids] = np.where(out[ids] > 0, out[ids] / penalty, out[ids] * penalty)
    return out


def sampling_probabilities(
    logits: Array, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0, min_p: float = 0.0
) -> Array:
    """The distribution (vocabulary,) that the next character is drawn from, given logits (vocabulary,).

    temperature divides the logits; 0 takes the likeliest. top_k keeps the k likeliest (0: all). top_p then keeps the
    fewest likeliest that together hold at least this share of what top_k left. min_p then keeps those that are at least
    min_p times as likely as the likeliest. Among equals the first comes first.
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
    if min_p > 0:
        probabilities[probabilities < min_p * probabilities.max()] = 0
        probabilities /= probabilities.sum()
    return probabilities
