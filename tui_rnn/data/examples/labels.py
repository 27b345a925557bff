"""Vocabularies of names rather than characters: the classes or tags of a task, and the tokens of a target sequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError

UNKNOWN_LABEL = -1
MAX_TARGET_TOKENS = 20_000
UNKNOWN_TOKEN = "<unk>"
TARGET_UNITS = {"characters": "", "tokens": " "}  # what stands between two tokens of a target


@dataclass(frozen=True)
class Labels:
    """Immutable. `names` sorted, without repeats; a label's id is its place there. Raises InputError otherwise."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_names(self.names, "labels")

    @classmethod
    def of(cls, labels: Iterable[str]) -> Labels:
        return cls(tuple(sorted(set(labels))))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    def encode(self, labels: Sequence[str]) -> tuple[NDArray[np.int32], tuple[int, ...]]:
        """Ids (len(labels),), and the positions of unknown labels, whose id is UNKNOWN_LABEL."""
        ids = np.array([self._ids.get(label, UNKNOWN_LABEL) for label in labels], dtype=np.int32)
        return ids, tuple(np.flatnonzero(ids == UNKNOWN_LABEL).tolist())

    def decode(self, ids: Iterable[Any]) -> tuple[str, ...]:
        return tuple(self.names[i] for i in ids)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a target. `names` sorted, without repeats; a token's id is its place there, and <unk> has the next id.
    <s> and </s> are the network's own.

    separator: "" where a token is a character, " " where tokens stand between spaces.
    """

    names: tuple[str, ...]
    separator: str = ""

    def __post_init__(self) -> None:
        _check_names(self.names, "target tokens")
        if self.separator not in ("", " "):
            raise InputError(f"the separator of target tokens is {self.separator!r}, expected '' or ' '")

    @classmethod
    def from_texts(cls, texts: Iterable[str], separator: str, limit: int = MAX_TARGET_TOKENS) -> Tokens:
        """The most frequent `limit` tokens of the texts; among equally frequent ones, the first in order."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(split_tokens(text, separator))
        kept = sorted(counts, key=lambda token: (-counts[token], token))[:limit]
        return cls(tuple(sorted(kept)), separator)

    def __len__(self) -> int:
        return len(self.names) + 1

    @property
    def unknown_id(self) -> int:
        return len(self.names)

    @property
    def texts(self) -> tuple[str, ...]:
        """Each token by its id, <unk> as it is shown."""
        return (*self.names, UNKNOWN_TOKEN)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    @property
    def units(self) -> str:
        """What the targets are split into: a key of TARGET_UNITS."""
        return next(units for units, separator in TARGET_UNITS.items() if separator == self.separator)

    @property
    def unit(self) -> str:
        """What one of them is called: char or token."""
        return "token" if self.separator else "char"

    def split(self, text: str) -> list[str]:
        return split_tokens(text, self.separator)

    def encode_all(self, texts: Iterable[str]) -> tuple[NDArray[np.int32], list[int]]:
        """The ids of the texts' tokens end to end, and how many each text has."""
        split = [self.split(text) for text in texts]
        ids = (self._ids.get(token, self.unknown_id) for tokens in split for token in tokens)
        return np.fromiter(ids, np.int32), [len(tokens) for tokens in split]


def split_tokens(text: str, separator: str) -> list[str]:
    return text.split() if separator else list(text)


def _check_names(names: tuple[str, ...], what: str) -> None:
    if not names:
        raise InputError(f"the list of {what} is empty, expected at least one")
    if not all(names) or any(a >= b for a, b in pairwise(names)):
        raise InputError(f"the {what} are not sorted without repeats: they were not written by tui-rnn")
