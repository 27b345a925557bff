"""Examples without answers, for a trained network to answer: the texts of a file, or the words of its sentences."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from tui_rnn.data.examples.barred import bars
from tui_rnn.data.examples.columns import ROLES, Cells, Roles, first_line, is_called_text, name_like, usual_width
from tui_rnn.data.examples.detectors import LINES_LOOKED_AT, recognise
from tui_rnn.data.examples.documents import BadLines, Document, text_problem
from tui_rnn.data.examples.formats import LOOKS, format_of
from tui_rnn.data.examples.json_tables import json_names
from tui_rnn.data.examples.spaced import LABEL_FORMATS, labelled_lines
from tui_rnn.data.examples.tables import read_cells, read_rows
from tui_rnn.data.examples.tagged import CONLLU_COLUMNS, read_words
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS

Unlabelled = str | tuple[str, ...]
"""A text, or the words of a sentence as they are in the file."""


class Placed(NamedTuple):
    """An example, and the line that it begins at (for JSON in an object, the record)."""

    line: int
    unlabelled: Unlabelled


_WITHOUT_COLUMNS = ("words", "lines", "word/tag", *LABEL_FORMATS)


def read_unlabelled(
    task: str,
    document: Document,
    bad: BadLines,
    format: str | None = None,
    columns: tuple[str, ...] | None = None,
    usual: tuple[str, str] | None = None,
) -> list[Placed]:
    """What a network for the task (a key of columns.ROLES) is asked about: for a table, only its texts or words.

    format None: lines, unless the content is CoNLL-U, TSV, JSON Lines, or CSV with a header or in a .csv file; a remark says
    that. columns: the names or numbers of the texts or words and, if needed, of their answers; None: `usual`, the columns of
    training, if they are there, else the header's, else the first of two. Raises InputError if it can't be read so, or if it is
    empty.
    """
    said = format and format_of(document, format, ROLES[task].asked_in, KINDS[task].title)
    found = said or _recognised(task, document, columns, usual)
    if columns is not None and found in _WITHOUT_COLUMNS:
        named = f"has the format {said}" if said else "looks like no table that can be read here"
        raise InputError(f"{document.shown} {named}, so there are no --columns: leave them out, or give another --format")
    try:
        unlabelled = _read(task, document, found, _columns(task, document, found, columns, usual), bad)
    except InputError as error:
        if said or columns is not None or found == "lines":
            raise
        raise InputError(f"{error} (it looks like {LOOKS[found]}; --format lines takes each line as a text)") from None
    if not unlabelled:
        raise InputError(f"{document.shown} has no text in it, expected at least one")
    if not said and found != "lines":
        kept = ROLES[task].first
        bad.remark(f"{document.shown} is read as {LOOKS[found]}, for its {kept}s (--format lines takes each line as a text)")
    if not said and found == "lines" and "words" in ROLES[task].asked_in and _may_be_words(document):
        bad.remark(f"{document.shown}: each line is read as a sentence; if it is one word of a sentence, give --format words")
    return unlabelled


def _read(task: str, document: Document, format: str, columns: tuple[str, ...] | None, bad: BadLines) -> list[Placed]:
    if "words" in ROLES[task].asked_in and format != "lines":
        return [Placed(*found) for found in read_words(document, format, columns, bad)]
    if format == "lines":
        texts = ((number, line) for number, line in document.lines() if line and not line.isspace())
    elif format in LABEL_FORMATS:
        texts = ((number, line.text) for number, line in labelled_lines(document, format))
    else:
        texts = ((row.number, row.first) for row in read_rows(document, format, columns, ROLES[task], bad))
    unlabelled: list[Placed] = []
    for number, text in texts:
        problem = text_problem(text)
        if problem:
            bad.report(document, number, *problem)
        else:
            unlabelled.append(Placed(number, text))
    return unlabelled


def _recognised(task: str, document: Document, columns: tuple[str, ...] | None, usual: tuple[str, str] | None) -> str:
    found, roles = recognise(_first_lines(document)), ROLES[task]
    if found not in ROLES[task].asked_in:
        return "lines"
    if found != "csv" or columns is not None or document.shown.lower().endswith(".csv") or bars(_first_lines(document)):
        return found
    rows = _first_rows(document, "csv")
    header = rows[0][1] if rows else []
    known = roles.in_header(header) or _text_name(rows, roles) or (usual and name_like(usual[0], header))
    return "csv" if known else "lines"  # prose has commas too


def _columns(
    task: str, document: Document, format: str, said: tuple[str, ...] | None, usual: tuple[str, str] | None
) -> tuple[str, ...] | None:
    """The columns to read, for pick_columns; None if it should find them itself, or if there are none."""
    if format in _WITHOUT_COLUMNS:
        return None
    if format == "conll":
        return said or usual
    if format == "conllu":
        # the first column of a table may be its words, but the first column of CoNLL-U never is
        kept = usual is not None and (usual[0].upper() in CONLLU_COLUMNS or (usual[0].isdecimal() and int(usual[0]) > 1))
        return said or (usual[:1] if usual and kept else None)
    roles = ROLES[task]
    if format in ("json", "jsonl"):
        return said[:1] if said else _key(document, format, roles, usual)
    rows = _first_rows(document, format)
    if not rows:
        return None
    header, width = rows[0][1], usual_width(cells for _, cells in rows)
    wanted = said or usual
    if wanted and (said or _is_there(wanted[0], header, width)):
        return wanted if _is_there(wanted[-1], header, width) else wanted[:1]
    if roles.in_header(header):
        return None
    if name := _text_name(rows, roles):
        return (name,)
    if width > 2:
        raise InputError(
            f"{document.shown} has {width} columns and no header that says which holds the {roles.first} "
            f"({first_line(header)}): name it, for example --columns 1, or by its name"
        )
    return ("1",) if width == 1 else None


def _key(document: Document, format: str, roles: Roles, usual: tuple[str, str] | None) -> tuple[str] | None:
    """The key of the texts in objects like the first one; None if there are no objects."""
    keys = json_names(document.text, format)
    if not keys:
        return None
    for name in (*(usual or ())[:1], *roles.first_names):
        if (key := name_like(name, keys)) is not None:
            return (key,)
    named = ", ".join(map(visible, keys))[:200]
    raise InputError(
        f"{document.shown} has no key that says which holds the {roles.first}, only {named}: name it with --columns"
    )


def _is_there(column: str, header: list[str], width: int) -> bool:
    if column.isdecimal():
        return 1 <= int(column) <= min(len(header), width)
    return name_like(column, header) is not None


def _text_name(rows: list[Cells], roles: Roles) -> str | None:
    """The name of a column that has a usual name of texts in the first row. In the first of two columns it may be an ordinary
    word, so that doesn't count."""
    header = rows[0][1] if rows else []
    names = [cell.casefold() for cell in header]
    place = next((names.index(name) for name in roles.first_names if name in names), None)
    if place is None or (place == 0 and len(header) == 2) or not is_called_text(rows, place, roles):
        return None
    return header[place]


def _first_lines(document: Document) -> list[str]:
    return [line for _, line in islice(document.lines(), LINES_LOOKED_AT)]


def _first_rows(document: Document, format: str) -> list[Cells]:
    rows = read_cells(document, format, BadLines(skip=True))
    return [(number, [cell.strip() for cell in cells]) for number, cells in islice(rows, LINES_LOOKED_AT) if cells]


def _may_be_words(document: Document) -> bool:
    """Whether every line is one word or blank, with a blank one inside."""
    lines = document.text.strip("\n").split("\n")
    return "" in lines and len(lines) > 3 and not any(len(line.split()) > 1 for line in lines)
