"""Characters and their ids: a vocabulary is the sorted set of a text's Unicode code points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tui_rnn.errors import InputError


@dataclass(frozen=True)
class Vocabulary:
    """Immutable. `characters` is sorted by code point without repeats; a character's id is its place there.

    Raises InputError if `characters` is empty, unsorted, or has a lone surrogate.
    """

    characters: str

    kind: ClassVar[str] = "char"

    def __post_init__(self) -> None:
        codes = code_points(self.characters)
        if not len(codes):
            raise InputError("the vocabulary is empty, expected at least one character")
        if np.any(codes[1:] <= codes[:-1]):
            raise InputError("the vocabulary is not sorted by code point without repeats: it was not written by tui-rnn")
        if np.any((codes >= 0xD800) & (codes <= 0xDFFF)):
            raise InputError("the vocabulary has a lone surrogate: it was not made from a text")

    @classmethod
    def from_text(cls, text: str) -> Vocabulary:
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.characters)

    def describe(self) -> str:
        return ""  # nothing is left out

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """The code points, ascending: shape (V,)."""
        return code_points(self.characters)

    @cached_property
    def fallback(self) -> str:
        """The character that unknown ones are read as: a space if the vocabulary has one, else its first character."""
        return " " if " " in self.characters else self.characters[0]

    def encode(self, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """Ids (len(text),) of the characters, and the positions of unknown ones, which are read as the fallback."""
        codes = code_points(text)
        ids = np.searchsorted(self.codes, codes).astype(np.int32)
        np.minimum(ids, len(self) - 1, out=ids)
        unknown = np.flatnonzero(self.codes[ids] != codes)
        ids[unknown] = self.characters.index(self.fallback)
        return ids, tuple(unknown.tolist())

    def decode(self, ids: ArrayLike) -> str:
        """The text of an array of ids, each from 0 to V - 1."""
        return self.codes[np.asarray(ids, dtype=np.intp)].astype("<u4").tobytes().decode("utf-32-le")


def code_points(text: str) -> NDArray[np.uint32]:
    """The text's code points, lone surrogates included: shape (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
