"""Examples with only a space or a mark between their parts: a label and a text in a line, a word and its tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tui_rnn.data.examples.documents import Document

DOCUMENT_START = "-DOCSTART-"
LABEL_FORMATS = ("label-text", "text-label")
_MARK = "__label__"


class LabelledLine(NamedTuple):
    text: str
    label: str


def cut_label(line: str, format: str) -> LabelledLine:
    """A line in one of LABEL_FORMATS: its first or last word, and the others. fastText's __label__ is left out, and so are all
    labels after the first."""
    if format == "text-label":
        text, _, label = line.strip().rpartition(" ")
        return LabelledLine(text.strip(), label)
    label, _, text = line.strip().partition(" ")
    if label.startswith(_MARK):
        label, text = label.removeprefix(_MARK), text.lstrip()
        while text.startswith(_MARK):
            text = text.partition(" ")[2].lstrip()
    return LabelledLine(text.strip(), label)


def labelled_lines(document: Document, format: str) -> Iterator[tuple[int, LabelledLine]]:
    """(number of the line, its parts), without blank lines."""
    for number, line in document.lines():
        if line.strip():
            yield number, cut_label(line, format)


def tag_separator(tokens: Sequence[str]) -> str:
    """The mark between each word and its tag: a slash or an underscore; "" if most tokens have neither."""
    marks = Counter(mark for token in tokens for mark in "/_" if mark in token[1:-1])
    mark, count = max(marks.items(), key=lambda item: item[1], default=("", 0))
    return mark if 2 * count > len(tokens) else ""


def cut_tags(token: str, mark: str) -> tuple[str, str] | None:
    """Word and tag; None if one of them is missing."""
    word, _, tag = token.rpartition(mark)
    return (word, tag) if word and tag else None
