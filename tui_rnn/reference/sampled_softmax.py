"""Learning by a sampled softmax (Jean et al. 2015): the true word w is compared with the words S of a sample, not with all.

    z_k = y_k − ln P_k for the logits y_k        loss = −ln (e^{z_w} / Σ_{k ∈ S ∪ w} e^{z_k})

P_k is the probability with which k is in S: a word that is drawn seldom stands for many.
"""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array, Ids
from tui_rnn.reference.language_model import cross_entropy, log_softmax


def sampled_cross_entropy(logits: Array, targets: Ids, drawn: Ids, chances: Array) -> tuple[float, Array]:
    """The mean loss over all targets (T, B), in nats, and its gradient by the logits (T, B, vocabulary). drawn: S; chances
    (vocabulary,): P."""
    loss, dlogits = cross_entropy(np.where(_compared(targets, drawn, len(chances)), logits - np.log(chances), -np.inf), targets)
    return loss, dlogits


def estimated_cross_entropy(logits: Array, targets: Ids, drawn: Ids, chances: Array) -> float:
    """What the full softmax's mean loss is estimated at, by the same sample: Σ_k e^{y_k} is the mean over all samples of
    Σ_{k ∈ S, k ≠ w} e^{y_k} / P_k + e^{y_w} (Horvitz and Thompson 1952). The logarithm is a little too small on average."""
    weights = np.broadcast_to(-np.log(chances), logits.shape).copy()
    np.put_along_axis(weights, targets[..., None], 0.0, axis=-1)
    weighed = np.where(_compared(targets, drawn, len(chances)), logits + weights, -np.inf)
    return -float(np.take_along_axis(log_softmax(weighed), targets[..., None], axis=-1).mean())


def _compared(targets: Ids, drawn: Ids, vocabulary: int) -> Array:
    """Which words each target is compared with, (T, B, vocabulary): those drawn, and itself."""
    words = np.arange(vocabulary)
    return np.asarray(np.isin(words, drawn) | (words == targets[..., None]))
