"""What each column of a table without known names holds, judged by its values: row numbers, notes, labels or texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tui_rnn.data.examples.columns import ROWS_A_LABEL, ROWS_TO_TELL, Cells

MOSTLY = 0.9
LABEL_CHARS = 40
LABELS_MOST = 200
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,:/ -]*|[0-9a-fA-F-]{8,}")  # also dates, times and hexadecimal names
_NOTE = re.compile(r"CC-BY|https?://|www\.|©|\(c\)", re.IGNORECASE)


class Profile(NamedTuple):
    """The places of the columns with labels and with texts; others hold numbers, notes, always the same value or nothing."""

    labels: tuple[int, ...]
    texts: tuple[int, ...]

    def roles(self) -> tuple[str, tuple[str, str]] | None:
        """The task that two of the columns are clearly for, and their numbers from 1, the text's or the source's first."""
        if len(self.texts) == 1 and len(self.labels) == 1:
            return "classify", (str(self.texts[0] + 1), str(self.labels[0] + 1))
        if len(self.texts) == 2 and not self.labels:
            return "seq2seq", (str(self.texts[0] + 1), str(self.texts[1] + 1))
        return None

    def suggestion(self) -> str:
        """Options that are probably right if several columns are possible; "" if none is."""
        if self.texts and self.labels:
            return f"--task classify --columns {self.texts[-1] + 1},{self.labels[0] + 1}"
        if len(self.texts) > 1:
            return f"--task seq2seq --columns {self.texts[0] + 1},{self.texts[1] + 1}"
        return ""


def profile(rows: Sequence[Cells], width: int) -> Profile:
    """The profile of the rows with the usual number of cells. The first row may be a header, so it is left out. Too few rows
    show nothing."""
    cells = [row for _, row in rows if len(row) == width]
    labels: list[int] = []
    texts: list[int] = []
    if len(cells) <= ROWS_TO_TELL:
        return Profile((), ())
    for place in range(width):
        values = [row[place].strip() for row in cells[1:]]
        kind = _kind(values)
        if kind == "label":
            labels.append(place)
        elif kind == "text":
            texts.append(place)
    return Profile(tuple(labels), tuple(texts))


def _kind(values: Sequence[str]) -> str:
    """label, text, or "" for anything else."""
    filled = [value for value in values if value]
    counts = Counter(filled)
    if len(filled) < MOSTLY * len(values) or len(counts) < 2:
        return ""
    repeat = len(counts) * ROWS_A_LABEL <= len(filled) and len(counts) <= LABELS_MOST
    if repeat and max(map(len, counts)) <= LABEL_CHARS:
        return "label"
    for pattern in (_NUMBER, _NOTE):
        matched = sum(bool(pattern.match(value) if pattern is _NOTE else pattern.fullmatch(value)) for value in filled)
        if matched >= MOSTLY * len(filled):
            return ""
    lettered = sum(any(map(str.isalpha, value)) for value in filled)
    return "text" if lettered >= MOSTLY * len(filled) and 2 * len(counts) > len(filled) else ""
