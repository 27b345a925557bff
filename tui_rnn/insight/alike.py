"""From a range of text to its units, and from these to similar passages: which units are on there and off elsewhere, and where
in the whole text the same units are on together.

After LSTMVis (Strobelt et al., 2018), where a unit is on above a threshold. Here the threshold is in standard deviations from
the unit's own mean, so it means the same for a gate and for a cell state without limits. A unit is also on where it is as far
below its mean, since a low value can mean something too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.part_reading import Column, PartText, held, text_given, text_of, values
from tui_rnn.insight.passages import MOST_LENGTH, Passage, column_asked, passage_at, peaks
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.trace import DIRECTIONS

Limits = NDArray[np.float32]

MOST_BYTES = 1 << 28  # of bits that say which units are on
LONGEST_RANGE = 2000
MEASURED = 20_000  # tokens from which each unit's mean and deviation are taken


@dataclass(frozen=True)
class Alike(Question["AlikeFound"]):
    """The units that are on in a range of the text and off elsewhere, and the passages anywhere in the text where the same
    units are on together."""

    range: str = described("", "the range A:B, from token A up to before token B, counted from 0")
    text: str | None = described(None, "the text that the range is in; without, the text that is searched")
    signal: str = described("", "the signal, such as h; without, the cell's memory (c, or h where there is no c)")
    layer: int = described(1, "the layer, counted from 1", low=1, high=64)
    direction: str = described(DIRECTIONS[0], "where two read the text, which of them", choices=DIRECTIONS)
    threshold: float = described(
        1.0, "a unit is on where it is so many standard deviations above or below its mean", low=0.0, high=100.0
    )
    inside: float = described(0.7, "share of the range where a unit must be on", low=0.0, high=1.0)
    elsewhere: float = described(0.25, "share of the text where it may be on at most", low=0.0, high=1.0)
    units: int = described(20, "how many units at most, those that differ most", low=1, high=1000)
    count: int = described(10, "how many passages", low=1, high=1000)
    context: int = described(30, "tokens that are shown before and after a passage", low=0, high=1000)
    length: int = described(MOST_LENGTH, "how many tokens are searched from the start", low=1, high=MOST_LENGTH)


@dataclass(frozen=True)
class OnUnit:
    """A unit that is on in the range. high: it is on above its mean, else below. inside and elsewhere: the shares of the range
    and of the rest of the text where it is on."""

    unit: int
    high: bool
    inside: float
    elsewhere: float


@dataclass(frozen=True, eq=False)
class AlikeFound(Answer):
    """selected: the text of the range. units: those that were found; those that differ most come first. passages: the most
    similar first; the value of each is the share of units that are on, over as many tokens as the range has. typical: the
    median of this share over all stretches of that length; rare: the 99th percentile. read: how much was searched, of how
    much."""

    selected: str
    signal: str
    layer: int
    direction: str
    threshold: float
    read: str
    units: tuple[OnUnit, ...]
    typical: float
    rare: float
    passages: tuple[Passage, ...]

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (
            Headline("units on", len(self.units)),
            Headline("share of them on in the most alike passage", self.passages[0].value if self.passages else 0.0),
            Headline("in half of all stretches", self.typical),
        )

    def lines(self) -> Iterator[str]:
        yield f"{self.signal} in layer {self.layer}: units on in {self.selected!r} and off elsewhere ({self.read} searched)"
        for one in self.units:
            side = "above" if one.high else "below"
            yield f"unit {one.unit:>4}  {side} its mean: {one.inside:.0%} of the range, {one.elsewhere:.1%} of the text"
        if not self.units:
            yield "none: choose another range, or a less strict --threshold, --inside or --elsewhere"
            return
        yield f"passages where they are on; in half of all stretches {self.typical:.0%} of them are, in 1% {self.rare:.0%}"
        for passage in self.passages:
            yield f"{passage.place:>9,}  {passage.value:4.0%}  {passage.before}[{passage.symbol}]{passage.after}"


def answer(subject: Subject, question: Alike, progress: Progress) -> AlikeFound:
    """Read the whole text once, keep one bit for each unit that is on, and find where those of the range are on."""
    column = column_asked(subject, question.signal, question.layer, question.direction)
    part = text_of(subject, min(question.length, MOST_BYTES * 4 // subject.config.hidden_size))
    source = part if question.text is None else text_given(subject, question.text)
    start, end = _range(question.range, source)
    limits = _limits(subject, column, question.threshold)
    lit, counts = _lit(subject, part, column, limits, progress)
    in_range = _in_range(subject, source, column, limits, start, end, lit if source is part else None)
    own = in_range.sum(axis=0) if source is part else 0
    inside, elsewhere = in_range.mean(axis=0), (counts - own) / max(1, len(part) - (end - start) * (source is part))
    units = _chosen(inside, elsewhere, question)
    found, typical, rare = _passages(part, lit, units, (start, end), source is part, question)
    selected = source.text[int(source.begins[start]) : int(source.ends[end - 1]) + 1]
    asked = selected, column.signal, question.layer, question.direction, question.threshold, part.read
    on = tuple(OnUnit(k // 2, k % 2 == 0, float(inside[k]), float(elsewhere[k])) for k in units)
    return AlikeFound(subject.step, *asked, on, typical, rare, found)


def _range(written: str, source: PartText) -> tuple[int, int]:
    parts = re.fullmatch(r"\s*(\d{1,9})\s*:\s*(\d{1,9})\s*", written)
    if not written:
        raise InputError("there is no range, expected --range A:B, such as 120:140")
    if parts is None or not int(parts[1]) < int(parts[2]) <= min(len(source), int(parts[1]) + LONGEST_RANGE):
        raise InputError(
            f"range is {written!r:.40}, expected A:B with A below B, at most {LONGEST_RANGE:,} tokens, within {len(source):,}"
        )
    return int(parts[1]), int(parts[2])


def _limits(subject: Subject, column: Column, threshold: float) -> Limits:
    """(2, units): the limits above and below which each unit is on. A unit that never changes is never on."""
    (found,) = held(subject, text_of(subject, MEASURED), [column])
    mean, deviation = found.mean(axis=0, dtype=np.float64), found.std(axis=0, dtype=np.float64)
    away = np.where(deviation > 1e-6, threshold * deviation, np.inf)
    return np.stack([mean + away, mean - away]).astype(np.float32)


def _on(found: NDArray[np.float32], limits: Limits) -> NDArray[np.bool_]:
    """(n, 2 units): high and low, unit by unit."""
    on = np.empty((len(found), found.shape[1], 2), np.bool_)
    np.greater(found, limits[0], out=on[..., 0])
    np.less(found, limits[1], out=on[..., 1])
    return on.reshape(len(found), -1)


def _lit(
    subject: Subject, part: PartText, column: Column, limits: Limits, progress: Progress
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bits of the units that are on at each token, and how often each is on in the whole text."""
    width = 2 * subject.config.hidden_size
    bits, counts = np.empty((len(part), -(-width // 8)), np.uint8), np.zeros(width, np.int64)
    for places, (found,) in values(subject, part, [column], progress):
        on = _on(found, limits)
        bits[places] = np.packbits(on, axis=1)
        counts += on.sum(axis=0)
    return bits, counts


def _in_range(
    subject: Subject, source: PartText, column: Column, limits: Limits, start: int, end: int, lit: NDArray[np.uint8] | None
) -> NDArray[np.bool_]:
    """(range, 2 units): which units are on there."""
    if lit is not None:
        return np.unpackbits(lit[start:end], axis=1, count=2 * subject.config.hidden_size).astype(np.bool_)
    (found,) = held(subject, source, [column])
    return _on(found[start:end], limits)


def _chosen(inside: NDArray[np.float64], elsewhere: NDArray[np.float64], question: Alike) -> list[int]:
    fits = np.flatnonzero((inside >= question.inside) & (inside > 0) & (elsewhere <= question.elsewhere))
    order = np.argsort(-(inside - elsewhere)[fits], kind="stable")
    return [int(k) for k in fits[order][: question.units]]


def _passages(
    part: PartText, lit: NDArray[np.uint8], units: list[int], own: tuple[int, int], is_own: bool, question: Alike
) -> tuple[tuple[Passage, ...], float, float]:
    """The stretches as long as the range, but not the range itself, with the most units on; and the median and the 99th
    percentile of the share over all stretches."""
    size = own[1] - own[0]
    if not units or len(part) < size:
        return (), 0.0, 0.0
    together = np.zeros(len(part), np.float32)
    for k in units:
        together += (lit[:, k // 8] >> (7 - k % 8)) & 1
    summed = np.append(0.0, np.cumsum(together, dtype=np.float64))
    shares = ((summed[size:] - summed[:-size]) / (size * len(units))).astype(np.float32)
    typical, rare = (float(one) for one in np.quantile(shares, [0.5, 0.99]))
    whole = np.searchsorted(part.starts, np.arange(len(shares)), side="right") == np.searchsorted(
        part.starts, np.arange(len(shares)) + size - 1, side="right"
    )
    open_to = np.where(whole, shares, -np.inf)
    if is_own:
        open_to[max(0, own[0] - size + 1) : own[1]] = -np.inf
    places = peaks(open_to, question.count, max(size - 1, question.context))
    found = (passage_at(part, place, float(shares[place]), question.context, size) for place in places)
    return tuple(found), typical, rare
