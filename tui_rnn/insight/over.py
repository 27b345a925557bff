"""One unit over the whole text: its value after each token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tui_rnn.fields import described
from tui_rnn.insight.answers import Floats
from tui_rnn.insight.part_reading import text_given, text_of, values
from tui_rnn.insight.passages import column_asked
from tui_rnn.insight.place import check_place
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.trace import DIRECTIONS

MOST_LENGTH = 1_000_000


@dataclass(frozen=True)
class Over(Question["UnitOver"]):
    """A signal of a unit after each token of the whole text; the state is carried on, as in validation."""

    text: str | None = described(None, "the text that is read; without, what validates")
    unit: int = described(0, "the unit, counted from 0", low=0, high=1 << 20)
    signal: str = described("", "the signal, such as c; without, the cell's memory (c, or h where there is no c)")
    layer: int = described(1, "the layer, counted from 1", low=1, high=64)
    direction: str = described(DIRECTIONS[0], "where two read the text, which of them", choices=DIRECTIONS)
    length: int = described(20_000, "how many tokens are read from the start", low=1, high=MOST_LENGTH)


@dataclass(frozen=True, eq=False)
class UnitOver(Answer):
    """symbols (n,) with the unit's value after each, values (n,). read: how much was read, of how much."""

    unit: int
    signal: str
    layer: int
    direction: str
    read: str
    symbols: tuple[str, ...]
    values: Floats

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return Headline("mean", float(self.values.mean())), Headline("deviation", float(self.values.std()))

    def lines(self) -> Iterator[str]:
        yield f"{self.signal} of unit {self.unit} in layer {self.layer} over {self.read}"
        for at, (symbol, value) in enumerate(zip(self.symbols, self.values.tolist(), strict=True)):
            yield f"{at:>9,}  {value:8.3f}  {symbol!r}"


def answer(subject: Subject, question: Over, progress: Progress) -> UnitOver:
    """Read all of the text, and keep the one unit."""
    column = column_asked(subject, question.signal, question.layer, question.direction)
    check_place(subject.config, unit=question.unit)
    part = text_of(subject, question.length) if question.text is None else text_given(subject, question.text)
    own = np.empty(len(part), np.float32)
    for places, (found,) in values(subject, part, [column], progress):
        own[places] = found[:, question.unit]
    asked = question.unit, column.signal, question.layer, question.direction
    return UnitOver(subject.step, *asked, part.read, part.symbols(0, len(part)), own)
