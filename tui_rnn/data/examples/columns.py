"""Which two columns of a table hold the text and its answer, and whether the first row names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui_rnn.data.examples.documents import Document
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError
from tui_rnn.kinds import LABELLED, PAIRS, TAGGED

# usual names of columns, the most usual first
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

ROWS_TO_TELL = 10  # if the labels of so many further rows repeat, and none is the first row's, that one names the column
ROWS_A_LABEL = 5  # how many rows a label has on average if labels repeat
NEARLY_ALL = 0.9
CELL_SHOWN = 40

Cells = tuple[int, list[str]]
"""A row's cells, and the number of the line it begins at."""


class TableRow(NamedTuple):
    """The two cells of a row (the same cell twice if only one column is read), and the line it begins at."""

    number: int
    first: str
    second: str


@dataclass(frozen=True)
class Roles:
    """What the two columns hold, for messages, and the names that a header may give them. asked_in: the formats in which a
    trained network can be asked; lines: one text a line; words: one word a line, a blank line between sentences."""

    first: str
    second: str
    first_names: tuple[str, ...]
    second_names: tuple[str, ...]
    asked_in: tuple[str, ...]

    def in_header(self, cells: list[str]) -> tuple[int, int] | None:
        """The places of both columns in a header; None if it is not a header."""
        names = [cell.strip().casefold() for cell in cells]
        first = next((names.index(name) for name in self.first_names if name in names), None)
        second = next((names.index(name) for name in self.second_names if name in names), None)
        return None if first is None or second is None or first == second else (first, second)


CLASSIFY = Roles(
    *("text", "label", TEXT_NAMES + SOURCE_NAMES, LABEL_NAMES + TARGET_NAMES),
    ("tsv", "csv", "json", "jsonl", "label-text", "text-label", "lines"),
)
SEQ2SEQ = Roles(
    *("source", "target", SOURCE_NAMES + TEXT_NAMES, TARGET_NAMES + LABEL_NAMES),
    ("tsv", "csv", "json", "jsonl", "lines"),
)
TAG = Roles("word", "tag", WORD_NAMES, TAG_NAMES, ("conllu", "conll", "word/tag", "tsv", "words", "lines"))
ROLES = {TAGGED.name: TAG, LABELLED.name: CLASSIFY, PAIRS.name: SEQ2SEQ}
"""By the kind of data."""


@dataclass(frozen=True)
class Picked:
    """Where the two cells of a row are, how many it has, and the line that is the header (0: none). names: for messages."""

    first: int
    second: int
    width: int
    header_line: int
    names: str


def pick_columns(
    document: Document, rows: list[Cells], columns: tuple[str, ...] | None, roles: Roles, remark: Callable[[str], None]
) -> Picked:
    """The columns that were given, else the header's, else the only two. rows: the first ones, none blank. columns: two, or
    only the texts' column, which is then used for both.

    The first row is the header if it names the given columns, if its names are known, or if its label is unlike the labels of
    all other rows; `remark` gets a line about doubtful cases. Raises InputError if the columns are not there, or not given and
    not clear.
    """
    number, header = rows[0]
    common = usual_width(cells for _, cells in rows)
    found = roles.in_header(header)
    if columns is None and found is not None:
        _refuse_repeated(document, header, found)
        return Picked(*found, len(header), number, ", ".join(map(visible, header)))
    if columns is None:
        if common != 2:
            raise InputError(
                f"{document.shown} has {counted(common, 'column')} and no header that says which hold {roles.first} and "
                f"{roles.second} ({first_line(header)}): name them, for example --columns 1,2, or by their names"
            )
        places: tuple[int, ...] = (0, 1)
        width, named_by_it = 2, False
        shown = f"{roles.first}, {roles.second}"
    else:
        by_name = not all(column.isdecimal() for column in columns)
        width = len(header) if by_name or found is not None else common
        places = tuple(_place(document, column, header, width) for column in columns)
        shown = ", ".join(
            f"{role} in column {place + 1}" for role, place in zip((roles.first, roles.second), places, strict=False)
        )
        named_by_it = by_name or found is not None or (len(columns) == 1 and is_called_text(rows, places[0], roles))
    is_header = named_by_it or _seems_header(document, rows, places, columns is not None, roles, remark)
    return Picked(places[0], places[-1], width, number if is_header else 0, shown)


def usual_width(rows: Iterable[Sequence[str]]) -> int:
    """How many cells most rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0]


def first_line(header: Sequence[str]) -> str:
    """A first row, for messages."""
    return f"its first line is {visible(' | '.join(header))[:80]}"


def name_like(wanted: str, names: Sequence[str]) -> str | None:
    """The name that was meant: the same, else the only one that differs only in letter case; None if there is none."""
    if wanted in names:
        return wanted
    alike = {name for name in names if name.casefold() == wanted.casefold()}
    return alike.pop() if len(alike) == 1 else None


def is_called_text(rows: list[Cells], place: int, roles: Roles) -> bool:
    """Whether the first row has a usual name of texts in a column, which then is not a text itself."""
    column = [cells[place].strip() for _, cells in rows if len(cells) > place]
    return bool(column) and column[0].casefold() in roles.first_names and column[0] not in column[1:]


def _place(document: Document, column: str, header: list[str], width: int) -> int:
    """The place of a column that was given by its name or by its number from 1."""
    if column.isdecimal():
        if not 1 <= int(column) <= width:
            raise InputError(f"{document.shown} has no column {column}, expected 1 to {width}")
        return int(column) - 1
    names = [cell.strip() for cell in header]
    name = name_like(column, names)
    if name is None:
        raise InputError(
            f"{document.shown} has no column '{visible(column)}', expected one of {', '.join(map(visible, names))}, "
            f"or a number from 1 to {width}"
        )
    if names.count(name) > 1:
        raise InputError(
            f"{document.shown} has {names.count(name)} columns called '{visible(name)}': "
            f"give the number of one, from 1 to {width}"
        )
    return names.index(name)


def _seems_header(
    document: Document,
    rows: list[Cells],
    places: tuple[int, ...],
    by_number: bool,
    roles: Roles,
    remark: Callable[[str], None],
) -> bool:
    """Whether the first row is left out as the header, although none of its names is known. It remarks what may surprise."""
    number, header = rows[0]
    if max(places) >= len(header):
        return False
    cells = [header[place].strip() for place in places]
    row = f"{document.shown}, line {number} ({' | '.join(visible(cell)[:CELL_SHOWN] for cell in cells)})"
    hint = f"{row} is read as an example: if it is the header, give --columns by its names"
    if len(places) == 1:
        remark(hint)
        return False
    second, others = cells[1], [other[places[1]].strip() for _, other in rows[1:] if len(other) > places[1]]
    labels = Counter(others)
    repeat = len(others) >= max(ROWS_TO_TELL, ROWS_A_LABEL * len(labels)) and min(labels.values()) > 1
    if repeat and second in labels:
        return False
    if repeat and roles is CLASSIFY:
        remark(f"{row} is read as the header: no other line has the {roles.second} '{visible(second)[:CELL_SHOWN]}'")
        return True
    if roles is SEQ2SEQ and len(others) >= ROWS_TO_TELL and _alone_in_its_characters(second, others):
        remark(f"{row} is read as the header: no other line has any character of its {roles.second}")
        return True
    known = any(cell.casefold() in (*roles.first_names, *roles.second_names) for cell in cells)
    if repeat or by_number or known or (roles is SEQ2SEQ and _words_above_sentences(cells, rows[1:], places)):
        remark(hint)
    return False


def _words_above_sentences(cells: Sequence[str], rows: list[Cells], places: tuple[int, ...]) -> bool:
    """Whether each cell has one word, while the cells of nearly all rows have several."""
    below = [[row[place].strip() for place in places] for _, row in rows if len(row) > max(places)]
    several = sum(all(" " in cell for cell in row) for row in below)
    return len(below) >= ROWS_TO_TELL and several > NEARLY_ALL * len(below) and not any(" " in cell for cell in cells)


def _alone_in_its_characters(text: str, others: Sequence[str]) -> bool:
    """Whether a text shares no character with any of the others, while each of the others shares one with another."""
    characters = [set(one) - {" "} for one in (text, *others)]
    counts = Counter(character for one in characters for character in one)
    alone, *rest = (all(counts[character] == 1 for character in one) for one in characters)
    return bool(characters[0]) and alone and not any(rest)


def _refuse_repeated(document: Document, header: list[str], found: tuple[int, int]) -> None:
    """Raise InputError if another column has the same name as one that was found."""
    names = [cell.strip().casefold() for cell in header]
    for place in found:
        if names.count(names[place]) > 1:
            raise InputError(
                f"{document.shown} has {names.count(names[place])} columns called '{visible(header[place].strip())}': "
                f"give two numbers from 1 to {len(header)}, for example --columns {found[0] + 1},{found[1] + 1}"
            )
