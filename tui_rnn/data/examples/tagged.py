"""Reads tagged sentences: CoNLL-U, and tables of two columns with a blank line between sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from tui_rnn.data.examples.columns import TAG
from tui_rnn.data.examples.documents import MAX_ITEM_CHARS, BadLines, Document, Opened, only_document, text_problem
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.examples.tables import Row, read_rows
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

CONLLU_COLUMNS = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")

_WORD_ID = re.compile(r"[0-9]{1,9}")
_RANGE_OR_EMPTY = re.compile(r"[0-9]+[-.][0-9]+")


class TaggedSentence(NamedTuple):
    """Words, none of them empty, and a tag for each."""

    words: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def text(self) -> str:
        """What a network reads: the words with a space between."""
        return " ".join(self.words)


def read_sentences(opened: Opened, files: ExampleFiles, bad: BadLines) -> list[TaggedSentence]:
    """The sentences of a file. A malformed line leaves out its whole sentence, where such lines may be skipped."""
    document = only_document(opened, "tagging")
    format = format_of(document, files.format, ("conllu", "tsv"), "tagging")
    return list(_sentences(document, _rows(document, format, files.columns, bad), bad))


def read_words(document: Document, format: str, columns: tuple[str, ...] | None, bad: BadLines) -> list[tuple[str, ...]]:
    """The words of each sentence, whether they have tags or not. format: conllu, tsv, or words, which has one word a line
    and a blank line between sentences. columns: of words and tags, or of words alone. Malformed lines as in read_sentences."""
    rows = _rows(document, format, columns, bad, tagged=False)
    return [sentence.words for sentence in _sentences(document, rows, bad, tagged=False)]


def _rows(
    document: Document, format: str, columns: tuple[str, ...] | None, bad: BadLines, tagged: bool = True
) -> Iterator[Row]:
    if format == "conllu":
        return _conllu_rows(document, columns, bad, tagged)
    if format == "words":
        return _word_rows(document, bad)
    return read_rows(document, "tsv", columns, TAG, bad, blank_rows=True)


def _word_rows(document: Document, bad: BadLines) -> Iterator[Row]:
    for number, line in document.lines():
        word = line.strip()
        if "\t" in word:
            bad.report(document, number, "a tab", "one word a line, or --format tsv")
        else:
            yield Row(number, word, "")


def _sentences(document: Document, rows: Iterator[Row], bad: BadLines, tagged: bool = True) -> Iterator[TaggedSentence]:
    """Cut rows at the blank ones. tagged: whether each word must have a tag."""
    words: list[str] = []
    tags: list[str] = []
    start, reported = 0, bad.count
    for number, word, tag in chain(rows, [Row(0, "", "")]):
        if word or tag:
            tag = tag.strip()
            problem = text_problem(word, "word")
            if tagged and problem is None:
                problem = text_problem(tag, "tag") if tag else ("the tag is empty", "one")
            if problem:
                bad.report(document, number, *problem)
            start = start or number
            words.append(word)
            tags.append(tag)
            continue
        chars = sum(map(len, words)) + len(words) - 1
        if chars > MAX_ITEM_CHARS and bad.count == reported:
            expected = f"at most {MAX_ITEM_CHARS:,}, and a blank line after each sentence"
            bad.report(document, start, f"a sentence of {chars:,} characters begins", expected)
        if words and bad.count == reported:
            yield TaggedSentence(tuple(words), tuple(tags))
        words, tags, start, reported = [], [], 0, bad.count


def _conllu_rows(document: Document, columns: tuple[str, ...] | None, bad: BadLines, tagged: bool) -> Iterator[Row]:
    """Words and tags, and a blank row after each sentence.

    A multiword token (3-4) stands beside the words that it is made of and has no tag of its own, and an empty node
    (8.1) stands for no word of the text: neither is a word.
    """
    columns = columns or ("FORM", "UPOS")
    form, tag = _conllu_column(columns[0]), _conllu_column(columns[-1])
    if form == 0:
        raise InputError(
            f"{document.shown} is CoNLL-U, whose first column only numbers the words: expected --columns 2,4 or others"
        )
    expected = 1
    for number, line in document.lines():
        if not line.strip():
            yield Row(number, "", "")
            expected = 1
            continue
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(CONLLU_COLUMNS):
            bad.report(document, number, counted(len(cells), "column"), "10 with tabs between (CoNLL-U)")
            expected += 1
        elif _RANGE_OR_EMPTY.fullmatch(cells[0]):
            continue
        elif not _WORD_ID.fullmatch(cells[0]) or int(cells[0]) != expected:
            bad.report(document, number, f"the word's number is '{visible(cells[0])[:20]}'", str(expected))
            expected = int(cells[0]) + 1 if _WORD_ID.fullmatch(cells[0]) else expected + 1
        elif tagged and cells[tag] == "_":
            bad.report(document, number, f"the word '{visible(cells[form])[:40]}' has no {CONLLU_COLUMNS[tag]} (_)", "one")
            expected += 1
        else:
            yield Row(number, cells[form], cells[tag])
            expected += 1


def _conllu_column(column: str) -> int:
    if column.upper() in CONLLU_COLUMNS:
        return CONLLU_COLUMNS.index(column.upper())
    if column.isdecimal() and 1 <= int(column) <= len(CONLLU_COLUMNS):
        return int(column) - 1
    raise InputError(f"CoNLL-U has no column '{visible(column)}', expected 1 to 10 or one of {', '.join(CONLLU_COLUMNS)}")
