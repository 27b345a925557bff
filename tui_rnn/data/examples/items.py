"""Items for a language model: a file with one item a line, or paragraphs; each is read by itself from <s> to </s>."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.dataset import ExampleOpener
from tui_rnn.data.examples.documents import BadLines, Document, Opened, Progress, documents_of, text_problem
from tui_rnn.data.examples.encoding import EncodedExamples, in_blocks
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.request import ITEM_FORMATS, DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary, text_vocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import describe
from tui_rnn.errors import InputError
from tui_rnn.kinds import ITEMS


@dataclass(frozen=True, eq=False)
class EncodedItems(EncodedExamples[str]):
    """N items, as text and as ids of their tokens, without <s> and </s>."""

    @classmethod
    def encode(cls, examples: Sequence[str], vocabulary: TextVocabulary, progress: Progress | None = None) -> EncodedItems:
        blocks = [_encode(block, vocabulary) for block in in_blocks(examples, progress)]
        ids = np.concatenate([block.ids for block in blocks] or [np.zeros(0, np.int32)])
        lengths = np.concatenate([block.lengths for block in blocks] or [np.zeros(0, np.int64)])
        notices = _unknown_tokens(sum(block.unknown for block in blocks), len(ids), vocabulary)
        return cls(tuple(examples), Ragged.from_lengths(ids, lengths), notices=tuple(notices))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many tokens of each item are read, with </s>, which is also predicted."""
        return self.inputs.lengths + 1


def found_in(data: Any) -> Callable[[str], str | None]:
    """A function that names the part that has an item: training, validation or test; None if no part has it."""
    parts = (("test", data.test), ("validation", data.validation), ("training", data.train))
    places = {item: name for name, part in parts if part is not None for item in part.examples}
    return places.get


def _symbols(train: Sequence[str], shown: str, request: DataRequest, known: Symbols | None) -> tuple[Symbols, list[str]]:
    symbols = known or Symbols(ITEMS, text_vocabulary(request.tokens or "char", train))
    described = symbols.vocabulary.describe()
    return symbols, [described] if described else []


def _checked(item: Any) -> str:
    if not isinstance(item, str):
        raise InputError(f"an item is {item!r:.80}, expected a text")
    return item


def read_items(opened: Opened, files: SourceFiles, bad: BadLines) -> list[str]:
    """The items of a file, without white space at their ends. Blank lines are not items."""
    documents = documents_of(opened, "a language model over items")
    if files.format not in (None, *ITEM_FORMATS):
        raise InputError(f"format is {files.format!r}, but items are {' or '.join(ITEM_FORMATS)}: give one of these")
    items = []
    for document in documents:
        for number, item in _paragraphs(document) if files.format == "paragraphs" else document.lines():
            text = bad.fitted(item.rstrip())
            if text:
                problem = text_problem(text, "item")
                if problem:
                    bad.report(document, number, *problem)
                else:
                    items.append(text)
    return items


class _Encoded(NamedTuple):
    """The ids of some items end to end, how many each has, and how many are unknown in all."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]
    unknown: int


def _encode(texts: Sequence[str], vocabulary: TextVocabulary) -> _Encoded:
    if isinstance(vocabulary, Vocabulary):  # each character is a token, so items can be encoded together
        ids, unknown = vocabulary.encode("".join(texts))
        return _Encoded(ids, np.array([len(text) for text in texts], np.int64), len(unknown))
    encoded = [vocabulary.encode(text) for text in texts]
    lengths = np.array([len(ids) for ids, _ in encoded], np.int64)
    return _Encoded(np.concatenate([ids for ids, _ in encoded]), lengths, sum(len(unknown) for _, unknown in encoded))


def _paragraphs(document: Document) -> Iterator[tuple[int, str]]:
    """(the line it begins at, paragraph): a paragraph is all lines up to a blank one."""
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


OPENER = ExampleOpener(
    kind=ITEMS,
    answer="item",
    read=read_items,
    key=lambda item: item,
    symbols=_symbols,
    encode=lambda items, symbols, progress: EncodedItems.encode(items, symbols.vocabulary, progress),
    checked=_checked,
)
