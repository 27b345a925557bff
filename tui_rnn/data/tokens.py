"""What a text is cut into besides characters: words and punctuation marks, or bytes. For the words of examples, see
data/lexicon.py."""

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
_JOINERS = "\u200c\u200d"  # zero-width (non-)joiner, which words of Persian or Malayalam contain


class TextVocabulary(Protocol):
    """Text to ids and back: vocabulary.Vocabulary (characters), WordVocabulary, ByteVocabulary. kind: one of TOKEN_KINDS."""

    kind: ClassVar[str]

    @property
    def fallback(self) -> str: ...

    @property
    def characters(self) -> str:
        """All tokens, if each is a character; else ""."""
        ...

    def __len__(self) -> int: ...

    def describe(self) -> str:
        """One line about what was kept and what was not; "" if everything is kept."""
        ...

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]: ...

    def decode(self, ids: ArrayLike) -> str: ...


def split_text(text: str) -> list[str]:
    """A language model's tokens of a text: words and punctuation marks with the space before them, and other white space."""
    found: list[str] = _patterns()[0].findall(text)
    return found


def split_words(text: str) -> tuple[str, ...]:
    """The words and punctuation marks of a text, without white space: what a tagger reads of a text that a person types."""
    return tuple(_patterns()[1].findall(text))


def unspaced_word(text: str) -> str:
    """The first stretch in a script without spaces (Chinese, Japanese, Thai, …). It is one word for split_words, but may be
    several. "" if there is none."""
    found = _UNSPACED.search(text)
    return found[0] if found else ""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The regular expressions for tokens, and for words and punctuation marks without white space.

    A token is a word (with its inner apostrophes and hyphens), one punctuation mark, or one white-space character. A single
    space before a word or mark belongs to it, so that the next token is the next word; every character is in exactly one
    token. A combining mark, such as a vowel sign of Devanagari, belongs to the character before it.
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
    """The regular expression that finds a text's tokens, if they are words; else None."""
    return _patterns()[0].pattern if vocabulary.kind == WordVocabulary.kind else None


def word_pattern() -> str:
    """The regular expression by which `split_words` finds the words and punctuation marks of a text."""
    return _patterns()[1].pattern


def token_texts(vocabulary: TextVocabulary, ids: NDArray[np.integer]) -> tuple[str, ...]:
    """Each token as it is shown by itself: a byte that is not a character becomes \\xe2."""
    if vocabulary.kind == "byte":
        return tuple(chr(i) if i < 0x80 else f"\\x{i:02x}" for i in ids)
    return tuple(vocabulary.decode([i]) for i in ids)


def start_prompt(vocabulary: TextVocabulary) -> str:
    """What a text follows if nobody gave a prompt: a line end if the vocabulary has one."""
    return vocabulary.fallback if vocabulary.encode("\n")[1] else "\n"


def text_vocabulary(kind: str, texts: Sequence[str]) -> TextVocabulary:
    """The vocabulary of training texts, each read on its own. kind: one of TOKEN_KINDS; raises InputError for another."""
    if kind == "char":
        return Vocabulary.from_text("".join(texts))
    if kind == "word":
        return WordVocabulary.from_texts(texts)
    if kind == "byte":
        return ByteVocabulary()
    raise InputError(f"tokens is {kind!r}, expected one of {', '.join(TOKEN_KINDS)}")


def repeated_words(counts: Counter[str], most: int, advice: str) -> tuple[str, ...]:
    """The most frequent words that come at least twice, sorted: a word that comes once teaches what <unk> stands for. Raises
    InputError if none comes twice; advice: what to do then."""
    repeated = sorted((word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word))
    if not repeated:
        raise InputError(f"no word comes twice in training ({counted_tokens(len(counts), 'word')}): {advice}")
    return tuple(sorted(repeated[:most]))


@dataclass(frozen=True)
class Words:
    """Immutable. `words` sorted, without repeats; a word's id is its place there, and <unk> has the next one. Raises InputError
    if `words` is empty or not sorted."""

    words: tuple[str, ...]

    kind: ClassVar[str] = "word"
    characters: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.words:
            raise InputError("the vocabulary is empty, expected at least one word")
        if any(a >= b for a, b in pairwise(self.words)):
            raise InputError("the vocabulary's words are not sorted without repeats: it was not written by tui-rnn")

    def __len__(self) -> int:
        return len(self.words) + 1

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    @property
    def fallback(self) -> str:
        return UNKNOWN_WORD

    def unknown_among(self, ids: NDArray[np.int32]) -> tuple[int, ...]:
        """The places of unknown words."""
        return tuple(np.flatnonzero(ids == len(self.words)).tolist())


@dataclass(frozen=True)
class WordVocabulary(Words):
    """The words of a language model's text, most of them with the space before them."""

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> WordVocabulary:
        """The MAX_WORDS most frequent tokens that come at least twice: a token that comes once teaches what <unk> stands for.
        Raises InputError if no token comes twice."""
        counts = Counter(chain.from_iterable(map(_patterns()[0].findall, texts)))
        return cls(repeated_words(counts, MAX_WORDS, "give a longer text for --tokens word"))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return (*self.words, f" {UNKNOWN_WORD}")

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """Ids of the text's tokens, and the places of the unknown ones, which are read as <unk>.

        A first word that is known only with a space before it is read as if it had that space.
        """
        unknown = len(self.words)
        tokens = _patterns()[0].findall(text)
        ids = np.array([self._ids.get(token, unknown) for token in tokens], dtype=np.int32)
        if len(ids) and ids[0] == unknown:
            ids[0] = self._ids.get(f" {tokens[0]}", unknown)
        return ids, self.unknown_among(ids)

    def decode(self, ids: ArrayLike) -> str:
        """The text of an array of ids; an unknown word becomes " <unk>"."""
        texts = self._texts
        return "".join(texts[i] for i in np.asarray(ids, dtype=np.intp))

    def describe(self) -> str:
        kept = counted_tokens(len(self.words), self.kind, "distinct")
        return f"{kept} kept: those seen at least twice, at most {MAX_WORDS:,}; others are read as {UNKNOWN_WORD}"


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
        """The text's bytes. A lone surrogate has none: it is read as "?", and its place is returned."""
        if text.isascii() or not re.search("[\ud800-\udfff]", text):
            return np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int32), ()
        parts = [ch.encode("utf-8", "replace") for ch in text]
        places = np.cumsum([0, *map(len, parts)])
        unknown = tuple(int(place) for ch, place in zip(text, places, strict=False) if "\ud800" <= ch <= "\udfff")
        return np.frombuffer(b"".join(parts), dtype=np.uint8).astype(np.int32), unknown

    def decode(self, ids: ArrayLike) -> str:
        """The text of an array of bytes; bytes that are not UTF-8 become U+FFFD."""
        return np.asarray(ids, dtype=np.uint8).tobytes().decode("utf-8", "replace")
