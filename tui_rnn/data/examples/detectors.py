"""How much the beginning of a file looks like each of the formats: a list of detectors, each with a score from 0 to 1.

A detector is SURE if only that format looks so. Below that, a plain text may also look so, and the file is read in that format
only if the task was given; from LIKELY on, a notice suggests it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice, pairwise

from tui_rnn.data.examples.barred import bars
from tui_rnn.data.examples.columns import CLASSIFY, SEQ2SEQ, TAG
from tui_rnn.data.examples.documents import Document
from tui_rnn.data.examples.json_tables import begins_json_table, parse_object
from tui_rnn.data.examples.spaced import DOCUMENT_START, cut_label, cut_tags, tag_separator
from tui_rnn.data.examples.tables import csv_delimiter

LINES_LOOKED_AT = 2_000
SURE, LIKELY, MAYBE = 0.9, 0.7, 0.5
LABELS_MOST = 50
ROWS_A_LABEL = 5
FEW_ROWS = 5
NUMBERED = 0.8
ELSEWHERE = 0.01  # labels are at most this share of the words in texts

CONLLU_WIDTH = 10
_CONLLU_ID = re.compile(r"[0-9]+([-.][0-9]+)?")
_TAG = re.compile(r"[A-Z][A-Z0-9$+*_|=.:-]*(-[\w-]+)?|O|_|[^\w\s]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_NESTED_LABEL = re.compile(r"[A-Z]+:[a-z]+")
_MARKED_LABEL = "__label__"
USUAL_LABELS = frozenset(
    "pos neg neu positive negative neutral ham spam true false yes no good bad real fake joy sadness anger fear love surprise "
    "disgust entailment contradiction question statement toxic clean hate offensive relevant irrelevant subjective "
    "objective".split()
)


@dataclass(frozen=True)
class FirstLines:
    """The first whole lines of a file, without their newlines."""

    lines: Sequence[str]

    @classmethod
    def of(cls, lines: Sequence[str]) -> FirstLines:
        return cls(list(islice(lines, LINES_LOOKED_AT)))

    @cached_property
    def filled(self) -> list[str]:
        return [line for line in self.lines if line.strip()]

    @cached_property
    def has_blank_lines_inside(self) -> bool:
        ended = "\n".join(self.lines).strip("\n").split("\n")
        return any(not line.strip() and after.strip() for line, after in pairwise(ended))

    def share(self, looks: Callable[[str], bool]) -> float:
        """The share of the lines that are not blank for which looks(line) holds."""
        return sum(map(looks, self.filled)) / len(self.filled) if self.filled else 0.0


def conllu_cells(line: str) -> list[str]:
    """A line of CoNLL-U: cells with tabs between, without empty ones after the tenth; or with spaces, if it has no tab."""
    cells = line.split("\t") if "\t" in line else line.split()
    while len(cells) > CONLLU_WIDTH and not cells[-1].strip():
        cells.pop()
    return cells


def _conllu(sample: FirstLines) -> float:
    rows = [conllu_cells(line) for line in sample.filled if not line.startswith("#")]
    words = sum(len(cells) == CONLLU_WIDTH and bool(_CONLLU_ID.fullmatch(cells[0])) for cells in rows)
    return SURE if rows and 2 * words > len(rows) else 0.0


def _json(sample: FirstLines) -> float:
    return SURE if begins_json_table("\n".join(sample.lines[:100])) else 0.0


def _jsonl(sample: FirstLines) -> float:
    if not sample.filled or not sample.filled[0].lstrip().startswith("{"):
        return 0.0
    return SURE if sample.share(lambda line: parse_object(line) is not None) > 0.5 else 0.0


def _conll(sample: FirstLines) -> float:
    """Columns of words and tags with white space between, a blank line after each sentence. With tabs, at least three
    columns."""
    rows = [line.split() for line in sample.filled if not line.startswith(DOCUMENT_START)]
    if not rows:
        return 0.0
    width, alike = Counter(map(len, rows)).most_common(1)[0]
    rows = [row for row in rows if len(row) == width]
    tabs = 2 * sum("\t" in line for line in sample.filled) > len(sample.filled)
    header = sample.filled[0].split("\t")
    named = tabs and any(roles.in_header(header) for roles in (TAG, CLASSIFY, SEQ2SEQ))
    if named or width < (3 if tabs else 2) or alike < 0.95 * (len(sample.filled) - len(_document_starts(sample))):
        return 0.0
    if tabs and any(" " in cell.strip() for line in sample.filled for cell in line.split("\t")):
        return 0.0
    tags = Counter(row[-1] for row in rows)
    repeat = len(tags) * ROWS_A_LABEL <= len(rows) or (len(rows) < 5 * ROWS_A_LABEL and len(tags) < len(rows))
    if not repeat or sum(bool(_NUMBER.fullmatch(row[-1])) for row in rows) * 2 > len(rows):
        return 0.0
    if _document_starts(sample):
        return 1.0
    if not sample.has_blank_lines_inside:
        return 0.0
    return SURE if sum(bool(_TAG.fullmatch(row[-1])) for row in rows) >= 0.95 * len(rows) else LIKELY


def _document_starts(sample: FirstLines) -> list[str]:
    return [line for line in sample.filled if line.startswith(DOCUMENT_START)]


def _word_tag(sample: FirstLines) -> float:
    """Each word has its tag after a slash or an underscore: The/DT dog/NN."""
    tokens = [token for line in islice(sample.filled, 200) for token in line.split()]
    mark = tag_separator(tokens)
    if len(tokens) < FEW_ROWS or not mark:
        return 0.0
    pairs = [cut_tags(token, mark) for token in tokens]
    tags = Counter(pair[1] for pair in pairs if pair is not None)
    if sum(tags.values()) < 0.95 * len(tokens) or any(map(_NUMBER.fullmatch, tags)):
        return 0.0
    if sum(count for tag, count in tags.items() if _TAG.fullmatch(tag)) >= 0.95 * len(tokens) and len(tags) < len(tokens):
        return SURE
    return SURE if 2 * ROWS_A_LABEL * len(tags) <= len(tokens) else 0.0


def _label_text(sample: FirstLines) -> float:
    return _labelled(sample, "label-text")


def _text_label(sample: FirstLines) -> float:
    return _labelled(sample, "text-label")


def _labelled(sample: FirstLines, format: str) -> float:
    """Each line has a label and a text with a space between: there are few labels, and each comes often."""
    if sample.share(lambda line: "\t" in line.strip()) > 0.1 or len(sample.filled) < 2 * 2:
        return 0.0
    rows = [cut_label(line, format) for line in sample.filled]
    labels, texts = [row.label for row in rows], [row.text for row in rows]
    counts = Counter(labels)
    if not all(texts) or not 2 <= len(counts) <= LABELS_MOST or 2 * len(counts) > len(labels):
        return 0.0
    with_letters = sum(any(map(str.isalpha, text)) for text in texts)
    if with_letters < 0.9 * len(texts) or len(set(texts)) * 2 < len(texts):
        return 0.0
    often = len(counts) * ROWS_A_LABEL <= len(labels)
    if _are_labels(labels, counts, sample, format):
        return 1.0 if often or len(counts) <= 3 else MAYBE
    if not all(label.replace("-", "").replace("_", "").isalnum() for label in counts):
        return 0.0
    if not often:
        return MAYBE if len(labels) < 3 * ROWS_A_LABEL else 0.0
    known = {label.casefold() for label in counts}
    words = [word for text in texts for word in text.casefold().split()]
    return LIKELY if sum(word in known for word in words) <= ELSEWHERE * len(words) else MAYBE


def _are_labels(labels: list[str], counts: Counter[str], sample: FirstLines, format: str) -> bool:
    """Whether their form shows that they are labels, and not words at the beginning or end of sentences."""
    if format == "label-text" and all(line.startswith(_MARKED_LABEL) for line in sample.filled):
        return True
    if all(map(_NUMBER.fullmatch, counts)):
        if format == "text-label":  # many lines end with a number
            return False
        numbers = [float(label) for label in labels]  # numbers of verses or steps increase by one
        return sum(after == before + 1 for before, after in pairwise(numbers)) < NUMBERED * len(numbers)
    return all(label.casefold() in USUAL_LABELS for label in counts) or all(map(_NESTED_LABEL.fullmatch, counts))


def _tsv(sample: FirstLines) -> float:
    return sample.share(lambda line: "\t" in line)


def _csv(sample: FirstLines) -> float:
    return max(sample.share(partial(_has, mark)) for mark in ",;|")


def _is_table(sample: FirstLines) -> bool:
    """Whether nearly all lines have the same number of commas, semicolons, bars or tabs."""
    delimiter = csv_delimiter(sample.filled)
    counts = Counter(line.count(delimiter) for line in sample.filled)
    counts[0] = 0
    return max(counts.values(), default=0) >= 0.95 * len(sample.filled) > 0


def _has(mark: str, line: str) -> bool:
    return mark in line


DETECTORS: dict[str, Callable[[FirstLines], float]] = {
    "conllu": _conllu,
    "json": _json,
    "jsonl": _jsonl,
    "conll": _conll,
    "word/tag": _word_tag,
    "label-text": _label_text,
    "text-label": _text_label,
    "tsv": _tsv,
    "csv": _csv,
}
"""By the name of the format; the first one that is likely enough is taken."""

_BY_SPACES = ("conll", "word/tag", "label-text", "text-label")
"""Formats that a plain text may also look like: they must be sure if no task was given."""


def recognise(lines: Sequence[str], allowed: Sequence[str] | None = None) -> str:
    """The format that the first lines look most like; "lines" if none. allowed: the formats of the task that was given: one of
    these is taken even if it is not sure, unless the file is a table."""
    sample = FirstLines.of(lines)
    if bars(sample.filled):
        return "csv"
    for format, score in DETECTORS.items():
        if format in _BY_SPACES:
            may_be = allowed is not None and format in allowed and not _is_table(sample)
            if score(sample) >= (MAYBE if may_be else SURE):
                return format
        elif score(sample) > 0.5:
            return format
    return "lines"


def first_lines(document: Document) -> list[str]:
    """The lines that are needed to recognise a format."""
    return [line for _, line in islice(document.lines(), LINES_LOOKED_AT)]


def perhaps(lines: Sequence[str]) -> str | None:
    """A format that is likely for these lines, but not sure."""
    sample = FirstLines.of(lines)
    return next((format for format in _BY_SPACES if LIKELY <= DETECTORS[format](sample) < SURE), None)
