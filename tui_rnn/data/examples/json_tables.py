"""Tables in JSON: one object a line (JSON Lines), or a list of objects, which may be inside an object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tui_rnn.data.examples.columns import Roles, TableRow, name_like
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.display import visible
from tui_rnn.errors import InputError

_LIST_OF_OBJECTS = re.compile(r"\s*\[\s*\{")
_KEY_FIRST = re.compile(r'\s*\{\s*"')
_HOLDS_LISTS = re.compile(r'"\s*:\s*[\[{]')
_INNER_LIST = re.compile(r"\[\s*(?=\{)")
_SPACE = re.compile(r"[ \t\n\r]*")

Record = tuple[int, dict[str, Any] | None]
"""The line (or, within an object, the number) of an object of the table, and the object; None for anything else."""


def begins_json_table(start: str) -> bool:
    """Whether a text begins like a list of objects, or like an object over several lines that has lists or objects."""
    if _LIST_OF_OBJECTS.match(start):
        return True
    first = start.lstrip().split("\n", 1)[0]
    return bool(_KEY_FIRST.match(start) and _HOLDS_LISTS.search(start)) and parse_object(first) is None


def json_rows(
    document: Document, format: str, columns: tuple[str, ...] | None, roles: Roles, bad: BadLines
) -> Iterator[TableRow]:
    """The rows of a document in format json or jsonl; see tables.read_rows."""
    keys: tuple[str, ...] = ()
    document, records = _lines(document) if format == "jsonl" else _table(document)
    for number, record in records:
        if record is None:
            bad.report(document, number, "no JSON object", 'one, like {"' + f'{roles.first}": …, "{roles.second}": …' + "}")
            continue
        if not keys and columns is not None:
            keys = tuple(name_like(column, list(record)) or column for column in columns)
        keys = keys or _json_keys(document, list(record), roles)
        cells = []
        for key, role in zip(keys, (roles.first, roles.second), strict=False):
            value = record.get(key)
            # a label may be a number or true; a text that is one shows that the column is wrong
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
            yield TableRow(number, cells[0], cells[-1])


def json_names(text: str, format: str) -> list[str]:
    """The keys of the first object of a table in JSON, none if there is no object. The text may be only its beginning."""
    _, records = (_lines if format == "jsonl" else _table)(Document("", "", text))
    try:
        return list(next((record for _, record in records if record is not None), {}))
    except InputError:
        inner = _INNER_LIST.search(text)
        try:
            first = json.JSONDecoder().raw_decode(text, inner.end())[0] if inner else {}
        except (ValueError, RecursionError):
            return []
        return list(first)


def _lines(document: Document) -> tuple[Document, Iterator[Record]]:
    return document, ((number, parse_object(line)) for number, line in document.lines() if line.strip())


def _table(document: Document) -> tuple[Document, Iterator[Record]]:
    if document.text.lstrip().startswith("["):
        return document, _elements(document)
    return replace(document, unit="record"), _within(document)


def _elements(document: Document) -> Iterator[Record]:
    """Each element of a list, and the line it begins at. Raises InputError if the text ends too early or is not JSON."""
    text, decoder = document.text, json.JSONDecoder()
    place = _after_space(text, text.index("[") + 1)
    number, counted_to = 1, 0
    while text[place : place + 1] != "]":
        number += text.count("\n", counted_to, place)
        counted_to = place
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{document.shown}, line {number} is not JSON ({_problem(error)}): correct it") from None
        yield number, value if isinstance(value, dict) else None
        place = _after_space(text, place)
        if text[place : place + 1] == ",":
            place = _after_space(text, place + 1)
        elif text[place : place + 1] != "]":
            found = f"'{visible(text[place])}'" if text[place:] else "the end of the file"
            raise InputError(f"{document.shown}, line {number}: after a record comes {found}, expected , or ]: correct it")


def _within(document: Document) -> Iterator[Record]:
    """The records of an object: of its longest list of objects, or its keys are columns with lists or objects of values."""
    try:
        value = json.loads(document.text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{document.shown} is not JSON ({_problem(error)}): correct it") from None
    if not isinstance(value, dict):
        raise InputError(f"{document.shown} is JSON, but not a list of objects, expected [{{…}}, {{…}}], or one object a line")
    lists: list[list[Any]] = [
        one for one in value.values() if isinstance(one, list) and one and all(isinstance(row, dict) for row in one)
    ]
    if lists:
        longest: list[Any] = max(lists, key=len)
        yield from enumerate(longest, start=1)
        return
    columns = {name: list(one.values()) if isinstance(one, dict) else one for name, one in value.items()}
    lengths = {len(one) if isinstance(one, list) else -1 for one in columns.values()}
    if len(lengths) != 1 or -1 in lengths:
        raise InputError(f"{document.shown} is JSON without a list of objects, expected [{{…}}, {{…}}], or one object a line")
    for number, row in enumerate(zip(*columns.values(), strict=True), start=1):
        yield number, dict(zip(columns, row, strict=True))


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _problem(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else visible(str(error).replace("\n", " "))


def _json_keys(document: Document, names: list[str], roles: Roles) -> tuple[str, str]:
    found = roles.in_header(names)
    if found is None:
        raise InputError(
            f"{document.shown} has no keys that say which hold {roles.first} and {roles.second}, only "
            f"{', '.join(map(visible, names))[:200]}: name two with --columns"
        )
    return names[found[0]], names[found[1]]


def parse_object(line: str) -> dict[str, Any] | None:
    """The JSON object of a line, None if it is anything else."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _json_kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "a list", dict: "an object", bool: "true or false"}.get(type(value), "a number")
