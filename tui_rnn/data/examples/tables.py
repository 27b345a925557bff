"""Tables of examples: TSV, CSV and JSON Lines, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from tui_rnn.data.examples.columns import Cells, Roles, name_like, pick_columns
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

_ROWS_LOOKED_AT = 1_000


class Row(NamedTuple):
    """The two cells of a row (the same, where one column was asked for), and where it begins in its file."""

    number: int
    first: str
    second: str


def read_rows(
    document: Document, format: str, columns: tuple[str, ...] | None, roles: Roles, bad: BadLines, blank_rows: bool = False
) -> Iterator[Row]:
    """The rows of a document in format tsv, csv or jsonl. columns: as in pick_columns. blank_rows: a blank line of a TSV gives
    Row(number, "", "").

    Malformed lines go to `bad`. Raises InputError when the columns are not there, or not said and not plain.
    """
    if format == "jsonl":
        yield from _json_rows(document, columns, roles, bad)
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
                yield Row(number, "", "")
        elif number != picked.header_line:
            if len(row) == picked.width:
                yield Row(number, row[picked.first], row[picked.second])
            else:
                bad.report(document, number, counted(len(row), "column"), f"{picked.width} ({picked.names})")


def read_cells(document: Document, format: str, bad: BadLines) -> Iterator[Cells]:
    """The cells of each row of a document in format tsv or csv, none for a blank line."""
    return _tsv_cells(document) if format == "tsv" else _csv_cells(document, bad)


def _tsv_cells(document: Document) -> Iterator[Cells]:
    """Tabs part the cells and nothing else does: quotes are text. A blank line has no cells."""
    for number, line in document.lines():
        yield number, line.split("\t") if line.strip(" \r") else []


class _Feed:
    """Lines for the CSV reader, which takes as many as a record needs; those of a broken record can be given back."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines()
        self._returned: list[tuple[int, str]] = []
        self.taken: list[tuple[int, str]] = []

    def give_back(self) -> None:
        """All lines of the record but its first."""
        self._returned.extend(reversed(self.taken[1:]))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.taken.append(line)
        return line[1] + "\n"


def csv_delimiter(line: str) -> str:
    """A comma, or a semicolon where the line has more of them."""
    return ";" if line.count(";") > line.count(",") else ","


def _csv_cells(document: Document, bad: BadLines) -> Iterator[Cells]:
    """Records by RFC 4180. One that is no CSV is named by the line it begins at; reading goes on at the next line."""
    feed = _Feed(document)
    first = next((line for _, line in document.lines() if line.strip()), "")
    reader = csv.reader(feed, delimiter=csv_delimiter(first), strict=True)
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
        return "a quote opens and never closes"
    if "field larger" in error:
        return f"a cell of more than {csv.field_size_limit():,} characters (perhaps a quote that never closes)"
    if "expected after" in error:
        return "text after a closing quote (a quote inside a quoted cell is written twice)"
    return visible(error)


def _json_rows(document: Document, columns: tuple[str, ...] | None, roles: Roles, bad: BadLines) -> Iterator[Row]:
    keys: tuple[str, ...] = ()
    for number, line in document.lines():
        if not line.strip():
            continue
        record = parse_object(line)
        if record is None:
            bad.report(document, number, "no JSON object", 'one, like {"' + f'{roles.first}": …, "{roles.second}": …' + "}")
            continue
        if not keys and columns is not None:
            keys = tuple(name_like(column, list(record)) or column for column in columns)
        keys = keys or _json_keys(document, list(record), roles)
        cells = []
        for key, role in zip(keys, (roles.first, roles.second), strict=False):
            value = record.get(key)
            # A label may be a number or true; a text that is one is a mistake of the column.
            if isinstance(value, bool | int | float) and role == "label":
                value = json.dumps(value)
            if not isinstance(value, str):
                found = f'"{visible(key)}" is {_json_kind(value)}' if key in record else f'no "{visible(key)}"'
                expected = "text" if role != "label" else "text or a number"
                if key not in record and record:
                    expected += f" (its keys are {', '.join(map(visible, record))[:200]}: --columns names others)"
                bad.report(document, number, found, expected)
                break
            cells.append(value)
        else:
            yield Row(number, cells[0], cells[-1])


def _json_keys(document: Document, names: list[str], roles: Roles) -> tuple[str, str]:
    found = roles.in_header(names)
    if found is None:
        raise InputError(
            f"{document.shown} has no keys that say which hold {roles.first} and {roles.second}, only "
            f"{', '.join(map(visible, names))[:200]}: name two with --columns"
        )
    return names[found[0]], names[found[1]]


def parse_object(line: str) -> dict[str, Any] | None:
    """The JSON object of a line, None when it is anything else."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _json_kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "a list", dict: "an object", bool: "true or false"}.get(type(value), "a number")
