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

from tui_rnn.data.tokens import split_text
from tui_rnn.errors import InputError

UNKNOWN_LABEL = -1
MAX_TARGET_TOKENS = 20_000
UNKNOWN_TOKEN = "<unk>"
UNITS = {"characters": "char", "tokens": "token", "words": "word"}
"""What a target can be split into, and the name of one piece."""
TARGET_UNITS = tuple(UNITS)


@dataclass(frozen=True)
class Labels:
    """Immutable. `names` sorted, without repeats, else InputError; a label's id is its place there."""

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
        """Ids (len(labels),), and the positions of unknown labels; these have the id UNKNOWN_LABEL."""
        ids = np.array([self._ids.get(label, UNKNOWN_LABEL) for label in labels], dtype=np.int32)
        return ids, tuple(np.flatnonzero(ids == UNKNOWN_LABEL).tolist())

    def decode(self, ids: Iterable[Any]) -> tuple[str, ...]:
        return tuple(self.names[i] for i in ids)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a target. `names` sorted, without repeats; a token's id is its place there, and <unk> has the next id.
    <s> and </s> are the network's own.

    units: characters; tokens with spaces between; or words, each with the space before it, as in a language model's text: so
    the text can be put together again.
    """

    names: tuple[str, ...]
    units: str = "characters"

    def __post_init__(self) -> None:
        _check_names(self.names, "target tokens")
        if self.units not in UNITS:
            raise InputError(f"the units of targets are {self.units!r}, expected one of {', '.join(UNITS)}")

    @classmethod
    def from_texts(cls, texts: Iterable[str], units: str, limit: int = MAX_TARGET_TOKENS, least: int = 1) -> Tokens:
        """The most frequent `limit` tokens of the texts that come at least `least` times; of equally frequent ones, the first
        in order. If none comes so often, of all tokens."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(split_target(text, units))
        often = [token for token, count in counts.items() if count >= least] or [*counts]
        kept = sorted(often, key=lambda token: (-counts[token], token))[:limit]
        return cls(tuple(sorted(kept)), units)

    def __len__(self) -> int:
        return len(self.names) + 1

    @property
    def unknown_id(self) -> int:
        return len(self.names)

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each token in order of the ids, <unk> last."""
        return (*self.names, f" {UNKNOWN_TOKEN}" if self.units == "words" else UNKNOWN_TOKEN)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    @property
    def unit(self) -> str:
        """The name of one token: char, token or word."""
        return UNITS[self.units]

    def split(self, text: str) -> list[str]:
        return split_target(text, self.units)

    def join(self, tokens: Iterable[str]) -> str:
        """The text of written tokens."""
        return " ".join(tokens) if self.units == "tokens" else "".join(tokens).removeprefix(" " * (self.units == "words"))

    def encode_all(self, texts: Iterable[str]) -> tuple[NDArray[np.int32], list[int]]:
        """The ids of the texts' tokens end to end, and how many each text has."""
        split = [self.split(text) for text in texts]
        ids = (self._ids.get(token, self.unknown_id) for tokens in split for token in tokens)
        return np.fromiter(ids, np.int32), [len(tokens) for tokens in split]


def split_target(text: str, units: str) -> list[str]:
    """The tokens of a target; for words, without white space at its ends."""
    if units == "words":
        return split_text(f" {text.strip()}")
    return text.split() if units == "tokens" else list(text)


def _check_names(names: tuple[str, ...], what: str) -> None:
    if not names:
        raise InputError(f"the list of {what} is empty, expected at least one")
    if not all(names) or any(a >= b for a, b in pairwise(names)):
        raise InputError(f"the {what} are not sorted without repeats: they were not written by tui-rnn")
