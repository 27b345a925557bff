"""Tables of examples: TSV, CSV and JSON, row by row."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from tui_rnn.data.examples.barred import barred_cells, bars
from tui_rnn.data.examples.columns import Cells, Roles, TableRow, pick_columns
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.json_tables import json_rows
from tui_rnn.display import counted, visible

_ROWS_LOOKED_AT = 1_000
_NEARLY_ALL = 0.98
_LINES_TO_TELL = 200
_DELIMITERS = ",;|\t"
_QUOTED = re.compile(r'"[^"]*"')


def read_rows(
    document: Document, format: str, columns: tuple[str, ...] | None, roles: Roles, bad: BadLines, blank_rows: bool = False
) -> Iterator[TableRow]:
    """The rows of a document in format tsv, csv, json or jsonl. columns: as in pick_columns. blank_rows: a blank line of a TSV
    gives TableRow(number, "", "").

    Malformed lines go to `bad`. Raises InputError if the columns are not there, or not given and not clear.
    """
    if format in ("json", "jsonl"):
        yield from json_rows(document, format, columns, roles, bad)
        return
    cells = read_cells(document, format, bad)
    head = list(islice(cells, _ROWS_LOOKED_AT))
    filled = [row for row in head if row[1]]
    if not filled:
        return
    picked = pick_columns(document, filled, columns, roles, bad.remark)
    for number, row in chain(head, cells):
        if not row:
            if blank_rows:
                yield TableRow(number, "", "")
        elif number != picked.header_line:
            if len(row) == picked.width:
                yield TableRow(number, row[picked.first], row[picked.second])
            else:
                bad.report(document, number, counted(len(row), "column"), f"{picked.width} ({picked.names})")


def read_cells(document: Document, format: str, bad: BadLines) -> Iterator[Cells]:
    """The cells of each row of a document in format tsv or csv, none for a blank line. Empty columns at the end are left
    out."""
    style = bars(line for _, line in document.lines()) if format == "csv" else None
    if style:
        beside = sum("|" not in line and not line.isspace() for _, line in document.lines() if line)
        if beside:
            bad.remark(f"{document.shown}: {counted(beside, 'line')} beside the table left out")
        cells: Iterator[Cells] = ((number, barred_cells(line, style)) for number, line in document.lines())
    else:
        cells = _tsv_cells(document) if format == "tsv" else _csv_cells(document, bad)
    head = list(islice(cells, _ROWS_LOOKED_AT))
    widths = Counter(len(row) - _empty_at_end(row) for _, row in head if row)
    width, alike = widths.most_common(1)[0] if widths else (0, 0)
    width = width if alike >= _NEARLY_ALL * widths.total() else 0  # else some rows may be empty in the last column
    for number, row in chain(head, cells):
        spare = min(_empty_at_end(row), len(row) - width) if width else 0
        yield number, row[: len(row) - spare] if spare > 0 else row


def _empty_at_end(row: Sequence[str]) -> int:
    """How many of the last cells are empty; the first cell never counts."""
    count = 0
    while count < len(row) - 1 and not row[len(row) - 1 - count].strip():
        count += 1
    return count


def _tsv_cells(document: Document) -> Iterator[Cells]:
    """Only tabs separate the cells: quotes are text. A blank line has no cells."""
    for number, line in document.lines():
        yield number, line.split("\t") if line.strip(" \r") else []


class _Feed:
    """Lines for the CSV reader, which takes as many as a record needs; the lines of a broken record can be given back."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines()
        self._returned: list[tuple[int, str]] = []
        self.taken: list[tuple[int, str]] = []

    def give_back(self) -> None:
        """Give back all lines of the record but its first."""
        self._returned.extend(reversed(self.taken[1:]))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.taken.append(line)
        return line[1] + "\n"


def csv_delimiter(lines: Iterable[str]) -> str:
    """The mark (comma, semicolon, bar or tab) that splits the most lines into the same number of cells; of equals, the
    first."""
    rows = [_QUOTED.sub("", line) for line in islice((line for line in lines if line.strip()), _LINES_TO_TELL)]

    def alike(mark: str) -> int:
        widths = Counter(count for row in rows if (count := row.count(mark)))
        return max(widths.values(), default=0)

    return max(_DELIMITERS, key=alike)


def _csv_cells(document: Document, bad: BadLines) -> Iterator[Cells]:
    """Records by RFC 4180. A malformed one is named by the line it begins at; reading goes on at the next line."""
    feed = _Feed(document)
    reader = csv.reader(feed, delimiter=csv_delimiter(line for _, line in document.lines()), strict=True)
    while True:
        feed.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            bad.report(document, feed.taken[0][0], _csv_problem(str(error)), "CSV")
            feed.give_back()
            continue
        yield feed.taken[0][0], cells if any(cell.strip() for cell in cells) or len(cells) > 1 else []


def _csv_problem(error: str) -> str:
    if "unexpected end" in error:
        return "a quote that opens and never closes"
    if "field larger" in error:
        return f"a cell of more than {csv.field_size_limit():,} characters (perhaps a quote that never closes)"
    if "expected after" in error:
        return "text after a closing quote (a quote inside a quoted cell is written twice)"
    return visible(error)
