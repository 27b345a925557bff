"""Counting on pairs: the most frequent target, the target of the most similar source, and word for word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.seq2seq import Pairs

Ids = NDArray[np.int64]

MOST_PAIRS = 30_000
"""How many pairs of the training part are counted, which takes a second or two."""
MOST_SOURCES_OF_A_GRAM = 2_000
"""An n-gram that more sources have hardly distinguishes any of them."""
ORDERS = (1, 2, 3)
LEAST_TIMES = 2


def most_frequent_target(train: Pairs) -> Ids:
    """The most frequent target; among equals, the first in the training part."""
    counts = Counter(pair.target for pair in train.examples)
    target = counts.most_common(1)[0][0]
    return train.target_ids[next(k for k, pair in enumerate(train.examples) if pair.target == target)].astype(np.int64)


def nearest_sources(train: Ragged, scored: Ragged, vocab_size: int) -> Ids:
    """For each scored source, the most similar training source: (len(scored),). The similarity is the cosine of the two sets of
    n-grams, each weighted by ln(sources / sources that have it). Among equals, and if nothing is shared, it is the first."""
    lengths = np.concatenate([train.lengths, scored.lengths])
    texts, grams = _gram_sets(Ragged.from_lengths(np.concatenate([train.values, scored.values]), lengths), vocab_size)
    counted = texts < len(train)
    frequency = np.bincount(grams[counted], minlength=int(grams.max(initial=0)) + 1)
    weights = np.where(frequency > 0, np.log(len(train) / np.maximum(frequency, 1)) + 1e-3, 0.0)
    sizes = np.sqrt(np.bincount(texts, weights=weights[grams] ** 2, minlength=len(train) + len(scored)))[: len(train)]
    order = np.argsort(grams[counted], kind="stable")
    holders = texts[counted][order]
    first = np.concatenate([[0], np.cumsum(frequency)])
    bounds = np.searchsorted(texts[~counted], len(train) + np.arange(len(scored) + 1))
    asked, nearest = grams[~counted], np.zeros(len(scored), np.int64)
    for k in range(len(scored)):
        own = asked[bounds[k] : bounds[k + 1]]
        telling = own[(frequency[own] > 0) & (frequency[own] <= MOST_SOURCES_OF_A_GRAM)]
        if not len(telling):
            continue
        found = [holders[first[gram] : first[gram + 1]] for gram in telling]
        gain = np.repeat(weights[telling] ** 2, [len(one) for one in found])
        likeness = np.bincount(np.concatenate(found), weights=gain, minlength=len(train)) / np.maximum(sizes, 1e-9)
        nearest[k] = int(likeness.argmax())
    return nearest


def word_for_word(train: Pairs, source_size: int, target_size: int) -> Ids:
    """For each source token the target token that goes with it: (source_size,), -1 if none does. It has the largest Dice
    coefficient, 2 c(s, t) / (c(s) + c(t)), where c counts the pairs that have the token, or both; among equals, it is the
    first. Both must come together at least LEAST_TIMES times."""
    count = min(len(train), MOST_PAIRS)
    sources, targets = _distinct(train.inputs, count, source_size), _distinct(train.target_ids, count, target_size)
    of_source, of_target = (np.bincount(one.values) for one in (sources, targets))
    pairs = zip(sources, targets, strict=True)
    both = np.concatenate([np.add.outer(s.astype(np.int64) * target_size, t).ravel() for s, t in pairs])
    cells, together = np.unique(both, return_counts=True)
    often = together >= LEAST_TIMES
    s, t, together = cells[often] // target_size, cells[often] % target_size, together[often]
    dice = 2 * together / (of_source[s] + of_target[t])
    order = np.lexsort((t, -dice, s))
    found = np.full(source_size, -1, np.int64)
    leads = np.append(True, np.diff(s[order]) > 0)[: len(order)]
    found[s[order][leads]] = t[order][leads]
    return found


def _distinct(ragged: Ragged, count: int, size: int) -> Ragged:
    """The distinct tokens of each of the first `count` sequences, in order."""
    values = ragged.values[: ragged.offsets[count]].astype(np.int64)
    cells = np.unique(np.repeat(np.arange(count), ragged.lengths[:count]) * size + values)
    return Ragged.from_lengths((cells % size).astype(np.int32), np.bincount(cells // size, minlength=count))


def _gram_sets(sequences: Ragged, vocab_size: int) -> tuple[Ids, Ids]:
    """The distinct n-grams of each sequence, as sorted pairs (number of the sequence, number of the n-gram)."""
    owner, grams = numbered_grams(sequences, vocab_size, ORDERS)
    size = int(grams.max(initial=0)) + 1
    cells = np.unique(owner * size + grams)
    return cells // size, cells % size


def numbered_grams(sequences: Ragged, vocab_size: int, orders: Sequence[int]) -> tuple[Ids, Ids]:
    """For every n-gram of these orders, the number of its sequence and its own number. Ids are at most vocab_size."""
    owner = np.repeat(np.arange(len(sequences)), sequences.lengths)
    within = np.arange(len(owner)) - np.repeat(sequences.offsets[:-1], sequences.lengths)
    tokens = sequences.values.astype(np.int64)
    owners, numbers, seen = [], [], 0
    ending = tokens  # the number of the n-gram that ends at each place
    for order in range(1, max(orders) + 1):
        if order > 1:
            ending = np.append(0, ending)[: len(tokens)] * (vocab_size + 1) + tokens
        distinct, ending = np.unique(ending, return_inverse=True)
        if order in orders:
            whole = within >= order - 1
            owners.append(owner[whole])
            numbers.append(ending[whole] + seen)
            seen += len(distinct)
    return np.concatenate(owners), np.concatenate(numbers)
