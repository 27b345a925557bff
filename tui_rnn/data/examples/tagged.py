"""Reads tagged sentences: CoNLL-U, columns by white space or tabs with a blank line between sentences, and word/tag."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import NamedTuple

from tui_rnn.data.examples.columns import TAG, TableRow
from tui_rnn.data.examples.detectors import LINES_LOOKED_AT, conllu_cells
from tui_rnn.data.examples.documents import AT_MOST, MAX_ITEM_CHARS, BadLines, Document, Opened, documents_of, text_problem
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.spaced import DOCUMENT_START, cut_tags, tag_separator
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.data.request import SourceFiles
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

TAGGED_FORMATS = ("conllu", "conll", "tsv", "word/tag")
CONLLU_COLUMNS = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")

_WORD_ID = re.compile(r"[0-9]{1,9}")
_RANGE_OR_EMPTY = re.compile(r"[0-9]+[-.][0-9]+")


class TaggedSentence(NamedTuple):
    """Words, none of them empty, and a tag for each."""

    words: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def text(self) -> str:
        """What a network reads: the words with a space between two of them."""
        return " ".join(self.words)


def read_sentences(opened: Opened, files: SourceFiles, bad: BadLines) -> list[TaggedSentence]:
    """The sentences of a file. If malformed lines may be skipped, one leaves out its whole sentence."""
    sentences: list[TaggedSentence] = []
    for document in documents_of(opened, "tagging"):
        format = format_of(document, files.format, TAGGED_FORMATS, "tagging")
        rows = _rows(document, format, files.columns, bad)
        sentences += [sentence for _, sentence in _sentences(document, rows, bad)]
    return sentences


def read_words(
    document: Document, format: str, columns: tuple[str, ...] | None, bad: BadLines
) -> list[tuple[int, tuple[str, ...]]]:
    """The line that each sentence begins at, and its words, with tags or without. format: one of TAGGED_FORMATS, or words: one
    word a line and a blank line between sentences. columns: of words and tags, or only of words. Malformed lines: as in
    read_sentences."""
    rows = _rows(document, format, columns, bad, tagged=False)
    return [(number, sentence.words) for number, sentence in _sentences(document, rows, bad, tagged=False)]


def _rows(
    document: Document, format: str, columns: tuple[str, ...] | None, bad: BadLines, tagged: bool = True
) -> Iterator[TableRow]:
    if format == "conllu":
        return _conllu_rows(document, columns, bad, tagged)
    if format == "conll":
        return _conll_rows(document, columns, bad)
    if format == "word/tag":
        return _word_tag_rows(document, columns, bad)
    if format == "words":
        return _word_rows(document, bad)
    return read_rows(document, "tsv", columns, TAG, bad, blank_rows=True)


def _word_rows(document: Document, bad: BadLines) -> Iterator[TableRow]:
    for number, line in document.lines():
        word = line.strip()
        if "\t" in word:
            bad.report(document, number, "a tab", "one word a line, or --format tsv")
        else:
            yield TableRow(number, word, "")


def _sentences(
    document: Document, rows: Iterator[TableRow], bad: BadLines, tagged: bool = True
) -> Iterator[tuple[int, TaggedSentence]]:
    """(the line it begins at, sentence): blank rows separate sentences. tagged: whether each word must have a tag."""
    words: list[str] = []
    tags: list[str] = []
    start, reported = 0, bad.count
    for number, word, tag in chain(rows, [TableRow(0, "", "")]):
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
        if bad.cut:
            kept = _words_that_fit(words)
            bad.cut_count += kept < len(words)
            words, tags = words[:kept], tags[:kept]
        chars = sum(map(len, words)) + len(words) - 1
        if chars > MAX_ITEM_CHARS and bad.count == reported:
            expected = f"{AT_MOST}, and a blank line after each sentence"
            bad.report(document, start, f"a sentence of {chars:,} characters begins", expected)
        if words and bad.count == reported:
            yield start, TaggedSentence(tuple(words), tuple(tags))
        words, tags, start, reported = [], [], 0, bad.count


def _words_that_fit(words: Sequence[str]) -> int:
    """How many of the first words, with spaces between, fit into the longest sentence that is allowed."""
    ends = accumulate(len(word) + 1 for word in words)
    return sum(end - 1 <= MAX_ITEM_CHARS for end in ends)


def _conllu_rows(document: Document, columns: tuple[str, ...] | None, bad: BadLines, tagged: bool) -> Iterator[TableRow]:
    """Words and tags, and a blank row after each sentence.

    A multiword token (3-4) is listed beside its words and has no tag of its own, and an empty node (8.1) is not in the text:
    neither is a word.
    """
    if columns is None:
        columns = ("FORM", "UPOS")
        if tagged and _only_xpos(document):
            columns = ("FORM", "XPOS")
            bad.remark(f"{document.shown} has no UPOS: the tags are its XPOS")
    form, tag = _conllu_column(columns[0]), _conllu_column(columns[-1])
    if form == 0:
        raise InputError(
            f"{document.shown} is CoNLL-U, and its first column only numbers the words, expected --columns 2,4 or others"
        )
    expected = 1
    for number, line in document.lines():
        if not line.strip():
            yield TableRow(number, "", "")
            expected = 1
            continue
        if line.startswith("#"):
            continue
        cells = conllu_cells(line)
        if len(cells) != len(CONLLU_COLUMNS):
            bad.report(document, number, counted(len(cells), "column"), "10 with tabs or spaces between (CoNLL-U)")
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
            yield TableRow(number, cells[form], cells[tag])
            expected += 1


def _only_xpos(document: Document) -> bool:
    """Whether none of the first words has a UPOS and all have an XPOS."""
    rows = [conllu_cells(line) for _, line in islice(document.lines(), LINES_LOOKED_AT) if line[:1].isdigit()]
    upos, xpos = CONLLU_COLUMNS.index("UPOS"), CONLLU_COLUMNS.index("XPOS")
    rows = [cells for cells in rows if len(cells) == len(CONLLU_COLUMNS) and _WORD_ID.fullmatch(cells[0])]
    return bool(rows) and all(cells[upos] == "_" != cells[xpos] for cells in rows)


def _conll_rows(document: Document, columns: tuple[str, ...] | None, bad: BadLines) -> Iterator[TableRow]:
    """Words and tags from columns with white space between. Comments and lines that begin a document are in no sentence."""
    width, numbered = conll_shape([line for _, line in islice(document.lines(), LINES_LOOKED_AT)])
    if columns is None:
        places = (1 if numbered and width > 2 else 0, width - 1)
        if width - places[0] > 2:
            others = f"{document.shown} has {width} columns: words are in column {places[0] + 1}, tags in {width}"
            bad.remark(f"{others} (others with --columns, such as {places[0] + 1},{places[0] + 2})")
    else:
        places = _conll_column(document, columns[0], width), _conll_column(document, columns[-1], width)
    for number, line in document.lines():
        cells = line.split()
        if not cells or line.startswith(DOCUMENT_START):
            yield TableRow(number, "", "")
        elif len(cells) == width:
            yield TableRow(number, cells[places[0]], cells[places[1]])
        elif not line.startswith("#"):
            bad.report(document, number, counted(len(cells), "column"), f"{width} with white space between")


def conll_shape(lines: Sequence[str]) -> tuple[int, bool]:
    """How many columns most lines have, and whether the first one numbers the words of each sentence."""
    rows = [line.split() for line in lines if line.strip() and not line.startswith(DOCUMENT_START)]
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 2
    first = [row[0] for row in rows if len(row) == width]
    counted_up = sum(
        after.isdecimal() and before.isdecimal() and int(after) == int(before) + 1 for before, after in pairwise(first)
    )
    return width, 2 * counted_up > len(first) and all(map(str.isdecimal, first))


def _conll_column(document: Document, column: str, width: int) -> int:
    if column.isdecimal() and 1 <= int(column) <= width:
        return int(column) - 1
    raise InputError(f"{document.shown} has no column '{visible(column)}', expected a number from 1 to {width}")


def _word_tag_rows(document: Document, columns: tuple[str, ...] | None, bad: BadLines) -> Iterator[TableRow]:
    """Each line is a sentence of words and tags, with a slash or an underscore between a word and its tag."""
    if columns is not None:
        raise InputError(f"{document.shown} has no columns, since each word has its tag beside it: leave --columns out")
    mark = tag_separator([token for _, line in islice(document.lines(), LINES_LOOKED_AT) for token in line.split()]) or "/"
    for number, line in document.lines():
        for token in line.split():
            pair = cut_tags(token, mark)
            if pair is None:
                bad.report(document, number, f"'{visible(token)[:40]}' has no tag", f"one after a {mark}")
            else:
                yield TableRow(number, *pair)
        yield TableRow(number, "", "")


def _conllu_column(column: str) -> int:
    if column.upper() in CONLLU_COLUMNS:
        return CONLLU_COLUMNS.index(column.upper())
    if column.isdecimal() and 1 <= int(column) <= len(CONLLU_COLUMNS):
        return int(column) - 1
    raise InputError(f"CoNLL-U has no column '{visible(column)}', expected 1 to 10 or one of {', '.join(CONLLU_COLUMNS)}")
