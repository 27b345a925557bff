"""Items for a language model: a file with one item a line, or paragraphs; each is read from <s> to </s> on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.documents import BadLines, Document, Opened, Progress, only_document, text_problem
from tui_rnn.data.examples.encoding import in_blocks
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.splits import ExampleFiles, Nouns, Parts, read_all, read_parts
from tui_rnn.data.tokens import TextVocabulary, WordVocabulary, text_vocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import describe
from tui_rnn.errors import InputError

NOUNS = Nouns("item", "items", "item")
KINDS = ("lines", "paragraphs")


@dataclass(frozen=True, eq=False)
class Items:
    """N items, as text and as ids: read[i] is <s> and the item's tokens, follow[i] the tokens and </s>."""

    examples: tuple[str, ...]
    read: Ragged
    follow: Ragged
    notices: tuple[str, ...] = ()

    @classmethod
    def encode(cls, examples: Sequence[str], vocabulary: TextVocabulary, progress: Progress | None = None) -> Items:
        blocks = [_encode(block, vocabulary) for block in in_blocks(examples, progress)]
        ids = np.concatenate([block.ids for block in blocks] or [np.zeros(0, np.int32)])
        lengths = np.concatenate([block.lengths for block in blocks] or [np.zeros(0, np.int64)])
        ends = np.cumsum(lengths)
        start, end = len(vocabulary), len(vocabulary) + 1
        return cls(
            tuple(examples),
            Ragged.from_lengths(np.insert(ids, ends - lengths, start), lengths + 1),
            Ragged.from_lengths(np.insert(ids, ends, end), lengths + 1),
            tuple(_unknown_tokens(sum(block.unknown for block in blocks), len(ids), vocabulary)),
        )

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def lengths(self) -> NDArray[np.int64]:
        return self.read.lengths

    def select(self, rows: NDArray[np.int64]) -> Items:
        """Those examples as a part of their own."""
        return Items(tuple(self.examples[row] for row in rows), self.read.select(rows), self.follow.select(rows))


@dataclass(frozen=True, eq=False)
class ItemsData(Parts[Items]):
    """Items, split, no item on both sides. Ids below len(vocabulary) are the vocabulary's; <s> and </s> come after.

    Show items through display.visible.
    """

    task: ClassVar[str] = "items"
    vocabulary: TextVocabulary

    @property
    def start_id(self) -> int:
        return len(self.vocabulary)

    @property
    def end_id(self) -> int:
        return len(self.vocabulary) + 1

    @property
    def vocab_size(self) -> int:
        """With <s>, which is never predicted, and </s>."""
        return len(self.vocabulary) + 2

    def decode(self, ids: NDArray[np.integer]) -> str:
        """The text up to the first </s>, <s> left out."""
        ended = np.flatnonzero(ids == self.end_id)
        ids = ids[: ended[0]] if len(ended) else ids
        return self.vocabulary.decode(ids[ids != self.start_id])

    def found_in(self, item: str) -> str | None:
        """training, validation, test, or None where no part has such an item."""
        return self._parts.get(item)

    @cached_property
    def _parts(self) -> dict[str, str]:
        parts = (("test", self.test), ("validation", self.validation), ("training", self.train))
        return {item: name for name, part in parts if part is not None for item in part.examples}


def open_items(
    files: ExampleFiles,
    *,
    tokens: str = "char",
    vocabulary: TextVocabulary | None = None,
    progress: Progress | None = None,
) -> ItemsData:
    """Read items and split them. files.format: lines (default) or paragraphs. tokens: one of data.tokens.TOKEN_KINDS.

    vocabulary: that of a trained network, else made from training. Raises InputError when a source can't be read so.
    """
    parts = read_parts(files, read_items, lambda item: item, NOUNS, progress)
    vocabulary = vocabulary or text_vocabulary(tokens, parts.train)
    known = vocabulary
    notices = [vocabulary.describe()] if isinstance(vocabulary, WordVocabulary) else []
    encoded = parts.encoded(lambda part: Items.encode(part, known, progress), notices)
    return ItemsData(**vars(encoded), vocabulary=vocabulary)


def read_encoded_items(
    files: ExampleFiles, vocabulary: TextVocabulary, progress: Progress | None = None
) -> tuple[Items, tuple[str, ...]]:
    """All of files.source as one part, for a trained network, and what should be known about it. Raises InputError."""
    _, examples, notices = read_all(files, read_items, NOUNS, progress)
    part = Items.encode(examples, vocabulary, progress)
    return part, (*notices, *part.notices)


def read_items(opened: Opened, files: ExampleFiles, bad: BadLines) -> list[str]:
    """The items of a file, white space at their ends left out. Blank lines are no items."""
    document = only_document(opened, "a language model over items")
    if files.format not in (None, *KINDS):
        raise InputError(f"format is {files.format!r}, but items are {' or '.join(KINDS)}: say one of these")
    items = []
    for number, item in _paragraphs(document) if files.format == "paragraphs" else document.lines():
        text = item.rstrip()
        if text:
            problem = text_problem(text, "item")
            if problem:
                bad.report(document, number, *problem)
            else:
                items.append(text)
    return items


class _Encoded(NamedTuple):
    """Some items' ids end to end, how many each has, and how many are unknown in all."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]
    unknown: int


def _encode(texts: Sequence[str], vocabulary: TextVocabulary) -> _Encoded:
    if isinstance(vocabulary, Vocabulary):  # a character is a token of its own, whatever stands beside it
        ids, unknown = vocabulary.encode("".join(texts))
        return _Encoded(ids, np.array([len(text) for text in texts], np.int64), len(unknown))
    encoded = [vocabulary.encode(text) for text in texts]
    lengths = np.array([len(ids) for ids, _ in encoded], np.int64)
    return _Encoded(np.concatenate([ids for ids, _ in encoded]), lengths, sum(len(unknown) for _, unknown in encoded))


def _paragraphs(document: Document) -> Iterator[tuple[int, str]]:
    """(line it begins at, paragraph): lines up to a blank one."""
    start = 0
    held: list[str] = []
    for number, line in chain(document.lines(), [(0, "")]):
        if line.strip():
            start = start if held else number
            held.append(line)
        elif held:
            yield start, "\n".join(held)
            held = []


def _unknown_tokens(unknown: int, total: int, vocabulary: TextVocabulary) -> list[str]:
    if not unknown:
        return []
    fallback = describe(vocabulary.fallback) if len(vocabulary.fallback) == 1 else vocabulary.fallback
    return [f"{unknown:,} of {total:,} tokens outside the vocabulary, read as {fallback}"]
