"""Words with their letters, for a network that reads both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.ragged import Ragged

Ids = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Spelled:
    """A sentence of T words. ids (T,): of the words; forms (T,): the number of each word's spelling in `letters`."""

    ids: Ids
    forms: Ids
    letters: Ragged

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> Spelled:
        return replace(self, ids=self.ids[part], forms=self.forms[part])


@dataclass(frozen=True, eq=False)
class SpelledRagged(Ragged):
    """N sentences end to end, with the letters of their distinct words. forms, as long as values: the number of each word's
    spelling in `letters`."""

    forms: Ids
    letters: Ragged

    def __getitem__(self, i: int) -> Spelled:  # type: ignore[override]
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        i %= len(self)
        part = slice(self.offsets[i], self.offsets[i + 1])
        return Spelled(self.values[part], self.forms[part], self.letters)

    def take(self, rows: NDArray[np.int64]) -> SpelledRagged:
        forms = Ragged(self.forms, self.offsets).concatenated(rows)
        chosen = Ragged.from_lengths(self.concatenated(rows), self.lengths[rows])
        return SpelledRagged(chosen.values, chosen.offsets, forms, self.letters)


def word_ids(sequence: Any) -> Ids:
    """The ids of a sequence's tokens, with or without letters."""
    return sequence.ids if isinstance(sequence, Spelled) else np.asarray(sequence)


def letters_of(sequences: Sequence[Spelled]) -> tuple[list[Ids], list[Ids]]:
    """The letters of sentences that may come from several sources: for each sentence the numbers of its words' forms, and the
    letters of each form, in order of these numbers."""
    found: list[Ids] = []
    numbers: list[Ids] = []
    places: dict[int, dict[int, int]] = {}
    for one in sequences:
        known = places.setdefault(id(one.letters), {})
        for form in np.unique(one.forms).tolist():
            if form not in known:
                known[form] = len(found)
                found.append(one.letters[form])
        numbers.append(np.array([known[form] for form in one.forms.tolist()], np.int32))
    return numbers, found
