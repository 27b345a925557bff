"""Sentences whose words carry tags, as a network reads them: characters, and a tag at each word's last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.dataset import ExampleOpener, two_parts
from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.encoding import EncodedExamples, Shown, encode_characters, unknown_labels
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.tagged import TaggedSentence, read_sentences
from tui_rnn.data.request import DataRequest
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import TAGGED


@dataclass(frozen=True, eq=False)
class TaggedSentences(EncodedExamples[TaggedSentence]):
    """N sentences, as words with tags and as ids: of sentence i a network reads inputs[i], the words with a space between.

    word_ends[i]: the positions of the words' last characters there; tag_ids[i]: their tags, -1 for one that training lacks.
    """

    word_ends: Ragged
    tag_ids: Ragged

    @classmethod
    def encode(
        cls, examples: Sequence[TaggedSentence], vocabulary: Vocabulary, tags: Labels, progress: Progress | None = None
    ) -> TaggedSentences:
        characters, notices = encode_characters([sentence.text for sentence in examples], vocabulary, progress)
        names = [tag for sentence in examples for tag in sentence.tags]
        tag_ids, unknown = tags.encode(names)
        counts = [len(sentence.words) for sentence in examples]
        return cls(
            examples=tuple(examples),
            inputs=characters,
            word_ends=_word_ends(examples),
            tag_ids=Ragged.from_lengths(tag_ids, counts),
            notices=tuple(notices + unknown_labels(names, unknown, "tag")),
        )

    @property
    def usable(self) -> NDArray[np.int64]:
        """Sentences whose tags are all known."""
        unknown = np.repeat(np.arange(len(self)), self.tag_ids.lengths)[self.tag_ids.values < 0]
        return np.setdiff1d(np.arange(len(self)), unknown)

    def shown(self, row: int) -> Shown:
        sentence = self.examples[row]
        return Shown(sentence.text, sentence.words, sentence.tags)

    def batch(self, rows: NDArray[np.int64]) -> tuple[Any, ...]:
        return self.inputs.views(rows), self.word_ends.views(rows), self.tag_ids.views(rows)


def word_ends(words: Sequence[str]) -> NDArray[np.int64]:
    """Where each word's last character stands when the words are joined by single spaces: (len(words),)."""
    return np.cumsum([len(word) + 1 for word in words], dtype=np.int64) - 2


def _word_ends(sentences: Sequence[TaggedSentence]) -> Ragged:
    """The same for each sentence, counted through all of them at once."""
    counts = np.array([len(sentence.words) for sentence in sentences], np.int64)
    sizes = np.fromiter((len(word) + 1 for sentence in sentences for word in sentence.words), np.int64)
    ends = np.cumsum(sizes)
    first = np.cumsum(counts) - counts  # the number of each sentence's first word
    begins = (ends - sizes)[first]
    return Ragged.from_lengths((ends - np.repeat(begins, counts) - 2).astype(np.int32), counts)


def _symbols(
    train: Sequence[TaggedSentence], shown: str, request: DataRequest, known: Symbols | None
) -> tuple[Symbols, list[str]]:
    """The vocabulary always has a space. words: those that training has, whatever is known; others are unseen."""
    words = frozenset(word for sentence in train for word in sentence.words)
    if known is not None:
        return replace(known, words=words), []
    tags = Labels.of(tag for sentence in train for tag in sentence.tags)
    if len(tags) == 1:
        raise InputError(
            f"every training word of {shown} has the same tag, expected at least two tags: is it the tags' column?"
        )
    return Symbols(TAGGED, Vocabulary.from_text(" " + "".join(sentence.text for sentence in train)), tags, words=words), []


def _encode(sentences: Sequence[TaggedSentence], symbols: Symbols, progress: Progress | None) -> TaggedSentences:
    assert symbols.labels is not None
    return TaggedSentences.encode(sentences, symbols.characters, symbols.labels, progress)


def _checked(example: Any) -> TaggedSentence:
    words, tags = two_parts(TAGGED, example)
    lists = not any(isinstance(part, str) or not isinstance(part, Sequence) for part in example)
    if not lists or not all(isinstance(one, str) and one for one in (*words, *tags)) or not 0 < len(words) == len(tags):
        raise InputError(f"a sentence has a list of words and one of as many tags, at least one, found {example!r:.80}")
    return TaggedSentence(tuple(words), tuple(tags))


OPENER = ExampleOpener(
    kind=TAGGED,
    answer="tagging",
    read=read_sentences,
    key=lambda sentence: sentence.words,
    symbols=_symbols,
    encode=_encode,
    checked=_checked,
)
