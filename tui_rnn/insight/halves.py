"""What each half of [h_t^f ; h_t^b] knows of each symbol: by the gradient, and by leaving x_t out of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.reading import as_read, word_ends
from tui_rnn.display import widest
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight import predict
from tui_rnn.insight.examples import chosen_rows, example_at
from tui_rnn.insight.interventions import Readout, readout_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.spelled import stack_over
from tui_rnn.insight.stepping import Ids, Numbers, Stack, log_softmax

LENGTH = 6_000
FORWARD, BACKWARD = 0, 1


@dataclass(frozen=True)
class Halves(Question["HalvesFound"]):
    """Whether both halves of the state that a tag is read from know x_t. For one word's tag: the gradient of its ln ŷ by each
    symbol, through h^f alone and through h^b alone. For many words: how many tags are still right when the average input
    replaces x_t, the symbol where the word ends, for h^f, for h^b, or for both."""

    text: str | None = described(None, "a sentence; without, one that validates")
    example: int = described(0, "which validation example, from 0 on", low=0, high=1 << 31)
    word: int = described(0, "which of its words, from 0 on", low=0, high=1 << 31)
    length: int = described(LENGTH, "about how many symbols of sentences that validate are read", low=2, high=200_000)


@dataclass(frozen=True, eq=False)
class HalvesFound(Answer):
    """symbols (T,): the sentence. words: its words; `word` ends at the position `at` and gets the tag `tag`. forward, backward
    (T,): ‖∂ ln ŷ[tag] / ∂ input‖ through one half.

    accuracy: over `of` words; without_forward, without_backward, without_both: the accuracy when x_t is left out for that half.
    chance: the share of the most frequent tag among the words. overlaps: whether h_t^b has read x_t at all.
    """

    symbols: tuple[str, ...]
    words: tuple[str, ...]
    word: int
    at: int
    tag: str
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    accuracy: float
    without_forward: float
    without_backward: float
    without_both: float
    chance: float
    of: int
    overlaps: bool

    @property
    def headlines(self) -> tuple[Headline, ...]:
        return (
            Headline("accuracy", self.accuracy),
            Headline("without x_t in h^f", self.without_forward),
            Headline("without x_t in h^b", self.without_backward),
            Headline("in neither", self.without_both),
        )

    def lines(self) -> Iterator[str]:
        yield f"{self.words[self.word]!r} gets {self.tag}; the gradient of its ln ŷ by each symbol, through h^f and h^b:"
        wide = widest(self.symbols)
        for t, symbol in enumerate(self.symbols):
            mark = ("  ← the word" if symbol == self.words[self.word] else "  ← its last character") if t == self.at else ""
            yield f"{symbol!r:>{wide}}  {self.forward[t]:9.2e}  {self.backward[t]:9.2e}{mark}"
        yield f"tags that are right, of {self.of:,} words (chance, the most frequent tag: {self.chance:.1%}):"
        yield f"  as it is {self.accuracy:.1%}; with x_t left out of h^f {self.without_forward:.1%}, of h^b"
        yield f"  {self.without_backward:.1%}, of both {self.without_both:.1%}"


def answer(subject: Subject, question: Halves, progress: Progress) -> HalvesFound:
    """Of a network of one layer that reads both ways."""
    config, labels = subject.config, subject.symbols.labels
    if not config.bidirectional or config.num_layers > 1:
        has = "reads one way only" if not config.bidirectional else f"has {config.num_layers} layers"
        raise InputError(f"this network {has}: halves are those of one layer that reads both ways")
    assert labels is not None
    shown = example_at(subject, question.example) if question.text is None else predict.as_read(subject.kind, question.text)
    words = shown.words or ()
    if not words:
        raise InputError("the sentence has no words, expected at least one")
    if question.word >= len(words):
        raise InputError(f"word is {question.word}, the sentence has words 0 to {len(words) - 1}")
    parameters = subject.network.parameters
    part: Any = subject.part
    rows, readout = chosen_rows(part.inputs.lengths, question.length), readout_of(parameters, np.float64)
    read = as_read(subject.symbols.vocabulary, shown)
    stack, (ids, *sentences) = stack_over(parameters, config, [read.ids, *(part.inputs[row] for row in rows)], np.float64)
    at = int(word_ends(words, subject.symbols.vocabulary)[question.word])
    tag, through = _gradients(stack, readout, ids, at)
    right, truth = _without(part, rows, sentences, stack, readout, progress)
    shares: list[float] = right.mean(axis=1).tolist()
    return HalvesFound(
        subject.step,
        read.symbols,
        tuple(words),
        question.word,
        at,
        labels.names[tag],
        through[FORWARD],
        through[BACKWARD],
        shares[0],
        shares[1],
        shares[2],
        shares[3],
        float(np.bincount(truth).max() / len(truth)),
        len(truth),
        config.overlap,
    )


def _gradients(stack: Stack, readout: Readout, ids: Ids, at: int) -> tuple[int, list[NDArray[np.float64]]]:
    """The likeliest tag at a position, and the norm of the gradient of its ln ŷ by each input, (T,), through each half."""
    reading = stack.read(ids[:, None], keep=True)
    logs = log_softmax(reading.top[at, 0] @ readout.V.T + readout.b)
    tag, H, found = int(logs.argmax()), stack.hidden_size, []
    by_top = (np.eye(len(logs))[tag] - np.exp(logs)) @ readout.V
    for half in (FORWARD, BACKWARD):
        dtop = np.zeros_like(reading.top)
        own = slice(half * H, (half + 1) * H)
        dtop[at, 0, own] = by_top[own]
        found.append(np.linalg.norm(stack.backward(reading, dtop).inputs[:, 0], axis=1))
    return tag, found


def _without(
    part: Any, rows: Sequence[int], sentences: Sequence[Ids], stack: Stack, readout: Readout, progress: Progress
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which tags are right, (4, words): unchanged, and with x_t left out for h^f, for h^b, for both; and the truth (words,)."""
    right, truths = [], []
    nothing, H = len(stack.inputs), stack.hidden_size
    for done, (row, ids) in enumerate(zip(rows, sentences, strict=True)):
        progress(done, len(rows))
        known = np.flatnonzero(part.tag_ids[row] >= 0)
        if not len(known):
            continue
        ends, truth = part.word_ends[row][known], part.tag_ids[row][known]
        columns = np.repeat(ids[:, None], len(ends), axis=1)
        columns[ends, np.arange(len(ends))] = nothing  # one word in each column
        whole, lacking = (stack.read(read).top for read in (ids[:, None], columns))
        k = np.arange(len(ends))
        halves: list[Numbers] = []
        for forward, backward in ((False, False), (True, False), (False, True), (True, True)):
            f = lacking[ends, k, :H] if forward else whole[ends, 0, :H]
            b = lacking[ends, k, H:] if backward else whole[ends, 0, H:]
            halves.append(np.concatenate([f, b], axis=1))
        right.append((np.array(halves) @ readout.V.T + readout.b).argmax(axis=2) == truth)
        truths.append(truth)
    if not truths:
        raise InputError("there is nothing to predict, expected at least one word whose tag is known")
    return np.concatenate(right, axis=1), np.concatenate(truths).astype(np.int64)
