"""What the parts of examples of all kinds share: their ids, and the notices about unknown labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.display import counted, visible

NAMES_SHOWN = 5
EXAMPLES_A_PROGRESS = 10_000

E = TypeVar("E")


class Shown(NamedTuple):
    """An example for a person. words: of a sentence. truth: the right answer, a text or one for each word; None if there is
    none."""

    text: str
    words: tuple[str, ...] | None = None
    truth: Any = None


@dataclass(frozen=True, eq=False)
class EncodedExamples(Generic[E]):
    """N examples, as found and as ids, with a field of ids for each thing that a network gets. inputs: what it reads. notices:
    what a person should know about them."""

    examples: tuple[E, ...]
    inputs: Ragged
    notices: tuple[str, ...] = field(default=(), kw_only=True)

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many tokens of each example are read."""
        return self.inputs.lengths

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many tokens of each example are read and written."""
        return self.lengths

    @property
    def usable(self) -> NDArray[np.int64]:
        """The rows of the examples that can be learnt from."""
        return np.arange(len(self))

    def shown(self, row: int) -> Shown:
        """An example as a person sees it."""
        return Shown(str(self.examples[row]))

    def batch(self, rows: NDArray[np.int64]) -> tuple[Any, ...]:
        """These examples in the form that a network learns from."""
        return (self.inputs.views(rows),)

    def select(self, rows: NDArray[np.int64]) -> Self:
        """These examples as a part of their own."""
        ids = [one.name for one in fields(self) if one.name not in ("examples", "notices")]
        chosen = {name: getattr(self, name).take(rows) for name in ids}
        return replace(self, examples=tuple(self.examples[row] for row in rows), notices=(), **chosen)


def in_blocks(examples: Sequence[E], progress: Progress | None) -> Iterator[Sequence[E]]:
    """The examples in order, in blocks of some thousands; between two blocks, progress is called with how many are done."""
    for start in range(0, len(examples), EXAMPLES_A_PROGRESS):
        if progress is not None and start:
            progress(start, len(examples))
        yield examples[start : start + EXAMPLES_A_PROGRESS]


def unknown_labels(labels: Sequence[str], positions: Sequence[int], what: str) -> list[str]:
    """A notice about labels that training lacks: `what` is "label" or "tag"."""
    if not positions:
        return []
    named = some([visible(label) for label, _ in Counter(labels[i] for i in positions).most_common()])
    many = len(positions) != 1
    all_of_many = many and len(positions) == len(labels)
    return [
        f"{counted(len(positions), what)} that training lacks ({named}): "
        f"{'they count' if many else 'it counts'} as wrong and {'are' if many else 'is'} left out of the loss"
        + f"; these are all: if the {what}s are in another column, give --columns, such as 1,2 or 2,1"
        * all_of_many
    ]


def some(names: Sequence[str]) -> str:
    """The first of these names, with commas between."""
    return ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
