"""The surprise of a language model at a text: token by token, word by word, and where it is largest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.prompts import as_corpus_has, encode_written
from tui_rnn.data.tokens import token_texts
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.answers import Floats
from tui_rnn.insight.expectation import END
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.trace import Trace, trace_of_language_model

BITS = float(np.log(2))
CONTEXT = 12  # symbols that are shown before a place


@dataclass(frozen=True)
class Surprise(Question["Surprised"]):
    """What each token of a text costs the network, −ln p given the tokens before it, and which places cost most."""

    text: str | None = described(None, "the text that is read; without, what validates")
    length: int = described(12_000, "of a running text that validates: how many tokens from its start", low=2, high=1 << 24)
    example: int = described(0, "which validation example, from 0 on", low=0, high=1 << 31)
    places: int = described(10, "how many of the most surprising places are listed", low=0, high=1000)


@dataclass(frozen=True)
class Word:
    """A word of the text from the symbol at `start` on, and what its symbols cost together."""

    text: str
    start: int
    nats: float


@dataclass(frozen=True, eq=False)
class Surprised(Answer):
    """symbols (T,). nats (T,): the cost of each, NaN if nothing comes before it or the vocabulary lacks it. mean_nats: over
    `counted` symbols. places: the most surprising ones, the most first. words: in the text's order, without those that have a
    symbol that was not counted."""

    symbols: tuple[str, ...]
    nats: Floats
    mean_nats: float
    counted: int
    places: NDArray[np.int64]
    words: tuple[Word, ...]
    left_out: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (Headline("bits per token", self.mean_nats / BITS),)

    def lines(self) -> Iterator[str]:
        yield f"{self.mean_nats / BITS:.3f} bits over {self.counted:,}"
        for place in self.places.tolist():
            before = "".join(self.symbols[max(0, place - CONTEXT) : place])
            yield f"{place:>6}  {self.nats[place] / BITS:6.2f} bits  {before!r} then {self.symbols[place]!r}"
        if self.left_out:
            yield f"{self.left_out:,} more tokens were not read: a trace of all would be too large"


def answer(subject: Subject, question: Surprise, progress: Progress) -> Surprised:
    """</s> counts too for an item that validates, since the item is whole."""
    read = _of_running_text if subject.kind.is_stream else _of_item
    symbols, nats, left_out = read(subject, question, progress)
    counted = np.flatnonzero(~np.isnan(nats))
    most = counted[np.argsort(-nats[counted], kind="stable")[: question.places]]
    mean = float(nats[counted].mean()) if len(counted) else float("nan")
    words = tuple(_words(symbols, nats))
    return Surprised(subject.step, symbols, nats.astype(np.float32), mean, len(counted), most, words, left_out)


Costs = tuple[tuple[str, ...], NDArray[np.float64], int]
"""The symbols, what each costs in nats, and how many were not read."""


def _of_running_text(subject: Subject, question: Surprise, progress: Progress) -> Costs:
    """A text of any length is read piece by piece; V reads the topmost states."""
    vocabulary = subject.symbols.vocabulary
    unknown: tuple[int, ...] = ()
    if question.text is None:
        part: Any = subject.part
        ids = part[: question.length]
        text = vocabulary.decode(ids)
    else:
        text = as_corpus_has(vocabulary, question.text)
        ids, unknown = encode_written(vocabulary, text)
    if not len(ids):
        raise InputError("the text is empty, expected at least one character")
    symbols = tuple(text) if vocabulary.kind == "char" else token_texts(vocabulary, ids)
    nats = token_costs(subject, ids, progress)
    nats[list(unknown)] = np.nan
    return symbols, nats, 0


def token_costs(subject: Subject, ids: NDArray[Any], progress: Progress) -> NDArray[np.float64]:
    """−ln p of each token of a running text given those before it, in nats, (T,); NaN for the first."""
    parameters, nats = subject.network.parameters, np.full(len(ids), np.nan)
    V, done = parameters["V" if "V" in parameters else "E"].T, 0
    for places, (h,) in subject.network.read_through(ids, [(subject.config.num_layers - 1, "h")], subject.threads):
        progress(done, len(ids))
        done += len(places)
        follows = places + 1 < len(ids)
        logits = h[follows] @ V + parameters.get("b_out", np.float32(0))
        top = logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
        came = ids[places[follows] + 1]
        nats[places[follows] + 1] = total - logits[np.arange(len(came)), came]
    return nats


def _of_item(subject: Subject, question: Surprise, progress: Progress) -> Costs:
    traced = trace_of_language_model(subject, Trace(question.text, example=question.example, likeliest=0))
    follows = traced.expected.next_prob.astype(np.float64)
    with np.errstate(divide="ignore"):
        cost = -np.log(follows)
    symbols = traced.readings[0].symbols
    nats = np.append(np.nan, cost[:-1])
    if np.isfinite(cost[-1]):  # the end of a whole item
        symbols, nats = (*symbols, END), np.append(nats, cost[-1])
    return symbols, nats, traced.left_out


def _words(symbols: tuple[str, ...], nats: NDArray[np.float64]) -> Iterator[Word]:
    """The words between white space."""
    ends = np.cumsum([len(symbol) for symbol in symbols])
    for found in re.finditer(r"\S+", "".join(symbols)):
        first = int(np.searchsorted(ends, found.start(), side="right"))
        last = int(np.searchsorted(ends, found.end() - 1, side="right"))
        total = float(nats[first : last + 1].sum())
        if not np.isnan(total):
            yield Word(found[0], first, total)
