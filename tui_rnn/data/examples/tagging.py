"""Tagged sentences as a network reads them: words, or characters with a tag at each word's last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.dataset import ExampleOpener, two_parts
from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.encoding import EncodedExamples, Shown, unknown_labels
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.reading import all_word_ends, encode_sentences, encode_texts
from tui_rnn.data.examples.tagged import TaggedSentence, read_sentences
from tui_rnn.data.examples.told import vocabulary_for
from tui_rnn.data.lexicon import Lexicon
from tui_rnn.data.request import DataRequest
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import TAGGED


@dataclass(frozen=True, eq=False)
class TaggedSentences(EncodedExamples[TaggedSentence]):
    """N sentences, as words with tags and as ids: for sentence i a network reads inputs[i], its words, or their characters with
    a space between two words.

    word_ends[i]: the positions of the words' last tokens in it; tag_ids[i]: their tags, -1 for one that training lacks.
    """

    word_ends: Ragged
    tag_ids: Ragged

    @classmethod
    def encode(
        cls, examples: Sequence[TaggedSentence], vocabulary: TextVocabulary, tags: Labels, progress: Progress | None = None
    ) -> TaggedSentences:
        sentences = [sentence.words for sentence in examples]
        if isinstance(vocabulary, Lexicon):
            inputs, notices = encode_sentences(sentences, vocabulary, progress)
        else:
            inputs, notices = encode_texts([sentence.text for sentence in examples], vocabulary, progress)
        names = [tag for sentence in examples for tag in sentence.tags]
        tag_ids, unknown = tags.encode(names)
        counts = [len(sentence.words) for sentence in examples]
        return cls(
            examples=tuple(examples),
            inputs=inputs,
            word_ends=all_word_ends(sentences, vocabulary),
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


def _symbols(
    train: Sequence[TaggedSentence], shown: str, request: DataRequest, known: Symbols | None
) -> tuple[Symbols, list[str]]:
    """A vocabulary of characters always has a space. The words of the training part are kept, even if the symbols are known:
    other words are unseen."""
    words = frozenset(word for sentence in train for word in sentence.words)
    if known is not None:
        return replace(known, words=words), []
    tags = Labels.of(tag for sentence in train for tag in sentence.tags)
    if len(tags) == 1:
        raise InputError(
            f"every training word of {shown} has the same tag, expected at least two tags: does --columns name the tags?"
        )
    texts, sentences = [" ", *(sentence.text for sentence in train)], [sentence.words for sentence in train]
    vocabulary, told = vocabulary_for(request.tokens, texts, sentences, request.fold_case, "word+char")
    return Symbols(TAGGED, vocabulary, tags, words=words), told


def _encode(sentences: Sequence[TaggedSentence], symbols: Symbols, progress: Progress | None) -> TaggedSentences:
    assert symbols.labels is not None
    return TaggedSentences.encode(sentences, symbols.vocabulary, symbols.labels, progress)


def _checked(example: Any) -> TaggedSentence:
    words, tags = two_parts(TAGGED, example)
    lists = not any(isinstance(part, str) or not isinstance(part, Sequence) for part in example)
    if not lists or not all(isinstance(one, str) and one for one in (*words, *tags)) or not 0 < len(words) == len(tags):
        raise InputError(
            f"a sentence is {example!r:.80}, expected a list of words, at least one, and a list with a tag for each"
        )
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
