"""What a language model expects to come next, and the probability that it gave to what really came."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import TextVocabulary, token_texts
from tui_rnn.insight.answers import Floats

END = "</s>"
_LEAST = -1e4  # stands for ln 0: p ln p is 0 there
NOBODY_KNOWS = -1
"""Stands for the id of the next token if there is none, or the vocabulary lacks it."""


@dataclass(frozen=True, eq=False)
class Expectation:
    """top_symbols[t]: the likeliest tokens after the token at t, the likeliest first, with their probabilities top_probs
    (T, K). next_prob (T,) and next_rank (T,), 1 = likeliest: of the token that really follows, NaN and 0 if it isn't known.
    entropy_nats (T,): how undecided the network is between all tokens, −Σ p ln p."""

    top_symbols: tuple[tuple[str, ...], ...]
    top_probs: Floats
    next_prob: Floats
    next_rank: NDArray[np.int32]
    entropy_nats: Floats = field(default_factory=lambda: np.zeros(0, np.float32))

    @classmethod
    def none(cls) -> Expectation:
        """For a network that is no language model."""
        return cls((), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int32))


def expectation(log_probs: Floats, following: NDArray[np.int32], vocabulary: TextVocabulary, count: int) -> Expectation:
    """log_probs (T, V): of each next token, those of the vocabulary and perhaps </s> after them. following (T,): the ids of the
    tokens that really follow, or NOBODY_KNOWS. count: how many of the likeliest to keep, K = min(count, V)."""
    likeliest = np.argsort(-log_probs, axis=1, kind="stable")[:, :count]
    wanted = np.unique(likeliest)
    known = wanted[wanted < len(vocabulary)]
    names = {**dict(zip(known.tolist(), token_texts(vocabulary, known), strict=True)), len(vocabulary): END}
    next_prob, next_rank = np.full(len(log_probs), np.nan, np.float32), np.zeros(len(log_probs), np.int32)
    here = np.flatnonzero(following != NOBODY_KNOWS)
    given = log_probs[here, following[here]]
    next_prob[here] = np.exp(given)
    next_rank[here] = 1 + (log_probs[here] > given[:, None]).sum(axis=1)
    return Expectation(
        tuple(tuple(names[k] for k in row) for row in likeliest.tolist()),
        np.exp(np.take_along_axis(log_probs, likeliest, axis=1)),
        next_prob,
        next_rank,
        -(np.exp(log_probs) * np.maximum(log_probs, _LEAST)).sum(axis=1).astype(np.float32),
    )
