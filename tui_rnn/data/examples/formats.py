"""The formats of examples: their names, how they are written, and which of them a file has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_rnn.data.examples.detectors import first_lines, recognise
from tui_rnn.data.examples.documents import Document
from tui_rnn.errors import InputError

AS_WRITTEN = {
    "conllu": "ten columns, one word a line",
    "conll": "columns of words and tags with spaces between",
    "word/tag": "the/DT dog/NN",
    "tsv": "tabs between columns",
    "csv": "commas, semicolons or bars between columns, also source ||| target and tables of Markdown",
    "json": "a list of objects",
    "jsonl": "one object a line",
    "label-text": "each line a label, a space and the text",
    "text-label": "each line a text, a space and its label",
}
"""How a format is written, for messages."""

LOOKS = {
    "lines": "plain text",
    "conllu": "CoNLL-U",
    "conll": "columns of tags (CoNLL)",
    "word/tag": "words with their tags (word/tag)",
    "tsv": "TSV",
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "label-text": "lines that begin with labels",
    "text-label": "lines that end with labels",
}
"""The name of a format, for messages."""


def recognise_named(lines: Sequence[str], ending: str, allowed: Sequence[str] | None = None) -> str:
    """detectors.recognise; but a .csv with tabs for commas is CSV, since it has its quotes."""
    found = recognise(lines, allowed)
    return "csv" if found == "tsv" and ending.lower() == ".csv" else found


def format_of(document: Document, said: str | None, allowed: tuple[str, ...], what: str) -> str:
    """The given format, else the recognised one. Raises InputError if `what` does not read it."""
    if said is not None:
        if said not in allowed:
            raise InputError(f"format is {said!r}, but {what} reads {_either(allowed)}: give one of these, or none")
        return said
    found = recognise_named(first_lines(document), Path(document.shown).suffix, allowed)
    if found not in allowed:
        expected = " or ".join(f"{format} ({AS_WRITTEN[format]})" for format in allowed)
        raise InputError(
            f"{document.shown} looks like {LOOKS[found]}, but {what} reads {expected}: give another file, or its --format"
        )
    return found


def _either(names: tuple[str, ...]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
