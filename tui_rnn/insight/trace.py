"""The signals inside a network while it reads a text, and its outputs on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.reading import as_read, cut
from tui_rnn.data.tokens import token_texts
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight import predict
from tui_rnn.insight.answers import Reading, TextAnswer
from tui_rnn.insight.examples import example_at
from tui_rnn.insight.expectation import END, NOBODY_KNOWS, Expectation, expectation
from tui_rnn.insight.question import Answer, Progress, Question, Subject

if TYPE_CHECKING:
    from tui_rnn.config import RunConfig

Ids = NDArray[np.int32]

START = "<s>"
DIRECTIONS = ("forward", "backward")
MAX_CELLS = 1 << 22  # 16 MB for all signals of a reading
MAX_READ = 20_000


@dataclass(frozen=True)
class Trace(Question["Traced"]):
    """Every gate and state of every unit while the network reads a text from the zero state, and what it predicts or says on
    the way."""

    text: str | None = described(None, "the text that is read; without, what validates")
    length: int = described(120, "of a running text that validates: how many tokens", low=1, high=MAX_READ)
    start: int = described(0, "of a running text that validates: from which token on it is read, from the zero state", low=0)
    example: int = described(0, "which validation example, from 0 on", low=0, high=1 << 31)
    likeliest: int = described(8, "for a language model: how many of the likeliest next tokens", low=0, high=1 << 20)
    whole: bool = described(False, "for items: the text is a whole item, so </s> follows it")


@dataclass(frozen=True, eq=False)
class Traced(Answer):
    """text: what was read. left_out: how many tokens were not read, because a trace of all would be too large. unknown: places
    among the symbols that the vocabulary lacks. start: the first token, in a running text that validates.

    readings: of a language model: forward; of a tagger or classifier: forward and, if it has it, backward; of an
    encoder-decoder: encoder forward, encoder backward and decoder. said: what it says to the text, with the classes after each
    character or the attention; None for language models. expected: for language models, else without rows.
    """

    text: str
    left_out: int
    unknown: tuple[int, ...]
    readings: tuple[Reading, ...]
    expected: Expectation
    said: TextAnswer | None = None
    start: int = 0

    def lines(self) -> Iterator[str]:
        for reading in self.readings:
            signals = reading.signals
            shape = next(iter(signals.values())).shape
            yield f"{reading.name}: {' '.join(signals)} of {shape[1]} × {shape[2]} units at {shape[0]:,} symbols"
        expected = self.expected
        for at, symbol in enumerate(self.readings[0].symbols if expected.top_symbols else ()):
            likeliest = zip(expected.top_symbols[at], expected.top_probs[at].tolist(), strict=True)
            came = f"; came {expected.next_prob[at]:.0%}, rank {expected.next_rank[at]}" if expected.next_rank[at] else ""
            yield f"{at:>5}  {symbol}  next " + ", ".join(f"{name} {share:.0%}" for name, share in likeliest) + came
        if self.left_out:
            yield f"{self.left_out:,} more tokens were not read: a trace of all would be too large"


def longest_trace(config: RunConfig) -> int:
    """The most symbols that may be read, so that the signals stay small enough to draw."""
    ways = 2 if getattr(config, "bidirectional", False) else 1
    return min(MAX_READ, max(1, MAX_CELLS // (6 * ways * config.num_layers * config.hidden_size)))


def answer(subject: Subject, question: Trace, progress: Progress) -> Traced:
    """Let the network read the text, or as much of it as can be traced."""
    return _of_answering(subject, question) if subject.kind.answers else trace_of_language_model(subject, question)


def _validating(subject: Subject, question: Trace) -> tuple[str, int]:
    """What validates: a piece of a running text and its first token, or an item."""
    if not subject.kind.is_stream:
        return example_at(subject, question.example).text, 0
    part: Ids = subject.part  # type: ignore[assignment]
    if not len(part):
        raise InputError("nothing validates, expected at least one token: give a text")
    if question.start >= len(part):
        raise InputError(f"start is {question.start:,}, expected less than the {len(part):,} tokens that validate")
    start, vocabulary = question.start, subject.symbols.vocabulary
    while vocabulary.kind == "byte" and start and part[start] & 0xC0 == 0x80:  # within a character
        start -= 1
    return vocabulary.decode(part[start : start + min(question.length, longest_trace(subject.config))]), start


def _of_answering(subject: Subject, question: Trace) -> Traced:
    longest, vocabulary = longest_trace(subject.config), subject.symbols.vocabulary
    asked = example_at(subject, question.example) if question.text is None else predict.as_read(subject.kind, question.text)
    asked, left_out = cut(vocabulary, asked, longest)
    ids, symbols, unknown = as_read(vocabulary, asked)
    of = _of_encoder_and_decoder if subject.kind.writes_answers else _of_encoder
    readings = of(subject, ids, symbols)
    said = predict.in_detail(subject, asked)
    return Traced(subject.step, asked.text, left_out, unknown, readings, Expectation.none(), said)


def trace_of_language_model(subject: Subject, question: Trace) -> Traced:
    """What a language model expects after each token. In an item, <s> is read first, and </s> can be expected."""
    given, start = _validating(subject, question) if question.text is None else (question.text, 0)
    if not given:
        raise InputError("the text is empty, expected at least one character")
    whole = question.whole or question.text is None
    vocabulary, item = subject.symbols.vocabulary, not subject.kind.is_stream
    ids, unknown = vocabulary.encode(given)
    left_out = max(0, len(ids) - longest_trace(subject.config))
    ids = ids[: len(ids) - left_out]
    unknown = tuple(k for k in unknown if k < len(ids))
    text = given[: len(ids)] if vocabulary.kind == "char" else vocabulary.decode(ids)
    symbols = tuple(text) if vocabulary.kind == "char" else token_texts(vocabulary, ids)
    following = np.append(ids[1:], NOBODY_KNOWS).astype(np.int32)
    following[[k - 1 for k in unknown if k]] = NOBODY_KNOWS
    reader = subject.network
    if item:
        mark = len(vocabulary)
        follows = ids[0] if 0 not in unknown else NOBODY_KNOWS
        last = mark if whole and not left_out else NOBODY_KNOWS
        following = np.concatenate([[follows], following[:-1], [last]]).astype(np.int32)
        ids, symbols, unknown = np.append(mark, ids), (START, *symbols), tuple(k + 1 for k in unknown)
        reader = subject.network.reader()
    traced = reader.trace(ids)
    expected = expectation(traced.log_probs, following, vocabulary, question.likeliest)
    return Traced(subject.step, text, left_out, unknown, (Reading("forward", symbols, traced.signals),), expected, start=start)


# ----------------------------------------------------------------- readings of the kinds that answer


def _of_encoder(subject: Subject, ids: Ids, symbols: tuple[str, ...]) -> tuple[Reading, ...]:
    directions = subject.network.trace(ids).directions
    return tuple(Reading(name, symbols, signals) for name, signals in zip(DIRECTIONS, directions, strict=False))


def _of_encoder_and_decoder(subject: Subject, ids: Ids, symbols: tuple[str, ...]) -> tuple[Reading, ...]:
    """The decoder as it writes greedily, the step that writes </s> included."""
    network, targets = subject.network, subject.symbols.targets
    assert targets is not None
    written = network.greedy([ids])[0].ids
    trace = network.trace(ids, written)
    names = targets.texts
    tokens = (*(names[k] for k in written), END)
    encoder = [Reading(f"encoder {name}", symbols, signals) for name, signals in zip(DIRECTIONS, trace.encoder, strict=False)]
    return (*encoder, Reading("decoder", tokens, trace.decoder))
