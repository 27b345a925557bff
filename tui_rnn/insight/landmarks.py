"""How well counting alone does: n-gram models scored on the text that the networks are scored on.

A recurrent network is worth its training if it beats the n-grams, and its loss says little without them. So they are as strong
as counting can be: interpolated modified Kneser-Ney smoothing (Chen & Goodman 1999), which on a text of about a megabyte lowers
the loss of a 5-gram by 0.1 nats more than Witten-Bell or plain absolute discounting. The order, up to 8, is the one that does
best on the end of the training part after its beginning was counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_TRAIN = 2_000_000
MAX_ORDER = 8
NAMES = {1: "unigram", 2: "bigram", 3: "trigram"}  # these are always shown; a higher order is an "n-gram"
CHOSEN_ON = 0.1  # of the training part, at its end: the best order is chosen on it
MAX_CHOSEN_ON = 100_000

_SMALLEST_DISCOUNT = 0.1  # keeps some mass for unseen tokens if a tiny text gives no estimate


class Ngram(NamedTuple):
    """A model by counting: its name, its mean loss, and how it counts, in a few words."""

    name: str
    loss_nats: float
    note: str


def ngram_landmarks(
    train_ids: NDArray[Any],
    scored_ids: NDArray[Any],
    vocab_size: int,
    max_train: int = MAX_TRAIN,
    *,
    mark: int | None = None,
) -> list[Ngram]:
    """The mean loss on scored_ids of uniform, unigram, bigram, trigram and, if it is higher, the best order up to MAX_ORDER.

    Ids are 1-D, below vocab_size; the training text is not empty. As for a network, the first scored character is only context:
    len(scored_ids) - 1 are scored, at least one. Only the last `max_train` characters of the training text (next to the
    validation part) are counted, 2,000,000 by default, so time and memory are bounded; counts over a much longer text would
    lower the higher orders further. mark: the id at both ends of each item, where the context starts again; both texts then
    begin with it.
    """
    train = train_ids[-max_train:]
    if mark is not None and (marks := np.flatnonzero(train == mark)).size:
        train = train[marks[0] :]
    counted = f"modified Kneser-Ney, counted on {len(train):,} tokens" + (" next to validation" * (len(train_ids) > len(train)))
    best, losses = _losses(train, scored_ids, vocab_size, mark)
    found = [Ngram("uniform", float(np.log(vocab_size)), "every token equally likely")]
    found += [Ngram(name, losses[order], counted) for order, name in NAMES.items()]
    chosen = f"the best order up to {MAX_ORDER}, chosen on the training part; {counted}"
    if best in NAMES:
        return [*found[:best], found[best]._replace(note=chosen), *found[best + 1 :]]
    return [*found, Ngram(f"{best}-gram", losses[best], chosen)]


def _losses(train: NDArray[Any], scored: NDArray[Any], vocab_size: int, mark: int | None) -> tuple[int, dict[int, float]]:
    """The order whose model, counted on the beginning of the training text, has the smallest loss on its end; and for each
    order that was tried, the loss on `scored` of the model that is counted on all of it. Higher orders are tried until one does
    worse than the one before, since contexts only get rarer."""
    held = min(int(len(train) * CHOSEN_ON), MAX_CHOSEN_ON)
    choosing, telling = tee(_orders(train, scored, vocab_size, mark))
    on_end = _model(choosing, vocab_size, slice(0, len(train) - held), slice(len(train) - held, len(train)))
    on_scored = _model(telling, vocab_size, slice(0, len(train)), slice(len(train) + 1, len(train) + len(scored)))
    best, least, losses = 1, np.inf, {}
    for order, (choice, told) in enumerate(zip(on_end, on_scored, strict=True), start=1):
        loss = float(-np.log(choice).mean()) if held else np.inf
        losses[order] = float(-np.log(told).mean())
        if loss < least:
            best, least = order, loss
        elif order > max(NAMES):
            break
    return best, losses


def probabilities(
    train: NDArray[Any], scored: NDArray[Any], vocab_size: int, max_order: int = MAX_ORDER, *, mark: int | None = None
) -> Iterator[NDArray[np.float64]]:
    """For n = 1 … max_order, p(scored[t] | scored[t-n+1 : t]) (M,) of the n-gram model; all are above 0. Near the start of
    `scored`, and after a mark, the context is as long as possible."""
    orders = _orders(train, scored, vocab_size, mark, max_order)
    return _model(orders, vocab_size, slice(0, len(train)), slice(len(train), len(train) + len(scored)))


class _Order(NamedTuple):
    """The distinct n-grams of the training text and the scored text, numbered.

    An n-gram h w is a context h (the number of a distinct (n-1)-gram) followed by a character w.
    ends (N,): the number of the n-gram that ends at each character, -1 if a start cuts its context off; contexts (D,): its h;
    suffixes (D,): the number of the (n-1)-gram at its end; begins (D,): whether it begins with a mark; before: how many
    (n-1)-grams there are.
    """

    ends: NDArray[np.int64]
    contexts: NDArray[np.int64]
    suffixes: NDArray[np.int64]
    begins: NDArray[np.bool_]
    before: int


def _orders(
    train: NDArray[Any], scored: NDArray[Any], vocab_size: int, mark: int | None, max_order: int = MAX_ORDER
) -> Iterator[_Order]:
    ids = np.concatenate((train, scored)).astype(np.int64)
    starts = np.zeros(len(ids), dtype=np.bool_)
    starts[[0, len(train)]] = True
    if mark is not None:
        starts |= ids == mark
    places = np.arange(len(ids))
    begun = np.maximum.accumulate(np.where(starts, places, 0))
    begun[1:][starts[1:]] = begun[:-1][starts[1:]]  # a mark ends the item before it
    begun[len(train)] = len(train)
    reach = places - begun  # how many characters the context of each may have
    ends = np.where(reach >= 1, ids, ids if mark is None else -1)  # the first mark begins an item and ends none
    nothing = np.zeros(vocab_size, dtype=np.int64)
    yield _Order(ends, nothing, nothing, nothing.astype(np.bool_), 1)
    ends, count = ids, vocab_size
    for order in range(2, max_order + 1):
        whole = np.flatnonzero(reach >= order - 1)
        # a key has the context's number, not its characters, so it is small for any vocabulary and order
        keys = ends[whole - 1] * vocab_size + ids[whole]
        by_key = np.argsort(keys)
        keys = keys[by_key]
        new = np.concatenate((keys[:1] >= 0, keys[1:] != keys[:-1]))
        numbers = np.full(len(ids), -1)
        numbers[whole[by_key]] = np.cumsum(new) - 1
        one = whole[by_key[new]]  # where one of each ends
        begins = reach[one] == order - 1 if mark is not None else np.zeros(len(one), dtype=np.bool_)
        yield _Order(numbers, keys[new] // vocab_size, ends[one], begins, count)
        ends, count = numbers, len(one)


def _model(orders: Iterator[_Order], vocab_size: int, counted: slice, asked: slice) -> Iterator[NDArray[np.float64]]:
    """For each order, the probabilities of the asked characters under the model of what is counted."""
    below: tuple[_Order, NDArray[np.int64]] | None = None
    lower = np.full(asked.stop - asked.start, 1 / vocab_size)
    for order in orders:
        there = order.ends[counted]
        counts = np.bincount(there[there >= 0], minlength=len(order.contexts))
        if below is not None:
            # Lower-order models count how many different characters come before a gram, not how often it comes.
            # Nothing comes before a mark that begins a gram: such a gram counts as often as it comes.
            shorter, as_often = below
            preceding = np.bincount(order.suffixes[counts > 0], minlength=len(as_often))
            lower = _interpolate(np.where(shorter.begins, as_often, preceding), shorter, lower, asked)
        yield _interpolate(counts, order, lower, asked)
        below = order, counts


def _interpolate(counts: NDArray[np.int64], order: _Order, lower: NDArray[np.float64], asked: slice) -> NDArray[np.float64]:
    """p(w | h) = (c(hw) - D(c(hw)) + sum of D(c(hv)) over v · p(w | h shorter by one)) / c(h); an unseen h asks `lower`."""
    discounts = _discounts(counts)
    taken = discounts[np.minimum(counts, 3)]
    total = np.bincount(order.contexts, weights=counts, minlength=order.before)
    freed = np.bincount(order.contexts, weights=taken, minlength=order.before)
    grams = order.ends[asked]
    places = np.flatnonzero(grams >= 0)
    places = places[total[order.contexts[grams[places]]] > 0]
    grams = grams[places]
    contexts = order.contexts[grams]
    probability = lower.copy()
    probability[places] = (counts[grams] - taken[grams] + freed[contexts] * lower[places]) / total[contexts]
    return probability


def _discounts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What is taken off a count of 0, 1, 2, and 3 or more: (4,)."""
    once, twice, thrice, four = (int(np.count_nonzero(counts == k)) for k in (1, 2, 3, 4))
    base = once / max(1, once + 2 * twice)
    steps = (twice / max(1, once), thrice / max(1, twice), four / max(1, thrice))
    discounts = [np.clip(k - (k + 1) * base * step, _SMALLEST_DISCOUNT, k) for k, step in enumerate(steps, start=1)]
    return np.array([0.0, *discounts])
