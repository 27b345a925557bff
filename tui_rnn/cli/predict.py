"""`tui-rnn predict`: a saved run tags words, names classes, or writes a text for a text."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from tui_rnn.cli import answering
from tui_rnn.cli.data_options import Encoding, SkipBadLines, was_given
from tui_rnn.cli.options import CHOICE, FLAG, SEVERAL, option_name
from tui_rnn.cli.output import Json, note, print_json, shell_line
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.data.examples.documents import Document
    from tui_rnn.data.examples.unlabelled import Unlabelled
    from tui_rnn.kinds import Kind

TEXTS_AT_ONCE = 512
END_OF_INPUT = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
END_MARK = "</s>"


def run(
    run: Annotated[Path, Parameter(help="A saved run of the task tag, classify or seq2seq.")],
    text: Annotated[
        tuple[str, ...],
        SEVERAL,
        Parameter(
            help="Texts, after -- if one begins with -; without, the texts of --input or of stdin, where you can type them."
        ),
    ] = (),
    /,
    *,
    input: Annotated[
        Path | None, Parameter(help="A file with one text a line, blank lines skipped, or in a --format.", metavar="FILE")
    ] = None,
    format: Annotated[
        Literal["conllu", "conll", "word/tag", "tsv", "csv", "json", "jsonl", "label-text", "text-label", "words", "lines"]
        | None,
        CHOICE,
        Parameter(
            help="The file's format: one of the formats of train, words (one a line, a blank line between sentences) or lines "
            "(one text a line). Without, tagged files, TSV, JSON, lines with a label, and a CSV with a header or called .csv "
            "are recognised; all else is lines.",
            metavar="NAME",
        ),
    ] = None,
    columns: Annotated[
        str | None,
        Parameter(
            help="The column of the texts or words: a name of the header, or a number from 1. A second one, as in training, "
            "only helps to find the header.",
            metavar="A[,B]",
        ),
    ] = None,
    skip_bad_lines: SkipBadLines = False,
    beam: Annotated[int | None, Parameter(help="seq2seq: follow N outputs at a time (default 1: greedy).", metavar="N")] = None,
    encoding: Encoding = None,
    keep_lines: Annotated[
        bool, FLAG, Parameter(help="Write a line for each line of the input, an empty one for a blank or malformed line.")
    ] = False,
    json: Json = False,
) -> int:
    """Ask a saved run about texts.

    Without TEXT and in a terminal, each line that you type is answered at once.

    Tagging prints a word and its tag a line, and a blank line after each text. Classification prints the likeliest classes.
    Sequence to sequence prints what it writes; with --beam several outputs, each with its ln p.

    For tagging, a text is cut into words (well-known and don't are one each) and single punctuation marks; white space only
    separates them. The words of a CoNLL-U file, of a TSV and of --format words stay as they are, tagged or not.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.data.examples.documents import BadLines
    from tui_rnn.data.examples.encoding import Shown
    from tui_rnn.data.examples.reading import as_read
    from tui_rnn.data.examples.unlabelled import read_unlabelled
    from tui_rnn.insight.predict import answers
    from tui_rnn.layers.team import cores
    from tui_rnn.training.run_facts import read_facts

    facts = read_facts(run)
    kind = facts.kind
    if not kind.answers:
        raise InputError(f"{run} is a {kind.title}: let it write, {shell_line('tui-rnn', 'sample', str(run))}")
    if beam is not None and not kind.writes_answers:
        raise InputError(f"--beam is for seq2seq, but this run is for {kind.name}: leave it out")
    if beam is not None and beam < 1:
        raise InputError(f"--beam is {beam}, expected 1 (greedy) or more")
    if text and input is not None:
        raise InputError(f"both texts and --input {input} were given: leave one of them out")
    typed = not text and input is None and sys.stdin is not None and sys.stdin.isatty()
    reading = {"format": format, "columns": columns, "skip_bad_lines": skip_bad_lines, "encoding": encoding}
    if (text or typed) and (said := [name for name, value in reading.items() if was_given(value)]):
        raise InputError(f"{option_name(said[0])} is for --input or a pipe: give a file, or leave it out")
    unlabelled: list[Unlabelled] = [*_checked(text)]
    lines: list[int] = []
    if keep_lines:
        _check_kept(kind, json, beam, bool(text) or typed)
    kept = _KeptLines(0)
    if not text and not typed:
        bad, wanted, usual = BadLines(skip_bad_lines), _wanted(columns), facts.data.request.files.columns
        document = _document(input, encoding)
        found = read_unlabelled(kind.name, document, bad, format, wanted, usual)
        unlabelled, lines = [one.unlabelled for one in found], [one.line for one in found]
        kept = _KeptLines(sum(1 for _ in document.lines()) if keep_lines else 0)
        for notice in bad.notices():
            note(notice)
    loaded, form = load_run(run, json), answering.FORMS[kind.name]

    def answer_all(unlabelled: list[Unlabelled], many: bool) -> None:
        if kind.labels_words:
            _note_unspaced(unlabelled)
        shown = [Shown(one) if isinstance(one, str) else Shown(" ".join(one), one) for one in unlabelled]
        texts, unknown = [one.text for one in shown], [as_read(loaded.vocabulary, one).unknown for one in shown]
        if not json:
            answering.note_unknown(zip(texts, unknown, strict=True), loaded.vocabulary)
        unended = 0
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            group = slice(start, start + TEXTS_AT_ONCE)
            found = answers(loaded.network, loaded.symbols, unlabelled[group], beam or 1, cores())
            for number, (one, answer) in enumerate(zip(texts[group], found, strict=True), start=start):
                line = lines[number] if lines else None
                if json:
                    told = {"event": "prediction", "task": kind.name, "line": line, "text": one, **form.record(answer)}
                    print_json({**told, "unknown_positions": unknown[number]})
                else:
                    kept.up_to(line)
                    form.show(answer, many)
                unended += not form.ended(answer)
        if unended:
            count = f"{unended:,} of {len(texts):,} outputs" if many else "the output"
            note(f"{count} reached the limit (twice the source's length and 20) without {END_MARK}: cut off there")

    if not typed:
        answer_all(unlabelled, len(unlabelled) > 1)
        kept.to_the_end()
        return 0
    note(f"type a text, then Enter: {run} answers it. {END_OF_INPUT} ends")
    for line in _typed_lines():
        try:
            answer_all([line], many=kind.labels_words)
        except InputError as error:  # a problem of this line alone
            note(str(error))
        sys.stdout.flush()
    return 0


class _KeptLines:
    """Blank lines in the output for blank lines in the input, which has `count` lines; 0: none are kept."""

    def __init__(self, count: int) -> None:
        self.count, self.written = count, 0

    def up_to(self, line: int | None) -> None:
        """Before the answer to a line of the input."""
        if self.count and line is not None:
            print("\n" * (line - 1 - self.written), end="")
            self.written = line

    def to_the_end(self) -> None:
        print("\n" * (self.count - self.written), end="")


def _check_kept(kind: Kind, json: bool, beam: int | None, given: bool) -> None:
    """Raise InputError if --keep-lines can't be kept."""
    if json:
        raise InputError("--keep-lines is for text; with --json each prediction has its line: leave it out")
    if given:
        raise InputError("--keep-lines is for the lines of --input or of a pipe: leave it out")
    if kind.labels_words or (beam or 1) > 1:
        what = "a tagger writes one line for each word" if kind.labels_words else "--beam writes several lines for one"
        raise InputError(f"--keep-lines is not possible, since {what}: use --json, where each prediction has its line")


def _note_unspaced(unlabelled: Sequence[Unlabelled]) -> None:
    """Say if a text in a script without spaces is taken for one word."""
    from tui_rnn.data.tokens import unspaced_word

    word = next((found for one in unlabelled if isinstance(one, str) and (found := unspaced_word(one))), "")
    if word:
        note(
            f"'{word[:20]}' is read as one word, since it has no space: put spaces between its words, or give them one a line "
            "with --input FILE --format words"
        )


def _typed_lines() -> Iterator[str]:
    """What a person types, line by line until the end of input. A line that can't be asked about gets a message instead."""
    from tui_rnn.data.examples.documents import text_problem

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # the message about bytes that are not text is ours
    while line := sys.stdin.readline():
        text = line.rstrip("\r\n")
        if not text or text.isspace():
            continue
        if problem := text_problem(text):
            note(f"{problem[0]}, expected {problem[1]}: type another")
            continue
        yield text


def _checked(texts: Sequence[str]) -> Sequence[str]:
    """The same texts. Raises InputError for a text that a network can't read; says which of them are names of files."""
    from tui_rnn.data.examples.documents import text_problem

    for number, text in enumerate(texts, start=1):
        if problem := text_problem(text):
            raise InputError(f"text {number}: {problem[0]}, expected {problem[1]}")
        if os.path.isfile(text):  # unlike Path.is_file, for any text
            note(f"'{text}' is read as a text, although there is a file of that name: --input reads the file")
    return texts


def _wanted(columns: str | None) -> tuple[str, ...] | None:
    """The one or two --columns."""
    if columns is None:
        return None
    names = tuple(name.strip() for name in columns.split(","))
    if len(names) > 2 or not all(names):
        raise InputError(f"--columns is {columns!r}, expected a name or a number from 1, such as text or 2")
    return names


def _document(input: Path | None, encoding: str | None) -> Document:
    """The file, or all of stdin, read as any file is; notes say how. Raises InputError if there is none, or it is not text."""
    from tui_rnn.data import standard_input
    from tui_rnn.data.examples.documents import MAX_SOURCE_BYTES, open_found
    from tui_rnn.data.sources import STDIN, find_source, source_path

    if input is None:
        if sys.stdin is None:
            raise InputError("nothing to ask about: give a text, --input FILE, or lines on stdin")
        standard_input.keep(sys.stdin.buffer, MAX_SOURCE_BYTES)
        opened = open_found(find_source(STDIN, ()), encoding)
    else:
        path = source_path(input)
        if path.is_dir():
            raise InputError(f"--input {input} is a folder, expected a file")
        opened = open_found(find_source(path, ()), encoding)
    for notice in opened.notices:
        note(f"{opened.shown}: {notice}")
    return opened.documents[0]
