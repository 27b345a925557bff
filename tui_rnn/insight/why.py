"""Why this output: the share of each symbol that was read in the log-odds of the output against the runner-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_rnn.data.examples.encoding import Shown
from tui_rnn.data.examples.reading import Read, as_read, word_ends
from tui_rnn.data.spelled import Spelled
from tui_rnn.data.tokens import token_texts
from tui_rnn.display import widest
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight import predict
from tui_rnn.insight.attribution import Explained, Head, at_all, at_row, average_input, explained
from tui_rnn.insight.examples import example_at
from tui_rnn.insight.expectation import END
from tui_rnn.insight.interventions import Readout, readout_of
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject
from tui_rnn.insight.spelled import stack_over, with_average_letters
from tui_rnn.insight.stepping import Ids, Stack
from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.trace import START
from tui_rnn.insight.why_written import explain_written
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED
from tui_rnn.reference.cells import Array

FIRST = 120
"""How many tokens of a running text that validates are read if no position is given."""
LONGEST = 100_000
"""The last position in a running text that validates that can be asked about."""


@dataclass(frozen=True)
class Why(Question["Explanation"]):
    """Why a network says what it says at a position: the share of each symbol that it read in the log-odds of that output
    against the runner-up, by occlusion and by gradient × input; and the gradient of its log-probability by each input and
    state."""

    text: str | None = described(None, "the text that is read; without, what validates")
    position: int | None = described(
        None,
        "for a language model, the symbol that is explained, from 0 on (<s> of an item is 0), without, what comes next; for a "
        "tagger, a character of the word, without, of the last word; for a written answer, its symbol, without, the first",
        low=0,
        high=1 << 40,
    )
    example: int = described(0, "which validation example, from 0 on", low=0, high=1 << 31)
    reach: int = described(200, "in a long text, how many symbols back are explained", low=1, high=2000)


@dataclass(frozen=True, eq=False)
class Explanation(Answer):
    """about: what is explained. shown: the output, with its probability prob; runner_up: the likeliest other one. log_odds: ln
    of the first probability divided by the second.

    symbols (T,): those that have a share, from the position `first` on. occlusion (T,): how much the log-odds fall when the
    average input, weighted by the frequency of the symbols in average_over, replaces the symbol's input. gradient_times_input
    (T,): the same if the network were linear. A value above 0 speaks for `shown`. input_gradient (T,): ‖∂ ln p(shown) / ∂
    input‖; state_gradient (T, layers): the same by h and c of each layer after the symbol. letters (T,), for words with their
    letters: the occlusion when only the speller's states are replaced.
    """

    about: str
    shown: str
    prob: float
    runner_up: str
    runner_up_prob: float
    log_odds: float
    symbols: tuple[str, ...]
    first: int
    occlusion: Array
    gradient_times_input: Array
    input_gradient: Array
    state_gradient: Array
    average_over: str
    letters: Array | None = None

    @property
    def headlines(self) -> tuple[Headline, ...]:
        most = int(np.abs(self.occlusion).argmax())
        return (
            Headline("shown", self.shown),
            Headline("prob", self.prob),
            Headline("runner-up", self.runner_up),
            Headline("log-odds, bits", self.log_odds / BITS),
            Headline("most by", self.symbols[most]),
        )

    def lines(self) -> Iterator[str]:
        yield f"{self.about}: {self.shown!r} {self.prob:.1%}, then {self.runner_up!r} {self.runner_up_prob:.1%}"
        odds = f"log-odds {self.log_odds / BITS:+.3f} bits"
        yield f"{odds}. When the average over {self.average_over} replaces a symbol, they fall by"
        wide, of_letters = widest(self.symbols), self.letters is not None
        yield f"position  {'symbol':>{wide}}  occlusion{'  its letters' * of_letters}  gradient × input  gradient of ln p"
        for t, symbol in enumerate(self.symbols):
            letters = "" if self.letters is None else f"  {self.letters[t] / BITS:+11.3f}"
            shares = f"{self.occlusion[t] / BITS:+9.3f}{letters}  {self.gradient_times_input[t] / BITS:+16.3f}"
            yield f"{self.first + t:>8}  {symbol!r:>{wide}}  {shares}  {self.input_gradient[t]:16.4f}"


def answer(subject: Subject, question: Why, progress: Progress) -> Explanation:
    """In the way of the kind of data."""
    return _BY_KIND[subject.kind.name](subject, question, progress)


def _told(
    subject: Subject,
    about: str,
    found: Explained,
    names: Callable[[int], str],
    symbols: tuple[str, ...],
    first: int,
    average_over: str,
) -> Explanation:
    return Explanation(
        subject.step,
        about,
        names(found.shown),
        float(found.probs[found.shown]),
        names(found.runner_up),
        float(found.probs[found.runner_up]),
        found.log_odds,
        symbols,
        first,
        found.occlusion,
        found.gradient_times_input,
        found.input_gradient,
        found.state_gradient,
        average_over,
        found.letters,
    )


def _stack(subject: Subject, read: Any) -> tuple[Stack, Ids, Readout, str]:
    """The network in float64, the ids of what is read, the readout, and what the average input is over."""
    parameters = subject.network.parameters
    stack, (ids,) = stack_over(parameters, subject.config, [read], np.float64)
    return stack, ids, readout_of(parameters, np.float64), average_input(subject, stack)


# ------------------------------------------------------------------ language models


def _of_language_model(subject: Subject, question: Why, progress: Progress) -> Explanation:
    """Explains the symbol at the position by those before it; after the last symbol, what is expected there."""
    vocabulary, item = subject.symbols.vocabulary, not subject.kind.is_stream
    ids, unknown, position = _read(subject, question)
    if position in unknown:
        raise InputError(f"position is {position:,}, but the vocabulary lacks the symbol there: give another position")
    mark = len(vocabulary)

    def names(k: int) -> str:
        return END if k == mark else token_texts(vocabulary, np.array([k]))[0]

    shown = int(ids[position]) if position < len(ids) else None
    stack, ids, readout, where = _stack(subject, ids)
    first = max(0, position - question.reach)
    state = stack.read(ids[:first, None]).state if first else None
    found = explained(stack, at_row(readout, -1), ids[first:position], shown, progress, state)
    symbols = tuple(START if item and k == mark else names(int(k)) for k in ids[first:position])
    about = "the next symbol" if shown is None else f"the symbol at {position:,}"
    return _told(subject, about, found, names, symbols, first, where)


def _read(subject: Subject, question: Why) -> tuple[Ids, set[int], int]:
    """All ids of the text, for an item with <s> first; which of them the vocabulary lacks; and the position asked about."""
    vocabulary, item = subject.symbols.vocabulary, not subject.kind.is_stream
    unknown: tuple[int, ...] = ()
    if question.text is None and not item:
        wanted = FIRST if question.position is None else question.position + 1
        if wanted > LONGEST:
            raise InputError(f"position is {question.position:,}, expected less than {LONGEST:,}: give a text")
        ids = np.asarray(subject.part[:wanted], np.int64)  # type: ignore[index]
    else:
        text = question.text if question.text is not None else example_at(subject, question.example).text
        given, unknown = vocabulary.encode(text)
        ids = given.astype(np.int64)
        if item:
            ids, unknown = np.append(len(vocabulary), ids), tuple(k + 1 for k in unknown)
            if question.text is None:  # a whole item
                ids = np.append(ids, len(vocabulary))
    position = len(ids) - (item and question.text is None) if question.position is None else question.position
    if position < 1:
        raise InputError(f"position is {position:,}, expected 1 to {len(ids):,}: nothing is read before the first symbol")
    if position > len(ids):
        raise InputError(f"position is {position:,}, expected 1 to {len(ids):,}, the last of which comes after the text")
    return ids, set(unknown), position


# ------------------------------------------------------------------ networks that answer


def _asked(subject: Subject, question: Why) -> tuple[Read, Shown]:
    asked = predict.as_read(subject.kind, question.text) if question.text is not None else example_at(subject, question.example)
    if len(asked.text) > 2000:
        raise InputError(f"the text has {len(asked.text):,} characters, expected at most 2,000")
    return as_read(subject.symbols.vocabulary, asked), asked


def _of_labels(subject: Subject, progress: Progress, about: str, read: Read, head: Head) -> Explanation:
    labels = subject.symbols.labels
    assert labels is not None
    stack, ids, _, where = _stack(subject, read.ids)
    letters = with_average_letters(stack, subject.config.embedding_size) if isinstance(read.ids, Spelled) else 0
    found = explained(stack, head, ids, None, progress, letters=letters)
    return _told(subject, about, found, lambda k: labels.names[k], read.symbols, 0, where)


def _of_tagger(subject: Subject, question: Why, progress: Progress) -> Explanation:
    """Explains the tag of the word at the position."""
    read, asked = _asked(subject, question)
    words = asked.words or ()
    ends, last = word_ends(words, subject.symbols.vocabulary), len(read.ids) - 1
    position = last if question.position is None else question.position
    if position > last:
        raise InputError(f"position is {position:,}, expected 0 to {last:,}: a word or a character of one")
    word = int(np.searchsorted(ends, position))
    head = at_row(readout_of(subject.network.parameters, np.float64), int(ends[word]))
    return _of_labels(subject, progress, f"the tag of {words[word]!r}", read, head)


def _of_classifier(subject: Subject, question: Why, progress: Progress) -> Explanation:
    """Explains the class of the whole text."""
    read, _ = _asked(subject, question)
    readout = readout_of(subject.network.parameters, np.float64)
    head = at_all(readout, subject.config.pool, subject.config.hidden_size)
    return _of_labels(subject, progress, "the class", read, head)


def _of_writer(subject: Subject, question: Why, progress: Progress) -> Explanation:
    """Explains a symbol of the output by the source."""
    read, _ = _asked(subject, question)
    targets = subject.symbols.targets
    assert targets is not None
    names = (*targets.texts, END)
    found, where, step = explain_written(subject, read.ids.astype(np.int64), question.position or 0, progress)
    about = f"the symbol that is written at {step}"
    return _told(subject, about, found, lambda k: names[k], read.symbols, 0, where)


_BY_KIND = {
    RUNNING_TEXT.name: _of_language_model,
    ITEMS.name: _of_language_model,
    TAGGED.name: _of_tagger,
    LABELLED.name: _of_classifier,
    PAIRS.name: _of_writer,
}
