"""Which two columns of a table hold the text and what is learnt about it, and whether its first row names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tui_rnn.data.examples.documents import Document
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

# What a header is likely to call its columns, the likeliest first.
TEXT_NAMES = (
    *("text", "sentence", "review", "message", "content", "document", "comment", "tweet", "question", "utterance"),
    *("title", "phrase", "name", "word"),
)
LABEL_NAMES = (
    *("label", "labels", "class", "category", "sentiment", "intent", "topic", "language", "lang", "nationality"),
    *("genre", "author", "rating"),
)
SOURCE_NAMES = ("source", "src", "input")
TARGET_NAMES = ("target", "tgt", "output", "translation")
WORD_NAMES = ("word", "form", "token")
TAG_NAMES = ("tag", "upos", "pos", "label")

ROWS_TO_TELL = 10  # a label that none of so many further rows has, while theirs repeat, is the name of its column
ROWS_A_LABEL = 5  # that a label has on average, where labels repeat
CELL_SHOWN = 40

Cells = tuple[int, list[str]]
"""A row's cells, and the number of the line it begins at."""


@dataclass(frozen=True)
class Roles:
    """What the two columns hold, for messages, and the names that a header may give them."""

    first: str
    second: str
    first_names: tuple[str, ...]
    second_names: tuple[str, ...]

    def in_header(self, cells: list[str]) -> tuple[int, int] | None:
        """Where a header names both columns, None when it is no header."""
        names = [cell.strip().casefold() for cell in cells]
        first = next((names.index(name) for name in self.first_names if name in names), None)
        second = next((names.index(name) for name in self.second_names if name in names), None)
        return None if first is None or second is None or first == second else (first, second)


CLASSIFY = Roles("text", "label", TEXT_NAMES + SOURCE_NAMES, LABEL_NAMES + TARGET_NAMES)
SEQ2SEQ = Roles("source", "target", SOURCE_NAMES + TEXT_NAMES, TARGET_NAMES + LABEL_NAMES)
TAG = Roles("word", "tag", WORD_NAMES, TAG_NAMES)


@dataclass(frozen=True)
class Picked:
    """Where the two cells of a row are, how many it has, and the line that is the header (0: none). names: for messages."""

    first: int
    second: int
    width: int
    header_line: int
    names: str


def pick_columns(
    document: Document, rows: list[Cells], columns: tuple[str, str] | None, roles: Roles, remark: Callable[[str], None]
) -> Picked:
    """The columns by what was said, else by the header, else the only two there are. rows: the first ones, none blank.

    A first row is the header where it names the columns that were asked for, where its names are known, or where it gives
    a text a label that no other row has, while theirs repeat; what only seems so is told to `remark`. Raises InputError
    when the columns are not there, or not said and not plain.
    """
    number, header = rows[0]
    common = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    found = roles.in_header(header)
    if columns is None and found is not None:
        _refuse_repeated(document, header, found)
        return Picked(*found, len(header), number, ", ".join(map(visible, header)))
    if columns is None:
        if common != 2:
            named = f"its first line is {visible(' | '.join(header))[:80]}"
            raise InputError(
                f"{document.shown} has {counted(common, 'column')} and no header that says which hold {roles.first} and "
                f"{roles.second} ({named}): say so, for example --columns 1,2, or by their names"
            )
        first, second, width, named_by_it = 0, 1, 2, False
        shown = f"{roles.first}, {roles.second}"
    else:
        by_name = not all(column.isdecimal() for column in columns)
        width = len(header) if by_name or found is not None else common
        first, second = (_place(document, column, header, width) for column in columns)
        shown = f"{roles.first} in column {first + 1}, {roles.second} in column {second + 1}"
        chosen = [header[place] for place in (first, second) if place < len(header)]
        named_by_it = by_name or roles.in_header(chosen) is not None
    is_header = named_by_it or _seems_header(document, rows, (first, second), columns is not None, roles, remark)
    return Picked(first, second, width, number if is_header else 0, shown)


def _place(document: Document, column: str, header: list[str], width: int) -> int:
    """Where a column is that was said by its name or by its number from 1."""
    if column.isdecimal():
        if not 1 <= int(column) <= width:
            raise InputError(f"{document.shown} has no column {column}, expected 1 to {width}")
        return int(column) - 1
    names = [cell.strip() for cell in header]
    if column not in names:
        alike = [name for name in names if name.casefold() == column.casefold()]
        column = alike[0] if len(alike) == 1 else column
    if column not in names:
        raise InputError(
            f"{document.shown} has no column '{visible(column)}', expected one of {', '.join(map(visible, names))}, "
            f"or a number from 1 to {width}"
        )
    if names.count(column) > 1:
        raise InputError(
            f"{document.shown} has {names.count(column)} columns called '{visible(column)}': "
            f"say which by a number from 1 to {width}"
        )
    return names.index(column)


def _seems_header(
    document: Document,
    rows: list[Cells],
    places: tuple[int, int],
    by_number: bool,
    roles: Roles,
    remark: Callable[[str], None],
) -> bool:
    """Whether the first row is left out as the header, though no name in it is known. Whatever may surprise is remarked."""
    number, header = rows[0]
    if max(places) >= len(header):
        return False
    first, second = (header[place].strip() for place in places)
    row = f"{document.shown}, line {number} ({visible(first)[:CELL_SHOWN]} | {visible(second)[:CELL_SHOWN]})"
    others = Counter(cells[places[1]].strip() for _, cells in rows[1:] if len(cells) > places[1])
    repeat = others.total() >= max(ROWS_TO_TELL, ROWS_A_LABEL * len(others)) and min(others.values()) > 1
    if repeat and second in others:
        return False
    if repeat and roles is CLASSIFY:
        remark(f"{row} is read as the header: no other line has the {roles.second} '{visible(second)[:CELL_SHOWN]}'")
        return True
    if repeat or by_number:
        remark(f"{row} is read as an example: if it is the header, say --columns by its names")
    return False


def _refuse_repeated(document: Document, header: list[str], found: tuple[int, int]) -> None:
    """Raise InputError where another column has the name of one that was found."""
    names = [cell.strip().casefold() for cell in header]
    for place in found:
        if names.count(names[place]) > 1:
            raise InputError(
                f"{document.shown} has {names.count(names[place])} columns called '{visible(header[place].strip())}': "
                f"say which by two numbers from 1 to {len(header)}, for example --columns {found[0] + 1},{found[1] + 1}"
            )
