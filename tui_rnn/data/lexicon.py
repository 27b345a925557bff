"""The words that a network reads in sentences: each stands by itself, without the white space around it.

A language model must write the spaces, too, so its words keep them (data/tokens.py). What only reads has no use for them: the
same word at the beginning of a line and behind a bracket is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tui_rnn.data.tokens import UNKNOWN_WORD, split_words
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError

MOST_WORDS = 20_000


@dataclass(frozen=True)
class Lexicon:
    """Immutable. `words` sorted, without repeats; a word's id is its place there, and <unk> has the next one.

    folds_case: words are read in lower case. Raises InputError when `words` is empty or not sorted.
    """

    words: tuple[str, ...]
    folds_case: bool = False

    kind: ClassVar[str] = "word"
    characters: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.words:
            raise InputError("the vocabulary is empty, expected at least one word")
        if any(a >= b for a, b in pairwise(self.words)):
            raise InputError("the vocabulary's words are not sorted without repeats: it was not written by tui-rnn")

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]], folds_case: bool = False) -> Lexicon:
        """The MOST_WORDS most frequent words of the sentences that come at least twice: what comes once teaches what <unk>
        stands for. Raises InputError when no word comes twice."""
        found = chain.from_iterable(sentences)
        counts = Counter(map(str.lower, found) if folds_case else found)
        repeated = sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word))
        if not repeated:
            distinct = counted_tokens(len(counts), cls.kind)
            raise InputError(f"no word comes twice in training ({distinct}): give more examples, or say --tokens char")
        return cls(tuple(sorted(repeated[:MOST_WORDS])), folds_case)

    def __len__(self) -> int:
        return len(self.words) + 1

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return (*self.words, UNKNOWN_WORD)

    @property
    def fallback(self) -> str:
        return UNKNOWN_WORD

    def ids_of(self, words: Sequence[str]) -> NDArray[np.int32]:
        """The ids (len(words),) of words as they stand; an unknown one has the id of <unk>."""
        unknown = len(self.words)
        found = map(str.lower, words) if self.folds_case else words
        return np.fromiter((self._ids.get(word, unknown) for word in found), np.int32, len(words))

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """Ids of the text's words and punctuation marks, and which of them are unknown (read as <unk>)."""
        ids = self.ids_of(split_words(text))
        return ids, tuple(np.flatnonzero(ids == len(self.words)).tolist())

    def decode(self, ids: ArrayLike) -> str:
        """The words with a space between; an unknown one reads "<unk>"."""
        texts = self._texts
        return " ".join(texts[i] for i in np.asarray(ids, dtype=np.intp))

    def describe(self) -> str:
        kept = counted_tokens(len(self.words), self.kind, "distinct")
        folded = " in lower case" if self.folds_case else ""
        return f"{kept}{folded} kept: those seen at least twice, at most {MOST_WORDS:,}; others read as {UNKNOWN_WORD}"
