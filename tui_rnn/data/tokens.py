"""What a text is cut into besides characters: words and punctuation marks, or bytes. Words of examples: data/lexicon.py."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError

TOKEN_KINDS = ("char", "word", "byte")
MAX_WORDS = 10_000
UNKNOWN_WORD = "<unk>"

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{3,}")
_JOINERS = "\u200c\u200d"  # zero-width (non-)joiner: within words of Persian or Malayalam


class TextVocabulary(Protocol):
    """Text to ids and back: vocabulary.Vocabulary (characters), WordVocabulary, ByteVocabulary. kind: one of TOKEN_KINDS."""

    kind: ClassVar[str]

    @property
    def fallback(self) -> str: ...

    @property
    def characters(self) -> str:
        """All that tokens are, where each is a character; else ""."""
        ...

    def __len__(self) -> int: ...

    def describe(self) -> str:
        """One line on what was kept and what was not; "" where all is."""
        ...

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]: ...

    def decode(self, ids: ArrayLike) -> str: ...


def split_text(text: str) -> list[str]:
    """A language model's tokens of a text: words and punctuation marks with the space before them, and other white space."""
    found: list[str] = _patterns()[0].findall(text)
    return found


def split_words(text: str) -> tuple[str, ...]:
    """The words and punctuation marks of a text, without white space: what a tagger gets when a person types."""
    return tuple(_patterns()[1].findall(text))


def unspaced_word(text: str) -> str:
    """The first stretch of a script that is written without spaces (Chinese, Japanese, Thai, …) and so is one word to
    split_words, though it may be several; "" where there is none."""
    found = _UNSPACED.search(text)
    return found[0] if found else ""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What tokens are, and what words and punctuation marks without white space are.

    A token is a word (with its inner apostrophes and hyphens), one punctuation mark, or one white-space character. A single
    space before a word or mark belongs to it, so that the next token is the next word; every character is in exactly one
    token. A combining mark, such as a vowel sign of Devanagari, belongs to what it stands on.
    """
    marks = [
        code for code in chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0)) if unicodedata.category(chr(code))[0] == "M"
    ]
    begins = [code for code, before in zip(marks, [0, *marks], strict=False) if code != before + 1]
    ends = [code for code, after in zip(marks, [*marks[1:], 0], strict=True) if code != after - 1]
    combining = "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(begins, ends, strict=True))
    part = rf"\w[\w{combining}{_JOINERS}]*"
    words = rf"{part}(?:['’-]{part})*"
    mark = rf"[^\w\s][{combining}{_JOINERS}]*"
    return re.compile(rf" ?{words}| ?{mark}|\s"), re.compile(rf"{words}|{mark}")


def token_pattern(vocabulary: TextVocabulary) -> str | None:
    """The regular expression that finds a text's tokens, where these are words; else None."""
    return _patterns()[0].pattern if vocabulary.kind == WordVocabulary.kind else None


def word_pattern() -> str:
    """The regular expression by which `split_words` finds the words and punctuation marks of a text."""
    return _patterns()[1].pattern


def token_texts(vocabulary: TextVocabulary, ids: NDArray[np.integer]) -> tuple[str, ...]:
    """Each token by itself, as it is shown: a byte that is no character of its own as \\xe2."""
    if vocabulary.kind == "byte":
        return tuple(chr(i) if i < 0x80 else f"\\x{i:02x}" for i in ids)
    return tuple(vocabulary.decode([i]) for i in ids)


def start_prompt(vocabulary: TextVocabulary) -> str:
    """What a text begins after when nobody gave a prompt: a line end where there is one."""
    return vocabulary.fallback if vocabulary.encode("\n")[1] else "\n"


def text_vocabulary(kind: str, texts: Sequence[str]) -> TextVocabulary:
    """The vocabulary of training texts, each read on its own; kind is one of TOKEN_KINDS, InputError for another."""
    if kind == "char":
        return Vocabulary.from_text("".join(texts))
    if kind == "word":
        return WordVocabulary.from_texts(texts)
    if kind == "byte":
        return ByteVocabulary()
    raise InputError(f"tokens is {kind!r}, expected one of {', '.join(TOKEN_KINDS)}")


def repeated_words(counts: Counter[str], most: int, advice: str) -> tuple[str, ...]:
    """The most frequent words that come at least twice, sorted: what comes once teaches what <unk> stands for. Raises
    InputError when none comes twice; advice: what to do then."""
    repeated = sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word))
    if not repeated:
        raise InputError(f"no word comes twice in training ({counted_tokens(len(counts), 'word')}): {advice}")
    return tuple(sorted(repeated[:most]))


def check_words(words: tuple[str, ...]) -> None:
    """Raise InputError unless the words of a vocabulary are sorted without repeats, and there is one."""
    if not words:
        raise InputError("the vocabulary is empty, expected at least one word")
    if any(a >= b for a, b in pairwise(words)):
        raise InputError("the vocabulary's words are not sorted without repeats: it was not written by tui-rnn")


@dataclass(frozen=True)
class WordVocabulary:
    """Immutable. `words` sorted, without repeats, most with their leading space; a word's id is its place, <unk> the last.

    Raises InputError when `words` is empty or not sorted.
    """

    words: tuple[str, ...]

    kind: ClassVar[str] = "word"
    characters: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_words(self.words)

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> WordVocabulary:
        """The MAX_WORDS most frequent tokens that come at least twice: what comes once teaches what <unk> stands for.

        Raises InputError when no token comes twice.
        """
        counts = Counter(chain.from_iterable(map(_patterns()[0].findall, texts)))
        return cls(repeated_words(counts, MAX_WORDS, "give a longer text for --tokens word"))

    def __len__(self) -> int:
        return len(self.words) + 1

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return (*self.words, f" {UNKNOWN_WORD}")

    @property
    def fallback(self) -> str:
        return UNKNOWN_WORD

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """Ids of the text's tokens, and which of them are unknown (read as <unk>): places among the ids.

        A first word that is known only with the space before it is read as that.
        """
        unknown = len(self.words)
        tokens = _patterns()[0].findall(text)
        ids = np.array([self._ids.get(token, unknown) for token in tokens], dtype=np.int32)
        if len(ids) and ids[0] == unknown:
            ids[0] = self._ids.get(f" {tokens[0]}", unknown)
        return ids, tuple(np.flatnonzero(ids == unknown).tolist())

    def decode(self, ids: ArrayLike) -> str:
        """The text of an array of ids; an unknown word reads " <unk>"."""
        texts = self._texts
        return "".join(texts[i] for i in np.asarray(ids, dtype=np.intp))

    def describe(self) -> str:
        kept = counted_tokens(len(self.words), self.kind, "distinct")
        return f"{kept} kept: those seen at least twice, at most {MAX_WORDS:,}; others read as {UNKNOWN_WORD}"


@dataclass(frozen=True)
class ByteVocabulary:
    """The 256 bytes of UTF-8: nothing is unknown. A character outside ASCII takes two to four tokens."""

    kind: ClassVar[str] = "byte"
    characters: ClassVar[str] = ""

    @property
    def fallback(self) -> str:
        return "?"

    def __len__(self) -> int:
        return 256

    def describe(self) -> str:
        return ""

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """The text's bytes; a lone surrogate, which has none, reads as "?" and its place is returned."""
        if text.isascii() or not re.search("[\ud800-\udfff]", text):
            return np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int32), ()
        parts = [ch.encode("utf-8", "replace") for ch in text]
        places = np.cumsum([0, *map(len, parts)])
        unknown = tuple(int(place) for ch, place in zip(text, places, strict=False) if "\ud800" <= ch <= "\udfff")
        return np.frombuffer(b"".join(parts), dtype=np.uint8).astype(np.int32), unknown

    def decode(self, ids: ArrayLike) -> str:
        """The text of an array of bytes; what is no UTF-8 reads as U+FFFD."""
        return np.asarray(ids, dtype=np.uint8).tobytes().decode("utf-8", "replace")
