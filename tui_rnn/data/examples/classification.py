"""Texts that each belong to a class: from TSV, CSV or JSON Lines, or from a folder with one file a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.columns import CLASSIFY, Row
from tui_rnn.data.examples.dataset import ExampleOpener, two_texts
from tui_rnn.data.examples.documents import BadLines, Document, Opened, Progress, text_problem
from tui_rnn.data.examples.encoding import NAMES_SHOWN, EncodedExamples, encode_characters, unknown_labels
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.inference import infer_task
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.spaced import LABEL_FORMATS, labelled_lines
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError
from tui_rnn.kinds import LABELLED

LABELLED_FORMATS = ("tsv", "csv", "json", "jsonl", "label-text", "text-label")


class LabelledText(NamedTuple):
    text: str
    label: str


@dataclass(frozen=True, eq=False)
class LabelledTexts(EncodedExamples[LabelledText]):
    """N examples, as text and as ids: label_ids (N,) int32, -1 for a label that training lacks."""

    label_ids: NDArray[np.int32]

    @classmethod
    def encode(
        cls, examples: Sequence[LabelledText], vocabulary: Vocabulary, labels: Labels, progress: Progress | None = None
    ) -> LabelledTexts:
        characters, notices = encode_characters([example.text for example in examples], vocabulary, progress)
        names = [example.label for example in examples]
        label_ids, unknown = labels.encode(names)
        notices += unknown_labels(names, unknown, "label")
        return cls(tuple(examples), characters, label_ids, notices=tuple(notices))


def _symbols(
    train: Sequence[LabelledText], shown: str, request: DataRequest, known: Symbols | None
) -> tuple[Symbols, list[str]]:
    """Refuses one class only, and fewer than two texts a class on average."""
    if known is not None:
        return known, []
    counts = Counter(example.label for example in train)
    _check_classes(shown, counts)
    vocabulary = Vocabulary.from_text("".join(example.text for example in train))
    return Symbols(LABELLED, vocabulary, Labels.of(counts)), _single_examples(counts)


def _encode(texts: Sequence[LabelledText], symbols: Symbols, progress: Progress | None) -> LabelledTexts:
    assert symbols.labels is not None
    return LabelledTexts.encode(texts, symbols.characters, symbols.labels, progress)


def _label_first(request: DataRequest) -> tuple[DataRequest, str]:
    """The request with its columns, where these are not said and the label is found to come first; and why."""
    files = request.files
    if files.columns is not None or files.format == "folder":
        return request, ""
    told = infer_task(files.source, files.encoding, files.format)
    return (replace(request, files=replace(files, columns=told.columns)), told.reason) if told.columns else (request, "")


def read_texts(opened: Opened, files: SourceFiles, bad: BadLines) -> list[LabelledText]:
    """The texts of a source with their labels, white space around a label left out."""
    if files.format == "folder" and not opened.is_folder:
        raise InputError(f"{opened.shown} is a file, expected a folder with one file a class: leave the format out")
    if opened.is_folder:
        return _texts_of_folder(opened, bad)
    examples = []
    document = opened.documents[0]
    format = format_of(document, files.format, LABELLED_FORMATS, "classification")
    for row in _rows(document, format, files.columns, bad):
        label = row.second.strip()
        problem = text_problem(row.first) or text_problem(label, "label")
        if problem:
            bad.report(document, row.number, *problem)
        else:
            examples.append(LabelledText(row.first, label))
    return examples


def _rows(document: Document, format: str, columns: tuple[str, str] | None, bad: BadLines) -> Iterator[Row]:
    if format not in LABEL_FORMATS:
        yield from read_rows(document, format, columns, CLASSIFY, bad)
        return
    if columns is not None:
        raise InputError(f"{document.shown} has no columns, a space parts label and text: leave --columns out")
    for number, line in labelled_lines(document, format):
        yield Row(number, line.text, line.label)


def _texts_of_folder(opened: Opened, bad: BadLines) -> list[LabelledText]:
    """Each line of a file is a text of the file's class. A file that gives no text is named: no class vanishes unseen."""
    useless = [(visible(str(file.path)), file.path.stem, f"is {file.kind}") for file in opened.skipped]
    examples: list[LabelledText] = []
    for document in opened.documents:
        before = len(examples)
        for number, line in document.lines():
            if line.strip():
                problem = text_problem(line)
                if problem:
                    bad.report(document, number, *problem)
                else:
                    examples.append(LabelledText(line, document.stem))
        if len(examples) == before:
            malformed = any(line.strip() for _, line in document.lines())
            useless.append((document.shown, document.stem, "holds no text" + " that can be read" * malformed))
    classes = {example.label for example in examples}
    for shown, name, why in useless:
        if not bad.skip:
            mending = "say its --encoding" if why.startswith("is not UTF") else "mend it"
            raise InputError(
                f"{shown} {why}, expected texts of the class '{visible(name)}', one a line: {mending}, move it out of the "
                "folder, or leave it out with --skip-bad-lines"
            )
        bad.remark(f"{shown} {why}" + ("" if name in classes else f": the class '{visible(name)}' is left out"))
    if len(opened.documents) < 2:
        raise InputError(f"{opened.shown} holds one text file, expected one for each class, at least two")
    return examples


def _check_classes(shown: str, counts: Counter[str]) -> None:
    if len(counts) == 1:
        raise InputError(
            f"every training text of {shown} has the label '{visible(next(iter(counts)))[:40]}': expected at least two classes"
        )
    if len(counts) > 2 and 2 * len(counts) > counts.total():
        raise InputError(
            f"{shown} has {len(counts):,} classes for {counts.total():,} training texts, expected at least twice as many "
            "texts as classes: does --columns name the label?"
        )


def _single_examples(counts: Counter[str]) -> list[str]:
    single = [visible(label) for label, count in sorted(counts.items()) if count == 1]
    if not single:
        return []
    named = ", ".join(single[:NAMES_SHOWN]) + (", …" if len(single) > NAMES_SHOWN else "")
    return [f"{counted(len(single), 'class has', 'classes have')} a single training text ({named})"]


OPENER = ExampleOpener(
    kind=LABELLED,
    answer="label",
    read=read_texts,
    key=lambda example: example.text,
    symbols=_symbols,
    encode=_encode,
    checked=lambda example: LabelledText(*two_texts(LABELLED, example)),
    completed=_label_first,
)
