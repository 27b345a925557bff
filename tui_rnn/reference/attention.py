"""Attention: the decoder looks at all encoder states, most at those whose keys are most like its own state.

    score_j = h^d · key_j        α = softmax(score)        c = Σ_j α_j h^e_j

Dot-product attention takes the encoder states themselves as keys, general (bilinear) attention takes h^e S.
"""

from __future__ import annotations

import numpy as np

from tui_rnn.reference.cells import Array
from tui_rnn.reference.language_model import log_softmax


def attend(query: Array, keys: Array, values: Array) -> tuple[Array, Array]:
    """c (H,) and α (n,) for a query (H,), keys (n, H) and values (n, H)."""
    weights = np.exp(log_softmax(keys @ query))
    return weights @ values, weights


def attend_backward(query: Array, keys: Array, values: Array, weights: Array, dcontext: Array) -> tuple[Array, Array, Array]:
    """dquery, dkeys, dvalues from dcontext (H,)."""
    dweights = values @ dcontext
    dscores = weights * (dweights - weights @ dweights)
    return dscores @ keys, np.outer(dscores, query), np.outer(weights, dcontext)
