"""A language model by counting: interpolated modified Kneser-Ney (Chen & Goodman 1999), with dictionaries, one probability at
a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

LEAST_DISCOUNT = 0.1  # keeps some mass for the unseen where a tiny text gives no estimate


class KneserNey:
    """Counted on the ids `train`, each below vocab_size.

    The longest n-grams count as often as they come; a shorter one counts how many different ids come before it. A discount,
    one each for counts of 1, 2, and 3 or more, is taken off; the model of the next lower order distributes what is freed.
    """

    def __init__(self, train: Sequence[int], order: int, vocab_size: int) -> None:
        self.vocab_size = vocab_size
        self.counts: list[dict[tuple[int, ...], int]] = [{}]
        for n in range(1, order + 1):
            if n == order:
                self.counts.append(Counter(tuple(train[i : i + n]) for i in range(len(train) - n + 1)))
            else:
                longer = {tuple(train[i : i + n + 1]) for i in range(len(train) - n)}
                self.counts.append(Counter(gram[1:] for gram in longer))
        self.discounts = [self.discounts_of(Counter(counts.values())) for counts in self.counts]
        self.following: list[dict[tuple[int, ...], list[int]]] = []
        for counts in self.counts:
            following = defaultdict(list)
            for gram, count in counts.items():
                following[gram[:-1]].append(count)
            self.following.append(following)

    @staticmethod
    def discounts_of(n: Counter[int]) -> dict[int, float]:
        """What is taken off a count of 0, 1, 2, and 3 or more. n[k]: how many n-grams come k times."""
        y = n[1] / max(1, n[1] + 2 * n[2])
        raw = {k: k - (k + 1) * y * n[k + 1] / max(1, n[k]) for k in (1, 2, 3)}
        return {0: 0.0} | {k: min(max(d, LEAST_DISCOUNT), k) for k, d in raw.items()}

    def probability(self, w: int, context: tuple[int, ...]) -> float:
        """p(w | context); the context has at most order − 1 ids."""
        lower = self.probability(w, context[1:]) if context else 1 / self.vocab_size
        n = len(context) + 1
        followers = self.following[n].get(context, [])
        if not followers:
            return lower
        discounts = self.discounts[n]
        count = self.counts[n].get((*context, w), 0)
        freed = sum(discounts[min(c, 3)] for c in followers)
        return (count - discounts[min(count, 3)] + freed * lower) / sum(followers)
