"""Finds out from the first lines of one file which task it is for, and says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tui_rnn.data.examples.barred import FIELD, bars
from tui_rnn.data.examples.columns import (
    CLASSIFY,
    LABEL_NAMES,
    ROLES,
    ROWS_A_LABEL,
    SEQ2SEQ,
    SOURCE_NAMES,
    TAG,
    TARGET_NAMES,
    Roles,
)
from tui_rnn.data.examples.detectors import LINES_LOOKED_AT, FirstLines, perhaps
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.formats import AS_WRITTEN, LOOKS, recognise_named
from tui_rnn.data.examples.json_tables import json_names
from tui_rnn.data.examples.profile import profile
from tui_rnn.data.examples.spaced import LABEL_FORMATS, cut_label
from tui_rnn.data.examples.tables import csv_delimiter, read_cells, read_rows
from tui_rnn.data.examples.tagged import conll_shape
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS

PLAIN_TEXT = "plain text"
BUILT_IN = "is a built-in text: language model"
LABEL_FIRST = ("2", "1")
TABLE_ENDINGS = {
    **dict.fromkeys((".csv", ".psv"), "csv"),
    **dict.fromkeys((".tsv", ".tab"), "tsv"),
    ".json": "json",
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".conllu", ".conllx"), "conllu"),
    **dict.fromkeys((".conll", ".iob", ".iob2", ".bio"), "conll"),
}
"""A file's format by the ending of its name."""
_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MARKS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar", FIELD: FIELD}


class Inferred(NamedTuple):
    """lm, tag, classify or seq2seq, and why: one line, safe to show. columns: of the text and its answer, if they are not the
    first two."""

    task: str
    reason: str
    columns: tuple[str, str] | None = None

    @property
    def expected(self) -> bool:
        """Whether a person need not be told: the text is built in, or looks like nothing else."""
        return self.reason.startswith(PLAIN_TEXT) or self.reason.endswith(BUILT_IN)


@dataclass(frozen=True)
class FirstLook:
    """The beginning of a file. lines: its whole lines; whole: whether that is all of it; ending: of its name. said, columns:
    the format and the columns, if they were given."""

    document: Document
    lines: list[str]
    whole: bool
    ending: str
    said: str | None
    columns: tuple[str, str] | None

    def infer(self) -> Inferred:
        format = self.said or recognise_named(self.lines, self.ending)
        if format == "conllu":
            mark = "tab" if any("\t" in line for line in self.lines[:100] if not line.startswith("#")) else "space"
            return self._because("tag", f"ten {mark}-separated columns, a word's number first (CoNLL-U)")
        if format == "conll":
            return self._tag_columns()
        if format == "word/tag":
            return self._because("tag", "each word with its tag (word/tag)")
        if format in LABEL_FORMATS:
            return self._labelled(format)
        if format == "lines":
            return self._plain()
        if self.columns is not None:
            return self._by_columns(format, self.columns)
        if format in ("json", "jsonl"):
            return self._json(format)
        return self._table(format)

    def _plain(self, why: str = "") -> Inferred:
        """A running text. The reason says what else it may be, and whether its name suggests another format."""
        named = TABLE_ENDINGS.get(self.ending)
        if named:
            why = why or f"it is called {self.ending}, but doesn't look like {LOOKS[named]}"
            return self._because("lm", f"{why} (for another reading give --task, and --format {named})")
        likely = perhaps(self.lines)
        if likely is None:
            return self._because("lm", PLAIN_TEXT)
        task = "tag" if likely == "conll" else "classify"
        looks = f"it may have {AS_WRITTEN[likely]}" if likely == "conll" else f"it may be labelled, {AS_WRITTEN[likely]}"
        return self._because("lm", f"{looks} (then give --task {task} --format {likely}); read as a running text")

    def _tag_columns(self) -> Inferred:
        width, _ = conll_shape(self.lines[:LINES_LOOKED_AT])
        return self._because("tag", f"{_number(width)} columns of words and tags (CoNLL)")

    def _labelled(self, format: str) -> Inferred:
        labels = {cut_label(line, format).label for line in self.lines if line.strip()}
        where = "begins" if format == "label-text" else "ends"
        some = ", ".join(visible(label)[:20] for label in sorted(labels)[:3]) + (", …" if len(labels) > 3 else "")
        return self._because("classify", f"each line {where} with one of {len(labels):,} labels ({some})")

    def _json(self, format: str) -> Inferred:
        names = json_names(self._whole_lines().text, format)
        if named := self._by_names(names, "keys", format):
            return named
        if not names:
            return self._plain("it is JSON, but no list of objects")
        keys = ", ".join(map(visible, names))[:80]
        return self._because("lm", f"JSON without keys called text and label (give --task, and --columns with two of {keys})")

    def _table(self, format: str) -> Inferred:
        bad = BadLines(skip=True)
        rows = [row for row in read_cells(self._whole_lines(), format, bad) if row[1]]
        header = [cell.strip() for cell in rows[0][1]] if rows else []
        if TAG.in_header(header) and self._sample.has_blank_lines_inside:
            return self._because("tag", f"columns called {visible(', '.join(header))}, blank lines between sentences")
        named = self._by_names(header, "columns", format)
        if named:
            return named
        drawn = bars(self.lines)
        mark = "\t" if format == "tsv" else FIELD if drawn == "fields" else "|" if drawn else csv_delimiter(self.lines)
        # prose has commas and code has tabs: only a regular table counts
        if mark in ",;" and TABLE_ENDINGS.get(self.ending) != "csv" and self.said is None:
            return self._plain()
        widths = Counter(len(cells) for _, cells in rows)
        width, alike = widths.most_common(1)[0] if widths else (0, 0)
        if alike <= 0.95 * (widths.total() + bad.count):
            of = f"{alike:,} of {widths.total() + bad.count:,} lines"
            return self._plain(f"only {of} have {counted(width, 'column')}, too few for a table")
        separated = f"{_number(width)} {_MARKS[mark]}-separated column{'' if width == 1 else 's'}"
        if width != 2:
            return self._wide(separated, rows, width)
        pairs = self._pairs(format)
        if sum(bool(first.strip()) and bool(second.strip()) for first, second in pairs) <= 0.95 * len(pairs):
            return self._plain("many of its cells are empty, too many for a table")
        if _label_first(pairs):
            return self._turned(separated, format)
        distinct = len({second for _, second in pairs})
        if format == "tsv" and self._sample.has_blank_lines_inside and _repeat(pairs):
            return self._because(
                "tag", f"{separated} and blank lines between, {counted(distinct, 'distinct value')} in the second"
            )
        return self._by_values(separated, format)

    def _wide(self, separated: str, rows: list[tuple[int, list[str]]], width: int) -> Inferred:
        """A table without columns called text and label, and not of two columns: by the contents of the columns."""
        found = profile(rows[:LINES_LOOKED_AT], width)
        roles = found.roles()
        if roles is None:
            options = found.suggestion() or "--task and --columns"
            return self._because("lm", f"{separated}, but none called text and label (give {options})")
        task, columns = roles
        told = f"{separated}, the {ROLES[task].first} in column {columns[0]}, the {ROLES[task].second} in {columns[1]}"
        reason = f"{told}: {KINDS[task].title} (otherwise with --columns or --task)"
        return Inferred(task, reason, columns)

    def _by_columns(self, format: str, columns: tuple[str, str]) -> Inferred:
        """By the names of the two given columns, or by their contents."""
        named = f"the columns {visible(columns[0])} and {visible(columns[1])}"
        if format == "tsv" and self._sample.has_blank_lines_inside and _repeat(self._pairs(format, columns)):
            return self._because("tag", f"{named}, blank lines between")
        first, second = (self._name(format, column) for column in columns)
        task = _task_of_names(first, second)
        return self._because(task, named) if task else self._by_values(named, format, columns)

    def _name(self, format: str, column: str) -> str:
        """The first row's name of a column that was given by its number; else the name that was given."""
        header = [] if format in ("json", "jsonl") else self._header(format)
        return header[int(column) - 1] if column.isdecimal() and 1 <= int(column) <= len(header) else column

    def _by_values(self, named: str, format: str, columns: tuple[str, str] | None = None) -> Inferred:
        pairs = self._pairs(format, columns)
        if not pairs:
            return self._because("lm", f"{named}, but nothing in them could be read (give --task)")
        if _repeat(pairs):
            distinct = counted(len({second for _, second in pairs}), "distinct value")
            among = "" if self.whole else f" of the first {len(pairs):,} lines"
            return self._because("classify", f"{named}, {distinct} in the second{among}")
        pairs = self._pairs(format, columns, SEQ2SEQ)  # its header is recognised in another way
        distinct = f"{len({second for _, second in pairs}):,} of {len(pairs):,} values"
        return self._because("seq2seq", f"{named}, {distinct} in the second are distinct")

    def _turned(self, named: str, format: str) -> Inferred:
        """Classification of the texts in the second column by the labels in the first."""
        pairs = self._pairs(format, LABEL_FIRST)  # in this order the labels show whether there is a header
        texts, labels = (len({pair[k] for pair in pairs}) for k in (0, 1))
        among = "" if self.whole else f" of the first {len(pairs):,} lines"
        found = f"{named}, {counted(labels, 'distinct value')} in the first and {texts:,} in the second{among}"
        reason = f"{found}: classification, the label first (otherwise with --columns 1,2 or --task)"
        return Inferred("classify", reason, LABEL_FIRST)

    def _by_names(self, names: list[str], what: str, format: str) -> Inferred | None:
        """By a header, or the keys of JSON objects, if their names are text and label, or source and target."""
        found = CLASSIFY.in_header(names)
        if found is None:
            return None
        first, second = (names[place].strip() for place in found)
        called = f"{what} called {visible(first)} and {visible(second)}"
        if task := _task_of_names(first, second):
            return self._because(task, called)
        if what == "keys":
            return self._by_values(called, format)
        places = str(found[0] + 1), str(found[1] + 1)  # by number, since the reader refuses a name that two columns have
        return self._by_values(called, format, places)

    def _header(self, format: str) -> list[str]:
        rows = (cells for _, cells in read_cells(self._whole_lines(), format, BadLines(skip=True)) if cells)
        return [cell.strip() for cell in next(rows, [])]

    def _pairs(self, format: str, columns: tuple[str, str] | None = None, roles: Roles = CLASSIFY) -> list[tuple[str, str]]:
        def rows() -> Iterator[tuple[str, str]]:
            try:
                for row in read_rows(self._whole_lines(), format, columns, roles, BadLines(skip=True)):
                    yield row.first, row.second
            except InputError:
                if format != "json" or self.whole:  # the beginning of a list ends within a record
                    raise

        return list(rows())

    def _whole_lines(self) -> Document:
        return Document(self.document.shown, self.document.stem, "\n".join(self.lines))

    @cached_property
    def _sample(self) -> FirstLines:
        return FirstLines(self.lines)

    def _because(self, task: str, reason: str) -> Inferred:
        return Inferred(task, f"{reason}: {KINDS[task].title}")


def _number(count: int) -> str:
    return _IN_WORDS[count] if count < len(_IN_WORDS) else str(count)


def _task_of_names(first: str, second: str) -> str | None:
    """The task of two columns, if their names show it."""
    first, second = first.casefold(), second.casefold()
    if second in LABEL_NAMES:
        return "classify"
    return "seq2seq" if first in SOURCE_NAMES and second in TARGET_NAMES else None


def _repeat(pairs: list[tuple[str, str]]) -> bool:
    """Whether the second values repeat so often that they are labels."""
    return len({second for _, second in pairs}) * ROWS_A_LABEL <= len(pairs)


def _label_first(pairs: list[tuple[str, str]]) -> bool:
    """Whether the first values are few, and each has so many second ones that it is their label: on average at least half as
    many as there are labels. Sources with several targets are more numerous, and have fewer targets each."""
    labels, texts = len({first.strip() for first, _ in pairs}), len({second for _, second in pairs})
    return labels * max(labels / 2, ROWS_A_LABEL) <= texts
