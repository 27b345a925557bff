"""Where in the whole text a unit is highest and lowest: its passages, with the text around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.fields import described
from tui_rnn.insight.part_reading import Column, PartText, text_of, values
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.trace import DIRECTIONS

MOST_LENGTH = 4_000_000


@dataclass(frozen=True)
class Passages(Question["PassagesFound"]):
    """The places in the whole text where a signal of a unit is highest and where it is lowest, each with its context."""

    unit: int = described(0, "the unit, counted from 0", low=0, high=1 << 20)
    signal: str = described("", "the signal, such as c; without, the cell's memory (c, or h where there is no c)")
    layer: int = described(1, "the layer, counted from 1", low=1, high=64)
    direction: str = described(DIRECTIONS[0], "where two read the text, which of them", choices=DIRECTIONS)
    count: int = described(10, "how many places at each end", low=1, high=1000)
    context: int = described(30, "tokens that are shown before and after; places are at least so far apart", low=0, high=1000)
    length: int = described(MOST_LENGTH, "how many tokens are read from the start", low=1, high=MOST_LENGTH)


@dataclass(frozen=True)
class Passage:
    """A place in the text (a token, counted from 0), the value there, and the text around it."""

    place: int
    value: float
    before: str
    symbol: str
    after: str


@dataclass(frozen=True, eq=False)
class PassagesFound(Answer):
    """highest: the highest first; lowest: the lowest first. mean, deviation: over all that was read. read: how much was read,
    of how much."""

    unit: int
    signal: str
    layer: int
    direction: str
    read: str
    mean: float
    deviation: float
    highest: tuple[Passage, ...]
    lowest: tuple[Passage, ...]

    @property
    def headlines(self) -> tuple[Headline, ...]:
        top, bottom = self.highest[0], self.lowest[0]
        return (
            Headline("highest", top.value),
            Headline("lowest", bottom.value),
            Headline("highest after", f"{top.before[-12:]}{top.symbol}"),
        )

    def lines(self) -> Iterator[str]:
        yield (
            f"{self.signal} of unit {self.unit} in layer {self.layer}: mean {self.mean:.3f}, "
            f"standard deviation {self.deviation:.3f} ({self.read} read)"
        )
        for name, found in (("highest", self.highest), ("lowest", self.lowest)):
            yield name
            for one in found:
                yield f"{one.place:>9,}  {one.value:8.3f}  {one.before}[{one.symbol}]{one.after}"


def answer(subject: Subject, question: Passages, progress: Progress) -> PassagesFound:
    """Read all of the part, and keep the one unit."""
    column = column_asked(subject, question.signal, question.layer, question.direction)
    check_place(subject.config, unit=question.unit)
    part = text_of(subject, question.length)
    own = np.empty(len(part), np.float32)
    for places, (found,) in values(subject, part, [column], progress):
        own[places] = found[:, question.unit]
    ends = [peaks(sign * own, question.count, question.context) for sign in (1, -1)]
    highest, lowest = ([passage_at(part, place, float(own[place]), question.context) for place in found] for found in ends)
    mean, deviation = float(own.mean(dtype=np.float64)), float(own.std(dtype=np.float64))
    asked = question.unit, column.signal, question.layer, question.direction
    return PassagesFound(subject.step, *asked, part.read, mean, deviation, tuple(highest), tuple(lowest))


def column_asked(subject: Subject, signal: str, layer: int, direction: str) -> Column:
    """The signal that is asked about; layer counts from 1. Raises InputError if the run has no such signal."""
    check_place(subject.config, layer=layer, direction=direction, signal=signal)
    return Column(layer - 1, signal or CELLS[subject.config.cell].carried[-1], DIRECTIONS.index(direction))


def peaks(scores: NDArray[np.floating[Any]], count: int, apart: int) -> list[int]:
    """The places of the highest scores (n,), the highest first, more than `apart` from each other."""
    left = np.where(np.isnan(scores), -np.inf, scores)
    found: list[int] = []
    while len(left) and len(found) < count:
        place = int(left.argmax())
        if left[place] == -np.inf:
            break
        found.append(place)
        left[max(0, place - apart) : place + apart + 1] = -np.inf
    return found


def passage_at(part: PartText, start: int, value: float, context: int, tokens: int = 1) -> Passage:
    """The text of so many tokens at a place, with the text around it in the same example."""
    example = int(np.searchsorted(part.starts, start, side="right")) - 1
    first = int(part.starts[example])
    last = first + len(part.ids[example]) - 1
    begin, end = int(part.begins[start]), int(part.ends[min(start + tokens - 1, last)])
    return Passage(
        start,
        value,
        part.text[int(part.begins[max(first, start - context)]) : begin],
        part.text[begin : end + 1],
        part.text[end + 1 : int(part.ends[min(start + tokens - 1 + context, last)]) + 1],
    )
