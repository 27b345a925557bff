"""Tells the format of a file of examples from its content, and which task it is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from tui_rnn.data.decoding import beginning
from tui_rnn.data.examples.columns import (
    CLASSIFY,
    LABEL_NAMES,
    ROWS_A_LABEL,
    SEQ2SEQ,
    SOURCE_NAMES,
    TAG,
    TARGET_NAMES,
    Roles,
)
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.tables import csv_delimiter, parse_object, read_cells, read_rows
from tui_rnn.data.sources import find_files, source_path
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

PLAIN_TEXT = "plain text"
LINES_LOOKED_AT = 2_000
LABEL_FIRST = ("2", "1")

_CONLLU_ID = re.compile(r"[0-9]+([-.][0-9]+)?")


class Inferred(NamedTuple):
    """lm, tag, classify or seq2seq, and why: one line, safe to show. columns: of the text and the label, where the label was
    found to come first."""

    task: str
    reason: str
    columns: tuple[str, str] | None = None


def recognise(lines: Sequence[str]) -> str:
    """conllu, tsv, csv, jsonl or lines, by what most of the filled lines look like."""
    filled = [line for line in islice(lines, LINES_LOOKED_AT) if line.strip()]
    words = [line.split("\t") for line in filled if not line.startswith("#")]
    if words and 2 * sum(len(cells) == 10 and bool(_CONLLU_ID.fullmatch(cells[0])) for cells in words) > len(words):
        return "conllu"
    if (
        filled
        and filled[0].lstrip().startswith("{")
        and 2 * sum(parse_object(line) is not None for line in filled) > len(filled)
    ):
        return "jsonl"
    for format, mark in (("tsv", "\t"), ("csv", ","), ("csv", ";")):
        if 2 * sum(mark in line for line in filled) > len(filled):
            return format
    return "lines"


def format_of(document: Document, said: str | None, allowed: tuple[str, ...], what: str) -> str:
    """The format that was said, else the one recognised. Raises InputError when it is none of those that `what` reads."""
    if said is not None:
        if said not in allowed:
            raise InputError(f"format is {said!r}, but {what} reads {_either(allowed)}: say one of these, or nothing")
        return said
    found = recognise([line for _, line in islice(document.lines(), LINES_LOOKED_AT)])
    if found not in allowed:
        looks = {"lines": "plain text", "jsonl": "JSON Lines", "conllu": "CoNLL-U"}.get(found, found.upper())
        raise InputError(
            f"{document.shown} looks like {looks}, but {what} reads {_either(allowed)}: give another file, or say its format"
        )
    return found


def _either(names: tuple[str, ...]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def infer_task(
    source: str, encoding: str | None = None, format: str | None = None, columns: tuple[str, str] | None = None
) -> Inferred:
    """What a source is most likely for, from the first megabyte of it. format, columns: what was said about it, as in
    splits.ExampleFiles. Raises InputError as opening it does."""
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS  # the generators are not needed for a file

    if source in TASK_BUILTINS:
        task = TASK_BUILTINS[source].task
        return Inferred(task, f"{source} is a built-in corpus for {NAMES[task]}")
    if source in BUILTINS:
        return Inferred("lm", f"{source} is a built-in text: language model")
    path = source_path(source)
    files, _ = find_files(path, (*BUILTINS, *TASK_BUILTINS))
    if path.is_dir():
        return Inferred("lm", "a folder of text files: language model (--format folder reads it as one file a class)")
    text, whole = beginning(path, files[0].byte_count, encoding)
    lines = text.split("\n")
    document = Document(visible(str(path)), path.stem, text)
    return _Look(document, lines if whole else lines[:-1], whole, path.suffix.lower(), format, columns).infer()


NAMES = {"lm": "language model", "tag": "tagging", "classify": "classification", "seq2seq": "sequence to sequence"}
_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class _Look:
    document: Document
    lines: list[str]
    whole: bool
    suffix: str
    said: str | None
    columns: tuple[str, str] | None

    def infer(self) -> Inferred:
        format = self.said or recognise(self.lines)
        if format == "conllu":
            return self._because("tag", "ten tab-separated columns, a word's number first (CoNLL-U)")
        if format == "lines":
            return self._because("lm", PLAIN_TEXT)
        if self.columns is not None:
            return self._by_columns(format, self.columns)
        if format == "jsonl":
            first = next((record for line in self.lines if (record := parse_object(line)) is not None), {})
            return self._by_names(list(first), "keys", format) or self._because("lm", "JSON without keys called text and label")
        return self._table(format)

    def _table(self, format: str) -> Inferred:
        bad = BadLines(skip=True)
        rows = (cells for _, cells in read_cells(self._whole_lines(), format, bad) if cells)
        header = [cell.strip() for cell in next(rows, [])]
        if TAG.in_header(header) and self._blank_lines_inside():
            return self._because("tag", f"columns called {visible(', '.join(header))}, blank lines between sentences")
        named = self._by_names(header, "columns", format)
        if named:
            return named
        # Prose has commas and code has tabs: only a regular table is one.
        if format == "csv" and self.suffix != ".csv" and self.said is None:
            return self._because("lm", PLAIN_TEXT)
        widths = Counter([len(header), *map(len, rows)])
        width, alike = widths.most_common(1)[0]
        if alike <= 0.95 * (widths.total() + bad.count):
            return self._because("lm", PLAIN_TEXT)
        mark = "\t" if format == "tsv" else csv_delimiter(next(line for line in self.lines if line.strip()))
        kind = {"\t": "tab", ",": "comma", ";": "semicolon"}[mark]
        separated = (
            f"{_IN_WORDS[width] if width < len(_IN_WORDS) else width} {kind}-separated column{'' if width == 1 else 's'}"
        )
        if width != 2:
            return self._because("lm", f"{separated}, but none called text and label (say --task and --columns)")
        pairs = self._pairs(format)
        if sum(bool(first.strip()) and bool(second.strip()) for first, second in pairs) <= 0.95 * len(pairs):
            return self._because("lm", PLAIN_TEXT)
        if _label_first(pairs):
            return self._turned(separated, format)
        distinct = len({second for _, second in pairs})
        if format == "tsv" and self._blank_lines_inside() and _repeat(pairs):
            return self._because(
                "tag", f"{separated} and blank lines between, {counted(distinct, 'distinct value')} in the second"
            )
        return self._by_values(separated, format)

    def _by_columns(self, format: str, columns: tuple[str, str]) -> Inferred:
        """By the two columns that were named, or by what is in them."""
        named = f"the columns {visible(columns[0])} and {visible(columns[1])}"
        if format == "tsv" and self._blank_lines_inside() and _repeat(self._pairs(format, columns)):
            return self._because("tag", f"{named}, blank lines between")
        first, second = (self._name(format, column) for column in columns)
        task = _task_of_names(first, second)
        return self._because(task, named) if task else self._by_values(named, format, columns)

    def _name(self, format: str, column: str) -> str:
        """What the first row calls a column that was said by its number; another as it was said."""
        header = [] if format == "jsonl" else self._header(format)
        return header[int(column) - 1] if column.isdecimal() and 1 <= int(column) <= len(header) else column

    def _by_values(self, named: str, format: str, columns: tuple[str, str] | None = None) -> Inferred:
        pairs = self._pairs(format, columns)
        if _repeat(pairs):
            distinct = counted(len({second for _, second in pairs}), "distinct value")
            among = "" if self.whole else f" of the first {len(pairs):,} lines"
            return self._because("classify", f"{named}, {distinct} in the second{among}")
        pairs = self._pairs(format, columns, SEQ2SEQ)  # whose header is told otherwise
        distinct = f"{len({second for _, second in pairs}):,} of {len(pairs):,} values"
        return self._because("seq2seq", f"{named}, {distinct} in the second are distinct")

    def _turned(self, named: str, format: str) -> Inferred:
        """Classification of the texts in the second column by the labels in the first."""
        pairs = self._pairs(format, LABEL_FIRST)  # whose header is told by the labels
        texts, labels = (len({pair[k] for pair in pairs}) for k in (0, 1))
        among = "" if self.whole else f" of the first {len(pairs):,} lines"
        found = f"{named}, {counted(labels, 'distinct value')} in the first and {texts:,} in the second{among}"
        reason = f"{found}: {NAMES['classify']}, the label first (otherwise with --columns 1,2 or --task)"
        return Inferred("classify", reason, LABEL_FIRST)

    def _by_names(self, names: list[str], what: str, format: str) -> Inferred | None:
        """By a header, or the keys of JSON objects, where they are called text and label, source and target."""
        found = CLASSIFY.in_header(names)
        if found is None:
            return None
        first, second = (names[place].strip() for place in found)
        called = f"{what} called {visible(first)} and {visible(second)}"
        if task := _task_of_names(first, second):
            return self._because(task, called)
        if what == "keys":
            return self._by_values(called, format)
        places = str(found[0] + 1), str(found[1] + 1)  # by number: it is for the reader to refuse a name that two have
        return self._by_values(called, format, places)

    def _header(self, format: str) -> list[str]:
        rows = (cells for _, cells in read_cells(self._whole_lines(), format, BadLines(skip=True)) if cells)
        return [cell.strip() for cell in next(rows, [])]

    def _pairs(self, format: str, columns: tuple[str, str] | None = None, roles: Roles = CLASSIFY) -> list[tuple[str, str]]:
        rows = read_rows(self._whole_lines(), format, columns, roles, BadLines(skip=True))
        return [(row.first, row.second) for row in rows]

    def _whole_lines(self) -> Document:
        return Document(self.document.shown, self.document.stem, "\n".join(self.lines))

    def _blank_lines_inside(self) -> bool:
        ended = "\n".join(self.lines).strip("\n").split("\n")
        return any(not line.strip() and next_line.strip() for line, next_line in pairwise(ended))

    def _because(self, task: str, reason: str) -> Inferred:
        return Inferred(task, f"{reason}: {NAMES[task]}")


def _task_of_names(first: str, second: str) -> str | None:
    """What two columns are for, where that is told by how they are called."""
    first, second = first.casefold(), second.casefold()
    if second in LABEL_NAMES:
        return "classify"
    return "seq2seq" if first in SOURCE_NAMES and second in TARGET_NAMES else None


def _repeat(pairs: list[tuple[str, str]]) -> bool:
    """Whether the second values come so often that they are labels."""
    return len({second for _, second in pairs}) * ROWS_A_LABEL <= len(pairs)


def _label_first(pairs: list[tuple[str, str]]) -> bool:
    """Whether the first values are few, and each has so many second ones that it is their label: on average at least half as
    many as there are labels. Sources that repeat with other targets are more, with fewer targets each."""
    labels, texts = len({first.strip() for first, _ in pairs}), len({second for _, second in pairs})
    return labels * max(labels / 2, ROWS_A_LABEL) <= texts
