"""Copied or made up? Which stretches of a text the training part has word for word, and how much of the text is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.prompts import as_corpus_has, encode_written
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.errors import InputError
from tui_rnn.fields import described
from tui_rnn.insight.drawing import Sampling, pieces
from tui_rnn.insight.items import ITEM_LIMIT, Items
from tui_rnn.insight.items import answer as draw_items
from tui_rnn.insight.question import Answer, Headline, Progress, Question, Subject, silent
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.sample import answer as draw_text

BREAK, UNKNOWN = -1, -2  # between items; for a token that the vocabulary lacks: no match has either
LENGTHS = range(4, 13)  # of the n-grams that are counted
YARDSTICK = 20_000  # tokens of the validation part in which new n-grams are counted too
CONTEXT = 20  # tokens that are shown before and after a place in the training text
DRAWN = 2000
SHORTEST = 12
DRAWN_ITEMS = 200
MAX_TEXT = 1_000_000  # tokens
OF_WRITTEN = Sampling(length=DRAWN)
_BLOCK = 1 << 20  # tokens of the training text between two reports of progress


@dataclass(frozen=True)
class Copied(Question["Copies"]):
    """Whether a text is copied or made up: its longest stretches that the training part has word for word, and the share of its
    n-grams that are new, beside the same share for the validation part. For items, each line is one item."""

    text: str | None = described(None, "the text to look for; without, the network writes one")
    sampling: Sampling = OF_WRITTEN
    seed: int | None = described(
        None, "the same seed draws the same text; without, the run's and its step's", low=0, high=1 << 62
    )
    shortest: int = described(SHORTEST, "the shortest copy that is listed, in tokens", low=1, high=MAX_TEXT)
    copies: int = described(10, "how many copies are listed, the longest first", low=0, high=1000)


@dataclass(frozen=True)
class Copy:
    """A stretch of the text that the training part has, as long as possible. start: its first token in the text; at: its first
    token in the training part or, for items, the number of the item. before, after: the text around it there."""

    text: str
    start: int
    length: int
    at: int
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class Copies(Answer):
    """symbols (T,): with a line end between items. matched (T,): how many tokens up to each one the training part has together.
    longest: the largest of these; copies[0] is that stretch, if it is listed. n (9,): lengths of n-grams. new (9,): the share
    of the text's n-grams that the training part lacks; new_in_validation (9,): the same for the first `validation_tokens` of
    the validation part, whose longest copy has longest_in_validation tokens. NaN if there is no n-gram. source: "given" or
    "written"."""

    source: str
    symbols: tuple[str, ...]
    matched: NDArray[np.int64]
    longest: int
    copies: tuple[Copy, ...]
    n: NDArray[np.int64]
    new: NDArray[np.float64]
    new_in_validation: NDArray[np.float64]
    validation_tokens: int
    training_tokens: int
    longest_in_validation: int

    @property
    def headlines(self) -> tuple[Headline, ...]:
        shown = [4, 8]
        return Headline("longest copy, tokens", self.longest), *(
            Headline(f"new {n}-grams (validation)", f"{_share(self.new, n)} ({_share(self.new_in_validation, n)})")
            for n in shown
        )

    def lines(self) -> Iterator[str]:
        yield f"{len(self.symbols):,} tokens, {self.source}; looked for in {self.training_tokens:,} tokens of the training part"
        yield f"longest copy: {self.longest:,} tokens (of the validation part: {self.longest_in_validation:,})"
        for copy in self.copies:
            yield f"{copy.length:>6}  {copy.text!r}, at {copy.at:,} between {copy.before!r} and {copy.after!r}"
        yield f"share of n-grams that are new; beside it of {self.validation_tokens:,} tokens of the validation part"
        for k, n in enumerate(self.n.tolist()):
            yield f"{n:>6}  {_percent(self.new[k])}  {_percent(self.new_in_validation[k])}"


def _share(shares: NDArray[np.float64], n: int) -> str:
    return _percent(shares[n - LENGTHS[0]])


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.1%}"


class Yardstick(NamedTuple):
    """The figures of the validation part: the share of new n-grams of each length, over so many tokens, and the longest
    copy."""

    new: NDArray[np.float64]
    tokens: int
    longest: int


_yardsticks: WeakKeyDictionary[Any, Yardstick] = WeakKeyDictionary()
"""By the data: it is the same for every text, and takes longer than most texts."""


def answer(subject: Subject, question: Copied, progress: Progress) -> Copies:
    """Exact: one pass through the training part compares every place of the text with every place of that part."""
    data, vocabulary = subject.data, subject.symbols.vocabulary
    text, symbols = _text(subject, question)
    if not len(text):
        raise InputError("the text is empty, expected at least one token: give --text, or a --length of at least 1")
    if len(text) > MAX_TEXT:
        raise InputError(f"the text has {len(text):,} tokens, expected at most {MAX_TEXT:,}: give a shorter one")
    training = _flat(data.train)
    known = _yardsticks.get(data)
    held_out = _flat(data.validation, YARDSTICK) if known is None else np.zeros(0, np.int32)
    lengths, ends = longest_matches(np.concatenate([text, [BREAK], held_out]), training, len(vocabulary), progress)
    matched = lengths[: len(text)]
    if known is None:
        of_held_out = lengths[len(text) + 1 :]
        longest = int(of_held_out.max(initial=0))
        known = _yardsticks[data] = Yardstick(_new(held_out, of_held_out), int((held_out != BREAK).sum()), longest)
    found = _copies(vocabulary, text, matched, ends, training, question, subject.kind.is_stream)
    return Copies(
        subject.step,
        "written" if question.text is None else "given",
        symbols,
        matched,
        int(matched.max()),
        found,
        np.array(LENGTHS, np.int64),
        _new(text, matched),
        known.new,
        known.tokens,
        int((training != BREAK).sum()),
        known.longest,
    )


def _text(subject: Subject, question: Copied) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The text to look for, as ids and as symbols, with a line end for the break between two items."""
    items = not subject.kind.is_stream
    if question.text is not None:
        texts = question.text.splitlines() if items else [question.text]
    elif items:
        how = replace(question.sampling, length=min(question.sampling.length, ITEM_LIMIT))
        drawn = draw_items(subject, Items(count=DRAWN_ITEMS, sampling=how, seed=question.seed), silent)
        texts = [item.text for item in drawn.items]
    else:
        texts = [draw_text(subject, Sample(sampling=question.sampling, seed=question.seed), silent).text]
    ids, symbols = list[NDArray[np.int32]](), list[str]()
    for text in texts:
        text = as_corpus_has(subject.symbols.vocabulary, text)
        given, unknown = encode_written(subject.symbols.vocabulary, text)
        if symbols:
            ids.append(np.array([BREAK], np.int32))
            symbols.append("\n")
        symbols += pieces(subject.symbols.vocabulary, given, text)
        known = given.astype(np.int32)
        known[list(unknown)] = UNKNOWN
        ids.append(known)
    return np.concatenate([*ids, np.zeros(0, np.int32)]), tuple(symbols)


def _flat(part: Any, most: int | None = None) -> NDArray[Any]:
    """At most so many tokens of a part of the data, with a break between items."""
    if isinstance(part, np.ndarray):
        return part[:most]
    values = np.insert(part.inputs.values, part.inputs.offsets[1:-1], BREAK)
    return values[:most]


def longest_matches(
    short: NDArray[np.int32], long: NDArray[Any], symbols: int, progress: Progress = silent
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each place of `short`, (m,): how many tokens up to it `long` has together, and where they end there. Ids are below
    `symbols`; no match has an id below 0. It takes about 100 bytes for each token of `short`, however long `long` is."""
    from tui_rnn.kernels.matching import build, matches, pass_through, room_for  # compiled at the first use

    known = np.unique(short[short >= 0])
    places = np.full(symbols + 2, BREAK, np.int32)  # the last two are those of UNKNOWN and BREAK
    places[known] = np.arange(len(known), dtype=np.int32)
    automaton = room_for(len(short), len(known))
    build(automaton, places[short])
    for start in range(0, len(long), _BLOCK):
        progress(start, len(long))
        pass_through(automaton, places[long[start : start + _BLOCK]], start)
    by_length = np.argsort(-automaton.length[: automaton.sizes[0]], kind="stable").astype(np.int64)
    lengths, ends = np.zeros(len(short), np.int64), np.zeros(len(short), np.int64)
    matches(automaton, by_length, lengths, ends)
    return lengths, ends


def _new(text: NDArray[Any], matched: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of the n-grams of each length, none across a break, that the training part lacks."""
    since = np.arange(1, len(text) + 1) - np.maximum.accumulate(np.where(text == BREAK, np.arange(1, len(text) + 1), 0))
    shares = []
    for n in LENGTHS:
        whole = since >= n
        shares.append(float((matched[whole] < n).mean()) if whole.any() else float("nan"))
    return np.array(shares)


def _copies(
    vocabulary: TextVocabulary,
    text: NDArray[np.int32],
    matched: NDArray[np.int64],
    ends: NDArray[np.int64],
    training: NDArray[Any],
    question: Copied,
    is_stream: bool,
) -> tuple[Copy, ...]:
    """The longest copies, none within another."""
    goes_on = np.append(matched[1:] > matched[:-1], False)
    last = np.flatnonzero((matched >= question.shortest) & ~goes_on)
    chosen = last[np.argsort(-matched[last], kind="stable")]
    found: list[Copy] = []
    for place in chosen.tolist():
        length, end = int(matched[place]), int(ends[place])
        start = place + 1 - length
        if len(found) == question.copies:
            break
        if any(one.start <= start and place < one.start + one.length for one in found):
            continue
        at = end - length
        before, after = training[max(0, at - CONTEXT) : at], training[end : end + CONTEXT]
        where = at if is_stream else int((training[:at] == BREAK).sum())
        copied, left, right = (_shown(vocabulary, ids) for ids in (text[start : place + 1], before, after))
        found.append(Copy(copied, start, length, where, left, right))
    return tuple(found)


def _shown(vocabulary: TextVocabulary, ids: NDArray[Any]) -> str:
    """The text of these ids, a line end for a break between items."""
    wide = ids.astype(np.int64)
    return "\n".join(vocabulary.decode(part[part >= 0]) for part in np.split(wide, np.flatnonzero(wide == BREAK)))
