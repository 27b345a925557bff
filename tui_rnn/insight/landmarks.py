"""What counting alone achieves: n-gram models scored on the text that the networks are scored on.

A recurrent network is worth its training when it beats the n-grams, and its loss says little without them. So they are
made as strong as counting gets: modified Kneser-Ney smoothing, interpolated (Chen & Goodman 1999), which on text of
about a megabyte takes 0.1 nats more off a 5-gram than Witten-Bell or plain absolute discounting does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_TRAIN = 2_000_000
ORDERS = {"unigram": 1, "bigram": 2, "trigram": 3, "5-gram": 5}

_SMALLEST_DISCOUNT = 0.1  # keeps some mass for the unseen where a tiny text gives no estimate


def ngram_landmarks(
    train_ids: NDArray[Any], scored_ids: NDArray[Any], vocab_size: int, max_train: int = MAX_TRAIN
) -> list[tuple[str, float]]:
    """[(name, loss_nats)]: the mean loss of uniform, unigram, bigram, trigram and 5-gram on scored_ids.

    Ids are 1-D, below vocab_size; the training text's are not empty. The first scored character is only context, as
    for a network: len(scored_ids) - 1 are scored, at least one. Counts come from the last `max_train` characters of the
    training text (those next to the validation part), 2,000,000 by default, so time and memory are bounded; on a much
    longer text the higher orders would be lower still.
    """
    uniform = float(np.log(vocab_size))
    landmarks = [("uniform", uniform)]
    names = {order: name for name, order in ORDERS.items()}
    train = np.asarray(train_ids[-max_train:]).astype(np.int64)
    for order, probability in enumerate(probabilities(train, np.asarray(scored_ids).astype(np.int64), vocab_size), start=1):
        if order in names:
            landmarks.append((names[order], float(-np.log(probability[1:]).mean())))
    return landmarks


@dataclass(frozen=True)
class _Grams:
    """The distinct n-grams of the training text, and where the scored text meets them.

    An n-gram h w is a context h (the number of a distinct (n-1)-gram) followed by a character w.
    counts (D,) how often each comes; contexts (D,) its h; context_count: how many h there are.
    scored_grams, scored_contexts (M,): the numbers of the n-gram that ends, and of the context that ends, before each
    scored character; -1 where the training text lacks it.
    """

    counts: NDArray[np.int64]
    contexts: NDArray[np.int64]
    context_count: int
    scored_grams: NDArray[np.int64]
    scored_contexts: NDArray[np.int64]


def probabilities(
    train: NDArray[np.int64], scored: NDArray[np.int64], vocab_size: int, max_order: int = max(ORDERS.values())
) -> Iterator[NDArray[np.float64]]:
    """For n = 1 … max_order, p(scored[t] | scored[t-n+1 : t]) (M,) of the n-gram model; all are above 0.

    Near the start of `scored` the context is as long as it can be.
    """
    grams = _Grams(
        counts=np.bincount(train, minlength=vocab_size),
        contexts=np.zeros(vocab_size, dtype=np.int64),
        context_count=1,
        scored_grams=scored,
        scored_contexts=np.zeros_like(scored),
    )
    lower = np.full(len(scored), 1 / vocab_size)
    probability = _interpolate(grams.counts, grams, lower)
    yield probability
    ends = train  # the number of the (n-1)-gram that ends at each character, from its first whole one on
    for order in range(2, max_order + 1):
        if len(ends) < 2:  # the text is shorter than the n-gram: nothing more to count
            yield probability
            continue
        # Packing the context's number, not its characters, keeps keys small for any vocabulary and order.
        keys = ends[:-1] * vocab_size + train[order - 1 :]
        distinct, first, numbers, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        # The models below the top count a gram by how many characters come before it, not by how often it comes.
        preceding = np.bincount(ends[1:][first], minlength=len(grams.counts))
        lower = _interpolate(preceding, grams, lower)
        context = np.concatenate(([-1], grams.scored_grams[:-1]))
        grams = _Grams(
            counts=counts,
            contexts=distinct // vocab_size,
            context_count=len(grams.counts),
            scored_grams=_look_up(distinct, np.where(context < 0, -1, context * vocab_size + scored)),
            scored_contexts=context,
        )
        probability = _interpolate(counts, grams, lower)
        yield probability
        ends = numbers


def _interpolate(counts: NDArray[np.int64], grams: _Grams, lower: NDArray[np.float64]) -> NDArray[np.float64]:
    """p(w | h) = (c(hw) - D(c(hw)) + sum of D(c(hv)) over v · p(w | h shorter by one)) / c(h); an unseen h asks `lower`."""
    discounts = _discounts(counts)
    taken = discounts[np.minimum(counts, 3)]
    total = np.bincount(grams.contexts, weights=counts, minlength=grams.context_count)
    freed = np.bincount(grams.contexts, weights=taken, minlength=grams.context_count)
    kept = counts - taken
    seen = np.flatnonzero(grams.scored_contexts >= 0)
    context = grams.scored_contexts[seen]
    followed = total[context] > 0
    seen, context = seen[followed], context[followed]
    gram = grams.scored_grams[seen]
    probability = lower.copy()
    share = np.where(gram >= 0, kept[gram], 0.0) + freed[context] * lower[seen]
    probability[seen] = share / total[context]
    return probability


def _discounts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What is taken off a count of 0, 1, 2, and 3 or more: (4,)."""
    once, twice, thrice, four = (int(np.count_nonzero(counts == k)) for k in (1, 2, 3, 4))
    base = once / max(1, once + 2 * twice)
    steps = (twice / max(1, once), thrice / max(1, twice), four / max(1, thrice))
    discounts = [np.clip(k - (k + 1) * base * step, _SMALLEST_DISCOUNT, k) for k, step in enumerate(steps, start=1)]
    return np.array([0.0, *discounts])


def _look_up(distinct: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each key (M,) in the sorted `distinct`, -1 where it isn't there."""
    places = np.minimum(np.searchsorted(distinct, keys), len(distinct) - 1)
    return np.where(distinct[places] == keys, places, -1)
