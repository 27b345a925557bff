"""Sentences whose words carry tags, as a network reads them: characters, and a tag at each word's last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.encoding import encode_characters, unknown_labels
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.splits import ExampleFiles, Nouns, Parts, read_all, read_parts
from tui_rnn.data.examples.tagged import TaggedSentence, read_sentences
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError

NOUNS = Nouns("sentence", "sentences", "tagging")


@dataclass(frozen=True, eq=False)
class TaggedSentences:
    """N sentences, as words with tags and as ids: sentence i reads characters[i], the words with a space between.

    word_ends[i]: the positions of the words' last characters there; tag_ids[i]: their tags, -1 for one that training lacks.
    """

    examples: tuple[TaggedSentence, ...]
    characters: Ragged
    word_ends: Ragged
    tag_ids: Ragged
    notices: tuple[str, ...] = ()

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
            characters=characters,
            word_ends=_word_ends(examples),
            tag_ids=Ragged.from_lengths(tag_ids, counts),
            notices=tuple(notices + unknown_labels(names, unknown, "tag")),
        )

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def lengths(self) -> NDArray[np.int64]:
        return self.characters.lengths

    def select(self, rows: NDArray[np.int64]) -> TaggedSentences:
        """Those examples as a part of their own."""
        examples = tuple(self.examples[row] for row in rows)
        characters, word_ends, tag_ids = self.characters.select(rows), self.word_ends.select(rows), self.tag_ids.select(rows)
        return TaggedSentences(examples, characters, word_ends, tag_ids)


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


@dataclass(frozen=True, eq=False)
class TaggingData(Parts[TaggedSentences]):
    """Tagged sentences, split. The vocabulary always has a space. Show words and tags through display.visible."""

    task: ClassVar[str] = "tag"
    vocabulary: Vocabulary
    tags: Labels

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that training has: others are unseen."""
        return frozenset(word for sentence in self.train.examples for word in sentence.words)


def open_tagging(
    files: ExampleFiles,
    *,
    vocabulary: Vocabulary | None = None,
    tags: Labels | None = None,
    progress: Progress | None = None,
) -> TaggingData:
    """Read tagged sentences and split them. vocabulary, tags: those of a trained network, else made from training.

    Raises InputError when a source can't be read so, or training knows one tag only.
    """
    parts = read_parts(files, read_sentences, lambda sentence: sentence.words, NOUNS, progress)
    if tags is None:
        tags = Labels.of(tag for sentence in parts.train for tag in sentence.tags)
        if len(tags) == 1:
            raise InputError(
                f"every training word of {parts.shown} has the same tag, expected at least two tags: is it the tags' column?"
            )
    vocabulary = vocabulary or Vocabulary.from_text(" " + "".join(sentence.text for sentence in parts.train))
    known, names = vocabulary, tags
    encoded = parts.encoded(lambda part: TaggedSentences.encode(part, known, names, progress))
    return TaggingData(**vars(encoded), vocabulary=vocabulary, tags=tags)


def read_tagged(
    files: ExampleFiles, vocabulary: Vocabulary, tags: Labels, progress: Progress | None = None
) -> tuple[TaggedSentences, tuple[str, ...]]:
    """All of files.source as one part, for a trained network, and what should be known about it. Raises InputError."""
    _, examples, notices = read_all(files, read_sentences, NOUNS, progress)
    part = TaggedSentences.encode(examples, vocabulary, tags, progress)
    return part, (*notices, *part.notices)
