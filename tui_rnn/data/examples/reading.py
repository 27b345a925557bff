"""How an example is read, token by token: as characters, bytes of UTF-8, or words. See Lexicon for what a word is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.encoding import Shown, in_blocks, some
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.lexicon import Lexicon, SpelledLexicon
from tui_rnn.data.tokens import TextVocabulary, split_words, token_texts
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, describe, visible
from tui_rnn.errors import InputError


class Read(NamedTuple):
    """An example as a network reads it. ids (T,): an array or, for words with their letters, Spelled; symbols (T,): each token
    as it is in the text, also an unknown one; unknown: the places of tokens that the vocabulary lacks."""

    ids: Any
    symbols: tuple[str, ...]
    unknown: tuple[int, ...]


def as_read(vocabulary: TextVocabulary, shown: Shown) -> Read:
    """How a text or the words of a sentence are read. Raises InputError if there is nothing to read."""
    if isinstance(vocabulary, Lexicon):
        words = shown.words or split_words(shown.text)
        if not words:
            raise InputError("the text has no words, expected at least one")
        ids = vocabulary.ids_of(words)
        read = vocabulary.spelled([words])[0] if isinstance(vocabulary, SpelledLexicon) else ids
        return Read(read, tuple(words), vocabulary.unknown_among(ids))
    if not shown.text:
        raise InputError("the text is empty, expected at least one character")
    ids, unknown = vocabulary.encode(shown.text)
    symbols = tuple(shown.text) if vocabulary.kind == Vocabulary.kind else token_texts(vocabulary, ids)
    return Read(ids, symbols, unknown)


def cut(vocabulary: TextVocabulary, shown: Shown, most: int) -> tuple[Shown, int]:
    """The beginning of an example, at most so many tokens, and how many tokens are left out."""
    read = as_read(vocabulary, shown)
    if len(read.ids) <= most:
        return shown, 0
    if isinstance(vocabulary, Lexicon):
        words = read.symbols[:most]
        kept = Shown(" ".join(words), words if shown.words is not None else None)
    else:
        text = vocabulary.decode(read.ids[:most]) if vocabulary.kind == "byte" else shown.text[:most]
        kept = Shown(text, split_words(text) if shown.words is not None else None)
    return kept, len(read.ids) - most


def word_ends(words: Sequence[str], vocabulary: TextVocabulary) -> NDArray[np.int64]:
    """The place of each word's last token among the tokens that are read: (len(words),). Characters and bytes are read with a
    space between two words."""
    if isinstance(vocabulary, Lexicon):
        return np.arange(len(words))
    return np.cumsum([size + 1 for size in _sizes(words, vocabulary)], dtype=np.int64) - 2


def all_word_ends(sentences: Sequence[Sequence[str]], vocabulary: TextVocabulary) -> Ragged:
    """The same for each of many sentences, computed for all of them at once."""
    counts = np.array([len(words) for words in sentences], np.int64)
    first = np.cumsum(counts) - counts  # the number of each sentence's first word
    if isinstance(vocabulary, Lexicon):
        return Ragged.from_lengths((np.arange(counts.sum()) - np.repeat(first, counts)).astype(np.int32), counts)
    sizes = np.array([size + 1 for words in sentences for size in _sizes(words, vocabulary)], np.int64)
    ends = np.cumsum(sizes)
    begins = (ends - sizes)[first]
    return Ragged.from_lengths((ends - np.repeat(begins, counts) - 2).astype(np.int32), counts)


def _sizes(words: Sequence[str], vocabulary: TextVocabulary) -> list[int]:
    """How many tokens each word has."""
    if vocabulary.kind == Vocabulary.kind:
        return [len(word) for word in words]
    return [len(word.encode("utf-8", "replace")) for word in words]


def encode_texts(
    texts: Sequence[str], vocabulary: TextVocabulary, progress: Progress | None = None
) -> tuple[Ragged, list[str]]:
    """The ids of each text's tokens, and a notice if some are unknown."""
    if isinstance(vocabulary, Lexicon):
        return encode_sentences([split_words(text) for text in texts], vocabulary, progress)
    found, counts, lengths = [np.zeros(0, np.int32)], Counter[str](), list[int]()
    for block in in_blocks(texts, progress):
        joined = "".join(block)
        ids, unknown = vocabulary.encode(joined)
        found.append(ids)
        lengths += _sizes(block, vocabulary)
        if vocabulary.kind == Vocabulary.kind:
            counts.update(joined[i] for i in unknown)
    ragged = Ragged.from_lengths(np.concatenate(found), lengths)
    if not counts:
        return ragged, []
    named = some([describe(ch) for ch, _ in counts.most_common()])
    times = counted(counts.total(), "character")
    return ragged, [f"{times} that training lacks ({named}) read as {describe(vocabulary.fallback)}"]


def encode_sentences(
    sentences: Sequence[Sequence[str]], vocabulary: Lexicon, progress: Progress | None = None
) -> tuple[Ragged, list[str]]:
    """The ids of the words of sentences, and a notice about how many are unknown."""
    found, counts = [np.zeros(0, np.int32)], Counter[str]()
    for block in in_blocks(sentences, progress):
        words = [word for sentence in block for word in sentence]
        ids = vocabulary.ids_of(words)
        found.append(ids)
        counts.update(words[i] for i in np.flatnonzero(ids == len(vocabulary.words)))
    ragged = Ragged.from_lengths(np.concatenate(found), [len(words) for words in sentences])
    if isinstance(vocabulary, SpelledLexicon):
        ragged = vocabulary.spelled(sentences)
    if not counts:
        return ragged, []
    share = f"{counts.total():,} of {counted(len(ragged.values), 'word')}"
    named = some([visible(word) for word, _ in counts.most_common()])
    return ragged, [f"{share} ({counts.total() / len(ragged.values):.1%}) read as {vocabulary.fallback} ({named})"]
