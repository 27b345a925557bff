"""Seeded choices that are the same on every Python version."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def lines_of(size: int, line: Callable[[], str]) -> str:
    """line() again and again, until there are at least `size` characters."""
    lines: list[str] = []
    length = 0
    while length < size:
        lines.append(line())
        length += len(lines[-1])
    return "".join(lines)


def table_of(count: int, header: str, row: Callable[[], tuple[str, str]]) -> str:
    """A TSV with a header and `count` rows from row(), all with different first cells."""
    rows: dict[str, str] = {}
    while len(rows) < count:
        first, second = row()
        rows[first] = second
    return f"{header}\n" + "".join(f"{first}\t{second}\n" for first, second in rows.items())


class Dice:
    """A seeded source of choices, built only on Random.random(): Python promises to keep the sequence of that method."""

    def __init__(self, seed: int) -> None:
        self.uniform = random.Random(seed).random

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, all equally likely."""
        return int(self.uniform() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included, all equally likely."""
        return low + int(self.uniform() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return self.uniform() < probability

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.uniform() * len(items))]

    def sample(self, items: Sequence[T], n: int) -> list[T]:
        """n different items in random order."""
        pool = list(items)
        return [pool.pop(self.below(len(pool))) for _ in range(n)]
