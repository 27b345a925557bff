"""What the parts of all tasks share on the way from text to ids, and what a person is told about the unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from tui_rnn.data.examples.documents import Progress
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, describe, visible

NAMES_SHOWN = 5
EXAMPLES_A_PROGRESS = 10_000

E = TypeVar("E")


def in_blocks(examples: Sequence[E], progress: Progress | None) -> Iterator[Sequence[E]]:
    """The examples in order, some thousand at a time; between two blocks, progress is told how many are done."""
    for start in range(0, len(examples), EXAMPLES_A_PROGRESS):
        if progress is not None and start:
            progress(start, len(examples))
        yield examples[start : start + EXAMPLES_A_PROGRESS]


def encode_characters(
    texts: Sequence[str], vocabulary: Vocabulary, progress: Progress | None = None
) -> tuple[Ragged, list[str]]:
    """The ids of each text's characters, and a notice when some are unknown (read as the vocabulary's fallback)."""
    found, counts = [np.zeros(0, np.int32)], Counter[str]()
    for block in in_blocks(texts, progress):
        joined = "".join(block)
        ids, unknown = vocabulary.encode(joined)
        found.append(ids)
        counts.update(joined[i] for i in unknown)
    ragged = Ragged.from_lengths(np.concatenate(found), [len(text) for text in texts])
    if not counts:
        return ragged, []
    named = _some([describe(ch) for ch, _ in counts.most_common()])
    times = counted(counts.total(), "character")
    return ragged, [f"{times} that training lacks ({named}) read as {describe(vocabulary.fallback)}"]


def unknown_labels(labels: Sequence[str], positions: Sequence[int], what: str) -> list[str]:
    """A notice about labels that training lacks: `what` is "label" or "tag"."""
    if not positions:
        return []
    named = _some([visible(label) for label, _ in Counter(labels[i] for i in positions).most_common()])
    many = len(positions) != 1
    all_of_many = many and len(positions) == len(labels)
    return [
        f"{counted(len(positions), what)} that training lacks ({named}): "
        f"{'they count' if many else 'it counts'} as wrong and {'are' if many else 'is'} left out of the loss"
        + f"; that is every one: if the {what}s are in another column, say --columns, such as 1,2 or 2,1"
        * all_of_many
    ]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
