"""What a trained network is asked about: the texts of a file, or the words that a tagger is given. Answers may be missing."""

from __future__ import annotations

from itertools import islice

from tui_rnn.data.examples.columns import CLASSIFY, SEQ2SEQ, TAG, Roles
from tui_rnn.data.examples.documents import BadLines, Document, text_problem
from tui_rnn.data.examples.formats import LINES_LOOKED_AT, format_of, recognise
from tui_rnn.data.examples.tables import parse_object, read_cells, read_rows
from tui_rnn.data.examples.tagged import read_words
from tui_rnn.errors import InputError

Question = str | tuple[str, ...]
"""A text, or the words of a sentence as they stand in the file."""

FORMATS_OF = {
    "tag": ("conllu", "tsv", "words", "lines"),
    "classify": ("tsv", "csv", "jsonl", "lines"),
    "seq2seq": ("tsv", "csv", "jsonl", "lines"),
}
"""What a task's network can be asked from. lines: a text a line; words: a word a line, a blank line between sentences."""

_WHAT = {"tag": "tagging", "classify": "classification", "seq2seq": "sequence to sequence"}
_ROLES = {"tag": TAG, "classify": CLASSIFY, "seq2seq": SEQ2SEQ}
_SHOWN = {"conllu": "CoNLL-U", "tsv": "TSV", "csv": "CSV", "jsonl": "JSON Lines"}


def read_questions(
    task: str, document: Document, bad: BadLines, format: str | None = None, column: str | None = None, usual: str | None = None
) -> list[Question]:
    """What a network of the task (a key of FORMATS_OF) is asked: of a table, one of its columns.

    format None: lines, unless the content is CoNLL-U, TSV, JSON Lines, or CSV with a header; that is remarked. column: the
    name or number of the texts or words; None: by the header, else `usual` where it is there, else the first of two. Raises
    InputError when it can't be read so, or there is nothing in it.
    """
    said = format and format_of(document, format, FORMATS_OF[task], _WHAT[task])
    found = said or _recognised(task, document, column or usual)
    try:
        questions = _read(task, document, found, column or _column(task, document, found, usual), bad)
    except InputError as error:
        if said or found == "lines":
            raise
        raise InputError(f"{error} (it looks like {_SHOWN[found]}; --format lines takes each line as a text)") from None
    if not questions:
        raise InputError(f"{document.shown} has no text in it, expected at least one")
    if not said and found != "lines":
        kept = "words" if task == "tag" else "texts"
        bad.remark(f"{document.shown} is read as {_SHOWN[found]}, for its {kept} (--format lines takes each line as a text)")
    if not said and task == "tag" and found == "lines" and _may_be_words(document):
        bad.remark(f"{document.shown}: each line is read as a sentence; where it is one word of a sentence, say --format words")
    return questions


def _read(task: str, document: Document, format: str, column: str | None, bad: BadLines) -> list[Question]:
    columns = (column, column) if column is not None else None
    if task == "tag" and format != "lines":
        return [*read_words(document, format, columns, bad)]
    if format == "lines":
        texts = ((number, line) for number, line in document.lines() if line and not line.isspace())
    else:
        texts = ((row.number, row.first) for row in read_rows(document, format, columns, _ROLES[task], bad))
    questions: list[Question] = []
    for number, text in texts:
        problem = text_problem(text)
        if problem:
            bad.report(document, number, *problem)
        else:
            questions.append(text)
    return questions


def _recognised(task: str, document: Document, column: str | None) -> str:
    found = recognise(_first_lines(document))
    if found == "csv" and task != "tag":  # prose has commas too
        rows = _first_rows(document, "csv")
        named = bool(rows) and (column in rows[0] or _named(rows, _ROLES[task]) is not None)
        return "csv" if named else "lines"
    return found if found in FORMATS_OF[task] else "lines"


def _column(task: str, document: Document, format: str, usual: str | None) -> str | None:
    """The column of the texts or words where it can be told, as its name or number."""
    if format in ("lines", "words", "conllu"):
        return usual if format == "conllu" else None
    if format == "jsonl":
        keys = next((list(record) for line in _first_lines(document) if (record := parse_object(line))), [])
        known = (key for name in _ROLES[task].first_names for key in keys if key.casefold() == name)
        return usual if usual in keys else next(known, None)
    rows = _first_rows(document, format)
    if not rows:
        return None
    if usual is not None and (usual in rows[0] or (usual.isdecimal() and 1 <= int(usual) <= len(rows[0]))):
        return usual
    return _named(rows, _ROLES[task])


def _named(rows: list[list[str]], roles: Roles) -> str | None:
    """The name of the column of texts or words, where the first row is a header that knows it."""
    header = rows[0]
    both = roles.in_header(header)
    if both is not None:
        return header[both[0]]
    names = [cell.casefold() for cell in header]
    place = next((names.index(name) for name in roles.first_names if name in names), None)
    if place is None or (place == 0 and len(header) == 2):  # which is the first of two anyway, or an ordinary word
        return None
    return header[place] if all(row[place : place + 1] != [header[place]] for row in rows[1:]) else None


def _first_lines(document: Document) -> list[str]:
    return [line for _, line in islice(document.lines(), LINES_LOOKED_AT)]


def _first_rows(document: Document, format: str) -> list[list[str]]:
    rows = read_cells(document, format, BadLines(skip=True))
    return [[cell.strip() for cell in cells] for _, cells in islice(rows, LINES_LOOKED_AT) if cells]


def _may_be_words(document: Document) -> bool:
    """Whether every line is one word or blank, a blank one inside."""
    lines = document.text.strip("\n").split("\n")
    return "" in lines and len(lines) > 3 and not any(len(line.split()) > 1 for line in lines)
