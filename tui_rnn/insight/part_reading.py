"""A long part of the data as a network reads it: the text, and any signals over all of it, in bounded memory.

A running text is read with the states carried from chunk to chunk; a very long one is read as in validation, by several readers
side by side (tasks/reading.py). Each example is read from the zero state. For a network that writes an answer, the signals are
the encoder's.

    part = text_of(subject, limit=12_000)
    for columns in columns_at_a_time(subject, columns_of(subject), part):
        values = held(subject, part, columns, progress)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.data.examples.reading import as_read
from tui_rnn.data.lexicon import Lexicon
from tui_rnn.data.spelled import word_ids
from tui_rnn.data.tokens import TextVocabulary, token_texts
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError
from tui_rnn.insight import predict
from tui_rnn.insight.examples import chosen_rows
from tui_rnn.insight.question import Progress, Subject, silent
from tui_rnn.insight.trace import DIRECTIONS, START

Floats = NDArray[np.float32]
Text = tuple[str, NDArray[np.int64]]
"""A text, and the place of each token's last character in it."""
Chosen = tuple[list[int], list[NDArray[Any]], list[Text], int]
"""For the examples that are read: their places in the part, their ids and texts; and how many tokens the part has."""

MAX_HELD = 1 << 24  # numbers (64 MB) of all signals that are held at a time
BETWEEN = "\n"  # between examples in the text; it belongs to no token
SURROGATES = "surrogateescape"


class Column(NamedTuple):
    """One signal of one layer; direction: 0 reads from the start, 1 from the end."""

    layer: int
    signal: str
    direction: int = 0

    @property
    def direction_name(self) -> str:
        return DIRECTIONS[self.direction]


@dataclass(frozen=True, eq=False)
class PartText:
    """What is read of a part: n tokens. text: all of it, with line ends between examples. ends (n,): the place of each token's
    last character in the text, where <s> is a line end. starts: the first token of each example. ids: of each example, as the
    network reads them; a running text has one array. total: how many tokens the part has. rows: the place of each example in
    the part."""

    text: str
    ends: NDArray[np.int64]
    starts: NDArray[np.int64]
    ids: tuple[NDArray[Any], ...]
    rows: NDArray[np.int64]
    total: int
    vocabulary: TextVocabulary = field(repr=False)

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def read(self) -> str:
        """How much was read, in words: '12,000 of 200,000 characters'."""
        of_all = counted_tokens(self.total, self.vocabulary.kind)
        return of_all if len(self) == self.total else f"{len(self):,} of {of_all}"

    @cached_property
    def begins(self) -> NDArray[np.int64]:
        """The place of each token's first character in the text."""
        before = np.append(-1, self.ends[:-1])
        before[self.starts[1:]] += len(BETWEEN)
        return np.asarray(before + 1)

    def symbols(self, start: int, end: int) -> tuple[str, ...]:
        """The tokens from start to end, one by one; words, also unknown ones, are as in the text."""
        if isinstance(self.vocabulary, Lexicon):
            places = zip(self.begins[start:end].tolist(), self.ends[start:end].tolist(), strict=True)
            return tuple(self.text[begin : last + 1].removeprefix(" ") for begin, last in places)
        found: list[str] = []
        for begin, ids in zip(self.starts.tolist(), self.ids, strict=True):
            first, last = max(start - begin, 0), min(end - begin, len(ids))
            if first < last:
                mark = len(self.vocabulary)
                chosen = ids[first:last]
                texts = iter(token_texts(self.vocabulary, chosen[chosen != mark]))
                found += [START if one == mark else next(texts) for one in chosen]
        return tuple(found)


def text_of(subject: Subject, limit: int) -> PartText:
    """The part that is asked about, up to `limit` tokens: a running text from its start, or whole examples, at least one. The
    order of examples is random but always the same, since their file may be sorted. Raises InputError if there is nothing to
    read."""
    rows, sequences, texts, total = (_of_stream if subject.kind.is_stream else _of_examples)(subject, limit)
    if not sequences or not len(sequences[0]):
        raise InputError("there is nothing to read, expected at least one character: name a source")
    sizes, counts = np.array([len(text) + len(BETWEEN) for text, _ in texts]), np.array([len(ids) for ids in sequences])
    offsets = np.cumsum(sizes) - sizes
    ends = np.concatenate([ends + offset for (_, ends), offset in zip(texts, offsets.tolist(), strict=True)])
    text = BETWEEN.join(text for text, _ in texts)
    starts = np.cumsum(counts) - counts
    return PartText(text, ends, starts, tuple(sequences), np.array(rows), total, subject.symbols.vocabulary)


def text_given(subject: Subject, text: str) -> PartText:
    """A text that a person gave, read like an example. Raises InputError if there is nothing to read."""
    vocabulary = subject.symbols.vocabulary
    if subject.kind.answers:
        ids, symbols, _ = as_read(vocabulary, predict.as_read(subject.kind, text))
        found, ends = _joined(symbols) if isinstance(vocabulary, Lexicon) else _text(vocabulary, ids)
    else:
        ids = vocabulary.encode(text)[0]
        if not len(ids):
            raise InputError("the text is empty, expected at least one character")
        found, ends = _text(vocabulary, ids)
    if vocabulary.kind == "char":
        found = text
    if subject.kind.draws_items:
        ids, found, ends = subject.network.begun(ids), BETWEEN + found, np.append(0, ends + 1)
    return PartText(found, ends, np.zeros(1, np.int64), (ids,), np.zeros(1, np.int64), len(ids), subject.symbols.vocabulary)


def _of_stream(subject: Subject, limit: int) -> Chosen:
    part: Any = subject.part
    ids = part[:limit]
    return [0], [ids], [_text(subject.symbols.vocabulary, ids)], len(part)


def _of_examples(subject: Subject, limit: int) -> Chosen:
    part: Any = subject.part
    vocabulary, begins_with_start = subject.symbols.vocabulary, subject.kind.draws_items
    lengths = part.inputs.lengths + begins_with_start
    rows = chosen_rows(lengths, limit)
    sequences = [part.inputs[row] for row in rows]
    texts = [_text(vocabulary, word_ids(ids)) for ids in sequences]
    if vocabulary.kind == "char":  # as found, also characters that training lacks
        texts = [(part.shown(row).text, ends) for row, (_, ends) in zip(rows, texts, strict=True)]
    elif isinstance(vocabulary, Lexicon):
        texts = [_joined(as_read(vocabulary, part.shown(row)).symbols) for row in rows]
    if begins_with_start:
        sequences = [subject.network.begun(ids) for ids in sequences]
        texts = [("\n" + text, np.append(0, ends + 1)) for text, ends in texts]
    return rows, sequences, texts, int(lengths.sum())


def _joined(words: Sequence[str]) -> Text:
    """Words with a space between them, and the place of each one's last character."""
    return " ".join(words), np.cumsum([len(word) + 1 for word in words], dtype=np.int64) - 2


def _text(vocabulary: TextVocabulary, ids: NDArray[Any]) -> Text:
    """The text of ids, and the place of each one's last character in it. All bytes of a character end at that character."""
    if vocabulary.kind == "char":
        return vocabulary.decode(ids), np.arange(len(ids))
    if vocabulary.kind == "byte":
        text = np.asarray(ids, np.uint8).tobytes().decode("utf-8", SURROGATES)
        sizes = [len(ch.encode("utf-8", SURROGATES)) for ch in text]
        return text, np.repeat(np.arange(len(text)), sizes)
    texts = token_texts(vocabulary, ids)
    if isinstance(vocabulary, Lexicon):
        return _joined(texts)
    return "".join(texts), np.cumsum([len(one) for one in texts], dtype=np.int64) - 1


def columns_of(subject: Subject) -> tuple[Column, ...]:
    """All signals of all layers, in each direction that the network reads."""
    config = subject.config
    ways = 2 if config.bidirectional else 1
    return tuple(
        Column(layer, signal.name, direction)
        for direction in range(ways)
        for layer in range(config.num_layers)
        for signal in CELLS[config.cell].signals
    )


def columns_at_a_time(subject: Subject, columns: Sequence[Column], part: PartText) -> Iterator[tuple[Column, ...]]:
    """The columns, in groups whose values fit in memory together."""
    size = max(1, MAX_HELD // (len(part) * subject.config.hidden_size))
    return (tuple(columns[first : first + size]) for first in range(0, len(columns), size))


def values(
    subject: Subject, part: PartText, columns: Sequence[Column], progress: Progress = silent
) -> Iterator[tuple[NDArray[np.int64], list[Floats]]]:
    """Read the part once, in pieces of no fixed order. Yields the places (n,) of a piece's tokens, and for each column the
    values (n, hidden) after reading them, which hold until the next piece. Each token comes once."""
    done = 0
    for places, found in _pieces(subject, part, columns):
        progress(done, len(part))
        yield places, found
        done += len(places)
    progress(len(part), len(part))


def _pieces(subject: Subject, part: PartText, columns: Sequence[Column]) -> Iterator[tuple[NDArray[np.int64], list[Floats]]]:
    if subject.kind.is_stream:
        wanted = [(column.layer, column.signal) for column in columns]
        yield from subject.network.read_through(part.ids[0], wanted, subject.threads)
        return
    sequences = [ids[1:] for ids in part.ids] if subject.kind.draws_items else list(part.ids)
    for number, trace in subject.network.traces(sequences, subject.threads):
        found = [trace.directions[column.direction][column.signal][:, column.layer] for column in columns]
        yield part.starts[number] + np.arange(len(found[0])), found


def held(subject: Subject, part: PartText, columns: Sequence[Column], progress: Progress = silent) -> list[Floats]:
    """The values (n, hidden) of each column over all that is read."""
    found = [np.empty((len(part), subject.config.hidden_size), np.float32) for _ in columns]
    for places, pieces in values(subject, part, columns, progress):
        for array, piece in zip(found, pieces, strict=True):
            array[places] = piece
    return found
