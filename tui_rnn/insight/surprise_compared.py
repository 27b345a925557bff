"""Two networks on the same text: where one predicts it better than the other, place by place and by category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.insight.blocks import BLOCK, mean_over_blocks
from tui_rnn.insight.question import Answer
from tui_rnn.insight.surprise import BITS, CONTEXT, Surprised

FEWEST = 20  # tokens: a category with fewer is not shown
PLACES = 10
BEYOND_CHANCE = 3.0
"""From so many standard errors on, a difference is called beyond chance. With some 15 categories, two equal networks have such
a difference in 4% of all comparisons."""


@dataclass(frozen=True)
class Category:
    """A kind of place: how many there are, the mean bits of both, second − first, and its paired standard error."""

    name: str
    count: int
    first_bits: float
    second_bits: float
    difference_bits: float
    standard_error_bits: float

    @property
    def beyond_chance(self) -> bool:
        return abs(self.difference_bits) > BEYOND_CHANCE * self.standard_error_bits


@dataclass(frozen=True, eq=False)
class SurpriseCompared(Answer):
    """step: of the first network's weights; second_step: of the other's. categories: all tokens come first. first_better,
    second_better: the places where one is ahead by most."""

    second_step: int
    symbols: tuple[str, ...]
    difference_bits: NDArray[np.float32]
    categories: tuple[Category, ...]
    first_better: NDArray[np.int64]
    second_better: NDArray[np.int64]

    def lines(self) -> Iterator[str]:
        yield f"second − first, bits; ± one paired standard error over blocks of {BLOCK}; *: beyond {BEYOND_CHANCE:.0f} of them"
        yield f"{'':<28}{'count':>8}{'first':>8}{'second':>8}{'second − first':>22}"
        for one in self.categories:
            mark = " *" if one.beyond_chance else ""
            yield (
                f"{one.name:<28}{one.count:>8,}{one.first_bits:>8.3f}{one.second_bits:>8.3f}"
                f"{one.difference_bits:>+13.3f} ± {one.standard_error_bits:.3f}{mark}"
            )
        for title, places in (("the first is ahead most", self.first_better), ("the second is ahead most", self.second_better)):
            yield f"{title}:"
            for place in places.tolist():
                before = "".join(self.symbols[max(0, place - CONTEXT) : place])
                yield f"{place:>8}  {abs(self.difference_bits[place]):6.2f} bits  {before!r} then {self.symbols[place]!r}"


def compared(answers: Sequence[Surprised]) -> SurpriseCompared:
    """Compare the first two. Raises InputError if they have not read the same tokens."""
    first, second = answers[:2]
    if first.symbols != second.symbols:
        raise InputError(
            "the two networks split the text into different tokens: compare two that both read characters, or the same text"
        )
    difference = (second.nats.astype(np.float64) - first.nats.astype(np.float64)) / BITS
    known = np.isfinite(difference)
    found = [
        _category(name, mask & known, first.nats / BITS, second.nats / BITS)
        for name, mask in kinds_of_places(first.symbols)
        if (mask & known).sum() >= FEWEST or name == ALL
    ]
    order = np.argsort(np.where(known, difference, 0.0), kind="stable")
    ahead = [place for place in order[::-1][:PLACES].tolist() if difference[place] > 0]
    behind = [place for place in order[:PLACES].tolist() if difference[place] < 0]
    return SurpriseCompared(
        first.step,
        second.step,
        first.symbols,
        np.where(known, difference, np.nan).astype(np.float32),
        tuple(found),
        np.array(ahead, np.int64),
        np.array(behind, np.int64),
    )


def _category(name: str, mask: NDArray[np.bool_], first: NDArray[np.floating], second: NDArray[np.floating]) -> Category:
    if not mask.any():
        return Category(name, 0, *[float("nan")] * 4)
    a, b = first.astype(np.float64), second.astype(np.float64)
    found = mean_over_blocks(np.where(mask, b - a, 0.0), mask.astype(np.int64), np.arange(len(mask)) // BLOCK)
    return Category(name, found.count, float(a[mask].mean()), float(b[mask].mean()), found.mean, found.standard_error)


ALL = "all"


def kinds_of_places(symbols: Sequence[str]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The name and mask (T,) of each kind of place at which a token can be."""
    first = [symbol.strip()[:1] or symbol[:1] for symbol in symbols]
    before = ["", *(symbol[-1:] for symbol in symbols[:-1])]
    starts = [here[:1].isspace() for here in symbols]  # a word may bring its space
    letter = np.array([one.isalpha() for one in first], bool)
    in_word = np.array([b.isalnum() and not s for b, s in zip(before, starts, strict=True)], bool)
    place, column, quoted = _running(symbols)
    yield ALL, np.ones(len(symbols), bool)
    yield "after a line end", np.array([one == "\n" for one in before], bool)
    yield "after a space", np.array([one == " " for one in before], bool)
    yield "first letter of a word", letter & ~in_word
    yield "second or third letter", letter & in_word & (place <= 2)
    yield "later in a word", letter & in_word & (place > 2)
    yield (
        "what ends a word",
        np.array([not one.isalnum() for one in first], bool) & np.array([b.isalnum() for b in before], bool),
    )
    yield "capital", np.array([one.isupper() for one in first], bool)
    yield "digit", np.array([one.isdigit() for one in first], bool)
    yield "punctuation mark", np.array([bool(one) and not one.isalnum() and not one.isspace() for one in first], bool)
    yield "inside quotes", quoted
    yield "outside quotes", ~quoted
    for low, high in ((0, 10), (10, 40), (40, 1 << 40)):
        name = f"{low} to {high - 1} after a line end" if high < 1 << 40 else f"{low} or more after a line end"
        yield name, (column >= low) & (column < high)


def _running(symbols: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """For each token: how many letters of its word and how many characters of its line come before it, and whether it is
    quoted. A quotation ends with its paragraph."""
    place, column = np.zeros(len(symbols), np.int64), np.zeros(len(symbols), np.int64)
    quoted, inside, letters, since, last = np.zeros(len(symbols), bool), False, 0, 0, ""
    for k, symbol in enumerate(symbols):
        place[k], column[k], quoted[k] = letters, since, inside and symbol not in ('"', "”")
        for ch in symbol:
            if ch == "\n" and last == "\n":
                inside = False
            if ch in '"“”':
                inside = not inside if ch == '"' else ch == "“"
            letters, since, last = (letters + 1 if ch.isalnum() else 0), (0 if ch == "\n" else since + 1), ch
    return place, column, quoted
