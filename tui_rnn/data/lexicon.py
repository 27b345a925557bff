"""The words that a network reads in sentences, without the white space around them.

A language model must also write the spaces, so its words keep them (data/tokens.py). A network that only reads doesn't need
them: for it, a word is the same at the beginning of a line and after a bracket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.spelled import SpelledRagged
from tui_rnn.data.tokens import UNKNOWN_WORD, Words, repeated_words, split_words
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted_tokens

MOST_WORDS = 20_000
LONGEST_SPELLED = 40
"""At most so many letters of a word are read."""


@dataclass(frozen=True)
class Lexicon(Words):
    """folds_case: words are read in lower case."""

    folds_case: bool = False

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]], folds_case: bool = False) -> Lexicon:
        """The MOST_WORDS most frequent words of the sentences that come at least twice: a word that comes once teaches what
        <unk> stands for. Raises InputError if no word comes twice."""
        found = chain.from_iterable(sentences)
        counts = Counter(map(str.lower, found) if folds_case else found)
        return cls(repeated_words(counts, MOST_WORDS, "give more examples, or say --tokens char"), folds_case)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return (*self.words, UNKNOWN_WORD)

    def ids_of(self, words: Sequence[str]) -> NDArray[np.int32]:
        """The ids (len(words),) of words; an unknown word has the id of <unk>."""
        unknown = len(self.words)
        found = map(str.lower, words) if self.folds_case else words
        return np.fromiter((self._ids.get(word, unknown) for word in found), np.int32, len(words))

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """Ids of the text's words and punctuation marks, and which of them are unknown (read as <unk>)."""
        ids = self.ids_of(split_words(text))
        return ids, self.unknown_among(ids)

    def decode(self, ids: ArrayLike) -> str:
        """The words with a space between; an unknown word becomes "<unk>"."""
        texts = self._texts
        return " ".join(texts[i] for i in np.asarray(ids, dtype=np.intp))

    def describe(self) -> str:
        kept = counted_tokens(len(self.words), self.kind, "distinct")
        folded = " in lower case" if self.folds_case else ""
        return f"{kept}{folded} kept: those seen at least twice, at most {MOST_WORDS:,}; others are read as {UNKNOWN_WORD}"


@dataclass(frozen=True)
class SpelledLexicon(Lexicon):
    """Words that are read with their letters: an unknown word is <unk> together with its letters. letters: of the training
    part, in their own letter case."""

    letters: Vocabulary = field(default_factory=lambda: Vocabulary(" "))

    kind: ClassVar[str] = "word+char"

    def spelled(self, sentences: Sequence[Sequence[str]]) -> SpelledRagged:
        """The words of sentences with their letters; of a word with more than LONGEST_SPELLED letters, the ones at its two
        ends."""
        words = [word for sentence in sentences for word in sentence]
        forms = {word: number for number, word in enumerate(dict.fromkeys(words))}
        half = LONGEST_SPELLED // 2
        cut = [word if len(word) <= LONGEST_SPELLED else word[:half] + word[-half:] for word in forms]
        letters = Ragged.from_lengths(self.letters.encode("".join(cut))[0], [len(word) for word in cut])
        ids = Ragged.from_lengths(self.ids_of(words), [len(sentence) for sentence in sentences])
        numbers = np.fromiter((forms[word] for word in words), np.int32, len(words))
        return SpelledRagged(ids.values, ids.offsets, numbers, letters)

    def describe(self) -> str:
        return f"{super().describe()}; each is read with its letters, {len(self.letters):,} distinct ones"
