"""The true labels of what a task's network reads, at the tokens where it can know them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.insight.part_reading import PartText
from tui_rnn.insight.question import Subject

SHOWN = 12


class LabelledTokens(NamedTuple):
    """rows: for each direction of reading, the tokens (n,) that are asked about; values (n,): 1 where the label is right."""

    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    values: NDArray[np.float64]


def labelled_tokens(subject: Subject, part: PartText, name: str) -> LabelledTokens:
    """Where the label `name` is right. A word's tag is asked about at the word's last character. A text's class is asked about
    where all of it has been read: from the start at its last character, from the end at its first. Raises InputError if there
    is no such label."""
    kind = subject.kind
    given: Any = subject.part
    labels = subject.symbols.labels
    if kind.label is None or labels is None:
        raise InputError(f"label:{name} asks for labels, but a {kind.title} has none: ask by another hypothesis")
    if name not in labels.names:
        more = ", …" if len(labels.names) > SHOWN else ""
        raise InputError(f"label:{name} is none of its labels, expected one of {', '.join(labels.names[:SHOWN])}{more}")
    wanted = labels.names.index(name)
    if kind.labels_words:
        at = [start + given.word_ends[row] for row, start in zip(part.rows.tolist(), part.starts.tolist(), strict=True)]
        tags = given.tag_ids.concatenated(part.rows)
        rows = np.concatenate(at).astype(np.int64)
        return LabelledTokens((rows, rows), (tags == wanted).astype(np.float64))
    lengths = np.array([len(ids) for ids in part.ids])
    right = (given.label_ids[part.rows] == wanted).astype(np.float64)
    return LabelledTokens((part.starts + lengths - 1, part.starts), right)
