"""Edit and compare: two texts that differ in a place, and what that changes after it: states, predictions, the loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.data.examples.reading import as_read
from tui_rnn.data.tokens import token_texts
from tui_rnn.display import counted, widest
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight import predict
from tui_rnn.insight.answers import Floats, TextAnswer
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.trace import DIRECTIONS, START, longest_trace
from tui_rnn.reference.cells import Array

GONE = 0.01
"""A difference that has fallen to this share of its largest counts as forgotten."""


@dataclass(frozen=True)
class Edit(Question["Edited"]):
    """What an edit changes: the network reads both texts. Where they are alike, before and after the edit, the states, the
    predictions and the loss are compared."""

    text: str = described("", "a text")
    other: str = described("", "the same text with something changed, left out or added")


@dataclass(frozen=True, eq=False)
class Apart:
    """How far the states are apart in a direction of reading. distance (A, layers): ‖difference‖ of the carried states, h and
    c, divided by the mean ‖·‖ of the two. behind: how many of these symbols are read after the edit. forgotten_after: after so
    many, the distance stays at most 1% of its largest; None if it doesn't."""

    name: str
    distance: Array
    behind: int
    forgotten_after: int | None


@dataclass(frozen=True, eq=False)
class Edited(Answer):
    """symbols and others: of the two texts. before, after: how many symbols at the beginning and at the end are alike; these A
    = before + after symbols are compared. apart: the states of each direction. For language models: kl_nats (A,), the
    divergence of the predictions after each symbol; nats, other_nats (A,), what each symbol costs, NaN for the first of a text.
    said, other_said: for networks that answer."""

    symbols: tuple[str, ...]
    others: tuple[str, ...]
    before: int
    after: int
    apart: tuple[Apart, ...]
    kl_nats: Array
    nats: Array
    other_nats: Array
    said: TextAnswer | None
    other_said: TextAnswer | None

    @property
    def shared(self) -> tuple[str, ...]:
        """The symbols that are compared."""
        return self.symbols[: self.before] + self.symbols[len(self.symbols) - self.after :]

    @property
    def added_nats(self) -> float:
        """What the edit adds to the loss of all symbols after it, for a language model."""
        return float(np.nansum((self.other_nats - self.nats)[self.before :]))

    @property
    def headlines(self) -> tuple[Headline, ...]:
        largest = max((float(one.distance.max(initial=0.0)) for one in self.apart), default=0.0)
        return (Headline("largest distance", largest), Headline("added nats", self.added_nats))

    def lines(self) -> Iterator[str]:
        cut, other = (texts[self.before : len(texts) - self.after] for texts in (self.symbols, self.others))
        joint = " " if self.said is not None and any(len(symbol) > 1 for symbol in self.symbols) else ""
        where = f"after {counted(self.before, 'symbol')}; {self.after:,} follow"
        yield f"{joint.join(cut)!r} became {joint.join(other)!r} {where}"
        for one in self.apart:
            after = counted(one.forgotten_after or 0, "symbol")
            gone = "not forgotten" if one.forgotten_after is None else f"forgotten after {after}"
            apart = f"states up to {one.distance.max(initial=0.0):.0%} apart, {gone}"
            yield f"{one.name}: {apart if one.behind else 'nothing is read after the edit'}"
        if len(self.kl_nats):
            yield f"what follows costs {self.added_nats / BITS:+.3f} bits in all"
            wide = widest(self.shared[self.before :])
            yield f"{'symbol':>{wide}}  distance  divergence, bits  cost → cost, bits"
            for n in range(self.before, len(self.shared)):
                cost = f"{self.nats[n] / BITS:.3f} → {self.other_nats[n] / BITS:.3f}"
                apart = f"{self.apart[0].distance[n].max():8.1%}  {self.kl_nats[n] / BITS:16.3f}"
                yield f"{self.shared[n]!r:>{wide}}  {apart}  {cost:>17}"
        for said in (self.said, self.other_said):
            if said is not None:
                yield predict.in_a_line(said)


class _Seen:
    """A text as it was read: its symbols, the carried states (T, layers, n) of each direction and, for a language model, ln p
    of each next token (T, V)."""

    def __init__(self, subject: Subject, text: str) -> None:
        vocabulary, network = subject.symbols.vocabulary, subject.network
        if subject.kind.answers:
            self.ids, self.symbols, _ = as_read(vocabulary, predict.as_read(subject.kind, text))
        else:
            self.ids = vocabulary.encode(text)[0]
            self.symbols = tuple(text) if vocabulary.kind == "char" else token_texts(vocabulary, self.ids)
        if len(self.ids) > (longest := longest_trace(subject.config)):
            raise InputError(f"the text has {len(self.ids):,} symbols, expected at most {longest:,}: compare a shorter one")
        self.log_probs: Floats | None = None
        if subject.kind.answers:
            traced = network.trace(self.ids)
            directions: Sequence[dict[str, Floats]] = traced.encoder if subject.kind.writes_answers else traced.directions
            self.said: TextAnswer | None = predict.in_detail(subject, predict.as_read(subject.kind, text))
        else:
            self.ids = network.begun(self.ids)
            if not subject.kind.is_stream:
                self.symbols = (START, *self.symbols)
            read = network.reader().trace(self.ids)
            directions, self.log_probs, self.said = (read.signals,), read.log_probs, None
        carried = CELLS[subject.config.cell].carried
        self.states = [np.concatenate([one[name] for name in carried], axis=2).astype(np.float64) for one in directions]


def answer(subject: Subject, question: Edit, progress: Progress) -> Edited:
    """Compare the symbols that are alike at the beginning and at the end."""
    if not question.text or not question.other:
        raise InputError("edit compares two texts, but one is missing: give a text, then the same text with an edit")
    one, other = _Seen(subject, question.text), _Seen(subject, question.other)
    before = _alike(one.symbols, other.symbols)
    after = _alike(one.symbols[before:][::-1], other.symbols[before:][::-1])
    if before == len(one.symbols) == len(other.symbols):
        raise InputError("the two texts are the same, expected an edit")

    def shared(values: Any) -> Any:
        return np.concatenate([values[:before], values[len(values) - after :]])

    apart = tuple(
        _apart(name, shared(a), shared(b), before, after)
        for name, a, b in zip(DIRECTIONS, one.states, other.states, strict=False)
    )
    kl, nats, other_nats = np.zeros((3, 0))
    if one.log_probs is not None and other.log_probs is not None:
        p, q = shared(one.log_probs).astype(np.float64), shared(other.log_probs).astype(np.float64)
        kl = np.maximum((np.exp(p) * (p - q)).sum(axis=1), 0.0)
        nats, other_nats = (shared(_costs(seen.log_probs, seen.ids)) for seen in (one, other))
    return Edited(subject.step, one.symbols, other.symbols, before, after, apart, kl, nats, other_nats, one.said, other.said)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _costs(log_probs: Any, ids: Any) -> Array:
    """−ln p of each id (T,), NaN for the first."""
    found = -log_probs[np.arange(len(ids) - 1), ids[1:]].astype(np.float64)
    return np.append(np.nan, found)


def _apart(name: str, one: Array, other: Array, before: int, after: int) -> Apart:
    """one, other (A, layers, n)."""
    size = (np.linalg.norm(one, axis=2) + np.linalg.norm(other, axis=2)) / 2
    distance = np.linalg.norm(one - other, axis=2) / np.maximum(size, 1e-12)
    behind = distance[before:].max(axis=1) if name == DIRECTIONS[0] else distance[:before].max(axis=1)[::-1]
    left = np.flatnonzero(behind > GONE * behind.max(initial=0.0))
    forgotten = int(left[-1]) + 1 if len(left) else 0
    return Apart(name, distance, len(behind), forgotten if forgotten < len(behind) else None)
