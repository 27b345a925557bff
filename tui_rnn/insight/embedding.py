"""Where a network has put its symbols: rows of E or V in two dimensions, nearest neighbours, and classes that are separated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import token_texts
from tui_rnn.display import describe_symbol
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.expectation import END
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.trace import START

VOWELS = "aeiou"
LABELLINGS = 1000
CHANCE = 0.95
MOST_COMPARED = 2000
"""The most symbols among which classes are compared: a table of all pairs of more would be too large."""


@dataclass(frozen=True)
class Embedding(Question["Embedded"]):
    """The rows of E, one for each symbol that is read, or of V, one for each that is predicted: in two dimensions by principal
    components, nearest neighbours by cosine, and how far vowels, digits, capitals and marks are from the rest, beside random
    classes."""

    matrix: str = described(
        "e", "whose rows: E reads a symbol (W if symbols enter one-hot), V predicts one", choices=("e", "v")
    )
    of: str | None = described(None, "a symbol whose nearest neighbours are listed")
    neighbours: int = described(8, "how many neighbours", low=1, high=100)


@dataclass(frozen=True)
class Separation:
    """A class of symbols among others, after the mean of all rows was subtracted. inside: the mean cosine of two of its
    symbols; across: of one of them and one of the others; gap: inside − across. chance: 95% of random classes of the same size
    have a smaller gap; p: the share of random classes with at least this gap."""

    name: str
    members: int
    among: int
    inside: float
    across: float
    gap: float
    chance: float
    p: float


@dataclass(frozen=True, eq=False)
class Embedded(Answer):
    """matrix: the name of the parameter. symbols (n,). places (n, 2): by the first two principal components; variance (2,): the
    share of the variance that each of them shows. near (n, k): for each symbol the nearest others, the nearest first; cosines:
    theirs. by_chance: the median cosine of the nearest of n − 1 random directions. of: the place among the symbols of the one
    that was asked about, -1 for none."""

    matrix: str
    dimensions: int
    symbols: tuple[str, ...]
    places: NDArray[np.float32]
    variance: NDArray[np.float64]
    near: NDArray[np.int64]
    cosines: NDArray[np.float32]
    by_chance: float
    separations: tuple[Separation, ...]
    of: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        gaps = (Headline(f"gap of {one.name}", one.gap) for one in self.separations)
        return (*gaps, Headline("variance shown", float(self.variance.sum())))

    def lines(self) -> Iterator[str]:
        yield (
            f"{self.matrix}: {len(self.symbols):,} symbols in {self.dimensions} dimensions; two principal components show "
            f"{self.variance.sum():.0%} of the variance ({self.variance[0]:.0%} and {self.variance[1]:.0%})"
        )
        for one in self.separations:
            yield f"{one.name}, {one.members} of {one.among}: {separation_in_words(one)}"
        if self.of >= 0:
            near = zip(self.near[self.of].tolist(), self.cosines[self.of].tolist(), strict=True)
            yield f"nearest to {describe_symbol(self.symbols[self.of])}: " + ", ".join(
                f"{describe_symbol(self.symbols[k])} {cosine:.2f}" for k, cosine in near
            )
            yield f"by chance the nearest of {len(self.symbols) - 1:,} would have {self.by_chance:.2f}"


def separation_in_words(one: Separation) -> str:
    """The gap of a class beside its chance level."""
    return (
        f"cosine {one.inside:.2f} among themselves, {one.across:.2f} to the others: gap {one.gap:.2f}; "
        f"95% of {LABELLINGS:,} random classes stay below {one.chance:.2f} (p = {one.p:.3f})"
    )


def answer(subject: Subject, question: Embedding, progress: Progress) -> Embedded:
    """From the weights alone."""
    name, symbols = _matrix(subject, question.matrix)
    rows = subject.network.parameters[name].astype(np.float64)
    centred = rows - rows.mean(axis=0)
    of = _found(symbols, question.of)
    places, variance = _components(centred)
    near, cosines = _neighbours(rows, min(question.neighbours, len(rows) - 1), progress)
    return Embedded(
        subject.step,
        name,
        rows.shape[1],
        symbols,
        places,
        variance,
        near,
        cosines,
        _nearest_by_chance(len(rows) - 1, rows.shape[1]),
        tuple(_separations(symbols, centred)),
        of,
    )


def _matrix(subject: Subject, wanted: str) -> tuple[str, tuple[str, ...]]:
    """The parameter that is looked at, and the symbol of each row."""
    vocabulary, names = subject.symbols.vocabulary, subject.network.parameters
    read = token_texts(vocabulary, np.arange(len(vocabulary)))
    prefix = "encoder." if subject.kind.writes_answers else ""
    if wanted == "e":
        mark = (START,) if subject.kind.draws_items else ()
        return next(one for one in (f"{prefix}E", f"{prefix}W0") if one in names), (*read, *mark)
    targets, labels = subject.symbols.targets, subject.symbols.labels
    if targets is not None:
        written: tuple[str, ...] = (*targets.texts, END)
    elif labels is not None:
        written = labels.names
    else:
        written = (*read, *((END,) if subject.kind.draws_items else ()))
    tied = "decoder.E" if subject.kind.writes_answers else "E"
    return "V" if "V" in names else tied, written


def _found(symbols: tuple[str, ...], wanted: str | None) -> int:
    if wanted is None:
        return -1
    for form in (wanted, f" {wanted}"):  # words have their space
        if form in symbols:
            return symbols.index(form)
    raise InputError(f"{wanted!r:.60} is none of the {len(symbols):,} symbols of this network: give one of them")


def _components(centred: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Places (n, 2), and the share of the variance that each direction shows. The largest value of a direction is positive."""
    U, S, _ = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(centred), 2))
    shown = min(2, len(S))
    places[:, :shown] = U[:, :shown] * S[:shown]
    largest = np.abs(places).argmax(axis=0)
    places *= np.where(places[largest, [0, 1]] < 0, -1.0, 1.0)
    total = float((S**2).sum())
    shares = np.zeros(2)
    shares[:shown] = S[:shown] ** 2 / total if total else 0
    return places.astype(np.float32), shares


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def _neighbours(rows: NDArray[np.float64], count: int, progress: Progress) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    unit, near, cosines = _unit(rows), [], []
    for first in range(0, len(rows), 512):
        progress(first, len(rows))
        table = unit[first : first + 512] @ unit.T
        table[np.arange(len(table)), first + np.arange(len(table))] = -np.inf  # itself
        order = np.argsort(-table, axis=1, kind="stable")[:, :count]
        near.append(order)
        cosines.append(np.take_along_axis(table, order, axis=1).astype(np.float32))
    return np.concatenate(near), np.concatenate(cosines)


def _nearest_by_chance(others: int, dimensions: int) -> float:
    """The largest of so many cosines of random directions: the median of 200 draws."""
    if others < 1:
        return float("nan")
    random = np.random.default_rng(0).standard_normal((200, dimensions))
    rng, best = np.random.default_rng(1), np.full(200, -1.0)
    for first in range(0, others, 256):
        directions = _unit(rng.standard_normal((min(256, others - first), dimensions)))
        best = np.maximum(best, (_unit(random) @ directions.T).max(axis=1))
    return float(np.median(best))


# ----------------------------------------------------------------- classes

Belongs = Callable[[str], bool]
_CLASSES: tuple[tuple[str, Belongs, Belongs], ...] = (
    ("vowels among small letters", lambda s: s in VOWELS, lambda s: len(s) == 1 and s.isascii() and s.islower()),
    ("capitals among letters", str.isupper, str.isalpha),
    ("letters", str.isalpha, lambda s: True),
    ("digits", str.isdigit, lambda s: True),
    ("punctuation marks", lambda s: s.isprintable() and not s.isalnum() and not s.isspace(), lambda s: True),
)
"""The name of a class, which symbols belong to it, and among which symbols it is compared."""


def _separations(symbols: tuple[str, ...], centred: NDArray[np.float64]) -> Iterator[Separation]:
    if len(symbols) > MOST_COMPARED:
        return
    alone, unit = [symbol.strip() or symbol for symbol in symbols], _unit(centred)
    for name, belongs, among in _CLASSES:
        inside = np.array([k for k, symbol in enumerate(alone) if among(symbol)], np.int64)
        member = np.array([belongs(alone[k]) for k in inside.tolist()], bool)
        if 2 <= member.sum() <= len(member) - 2:
            yield _separation(name, unit[inside], member)


def _separation(name: str, unit: NDArray[np.float64], member: NDArray[np.bool_]) -> Separation:
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, 0.0)
    rng = np.random.default_rng(0)
    labels = np.stack([member, *(rng.permutation(member) for _ in range(LABELLINGS))]).astype(np.float64)
    n, m = int(member.sum()), int((~member).sum())
    reached = labels @ cosines
    inside = (reached * labels).sum(axis=1) / (n * (n - 1))
    across = (reached * (1 - labels)).sum(axis=1) / (n * m)
    gaps = inside - across
    p = (1 + int((gaps[1:] >= gaps[0]).sum())) / (1 + LABELLINGS)
    chance = float(np.quantile(gaps[1:], CHANCE))
    return Separation(name, n, n + m, float(inside[0]), float(across[0]), float(gaps[0]), chance, p)
