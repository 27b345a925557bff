"""Texts that each belong to a class: from TSV, CSV or JSON Lines, or from a folder with one file for each class."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.columns import CLASSIFY, TableRow
from tui_rnn.data.examples.dataset import ExampleOpener, two_texts
from tui_rnn.data.examples.detectors import first_lines, recognise
from tui_rnn.data.examples.documents import BadLines, Document, Opened, Progress, text_problem
from tui_rnn.data.examples.encoding import EncodedExamples, Shown, some, unknown_labels
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.inference import with_columns
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.reading import encode_texts
from tui_rnn.data.examples.spaced import LABEL_FORMATS, labelled_lines
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.data.examples.told import vocabulary_for
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary, split_words
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
        cls, examples: Sequence[LabelledText], vocabulary: TextVocabulary, labels: Labels, progress: Progress | None = None
    ) -> LabelledTexts:
        inputs, notices = encode_texts([example.text for example in examples], vocabulary, progress)
        names = [example.label for example in examples]
        label_ids, unknown = labels.encode(names)
        notices += unknown_labels(names, unknown, "label")
        return cls(tuple(examples), inputs, label_ids, notices=tuple(notices))

    @property
    def usable(self) -> NDArray[np.int64]:
        """Texts whose label is known."""
        return np.flatnonzero(self.label_ids >= 0)

    def shown(self, row: int) -> Shown:
        return Shown(self.examples[row].text, truth=self.examples[row].label)

    def batch(self, rows: NDArray[np.int64]) -> tuple[Any, ...]:
        return self.inputs.views(rows), self.label_ids[rows]


def _symbols(
    train: Sequence[LabelledText], shown: str, request: DataRequest, known: Symbols | None
) -> tuple[Symbols, list[str]]:
    """Refuses a single class, and fewer than two texts for each class on average."""
    if known is not None:
        return known, []
    counts = Counter(example.label for example in train)
    _check_classes(shown, counts)
    texts = [example.text for example in train]
    vocabulary, told = vocabulary_for(request.tokens, texts, [split_words(text) for text in texts], request.fold_case)
    return Symbols(LABELLED, vocabulary, Labels.of(counts)), [*told, *_single_examples(counts), *_alike(counts)]


def _encode(texts: Sequence[LabelledText], symbols: Symbols, progress: Progress | None) -> LabelledTexts:
    assert symbols.labels is not None
    return LabelledTexts.encode(texts, symbols.vocabulary, symbols.labels, progress)


def read_texts(opened: Opened, files: SourceFiles, bad: BadLines) -> list[LabelledText]:
    """The texts of a source with their labels, without white space around a label."""
    if files.format == "folder" and not opened.is_folder:
        raise InputError(f"{opened.shown} is a file, expected a folder with one file for each class: leave the format out")
    if opened.has_class_folders:
        examples = _texts_of_class_folders(opened, bad)
    elif opened.is_folder or _is_class_a_file(opened, files):
        examples = _texts_of_files(opened, bad)
    else:
        examples = [example for document in opened.documents for example in _texts_of_table(document, files, bad)]
    return [LabelledText(text, written_alike(label)) for text, label in examples] if files.join_labels else examples


def written_alike(label: str) -> str:
    """The common form of labels that differ only in letter case, in white space, or in how a number is written."""
    small = " ".join(label.casefold().split())
    try:
        number = float(small)
    except ValueError:
        return small
    return f"{number:.15g}" if math.isfinite(number) else small


def _is_class_a_file(opened: Opened, files: SourceFiles) -> bool:
    """Whether several files are all plain texts: then each is a class, as in a folder."""
    if len(opened.documents) == 1 or files.format is not None or files.columns is not None:
        return False
    return all(recognise(first_lines(document)) not in LABELLED_FORMATS for document in opened.documents)


def _texts_of_table(document: Document, files: SourceFiles, bad: BadLines) -> Iterator[LabelledText]:
    format = format_of(document, files.format, LABELLED_FORMATS, "classification")
    for row in _rows(document, format, files.columns, bad):
        text, label = bad.fitted(row.first), row.second.strip()
        problem = text_problem(text) or text_problem(label, "label")
        if problem:
            bad.report(document, row.number, *problem)
        else:
            yield LabelledText(text, label)


def _rows(document: Document, format: str, columns: tuple[str, str] | None, bad: BadLines) -> Iterator[TableRow]:
    if format not in LABEL_FORMATS:
        yield from read_rows(document, format, columns, CLASSIFY, bad)
        return
    if columns is not None:
        raise InputError(f"{document.shown} has no columns, only a space between label and text: leave --columns out")
    for number, line in labelled_lines(document, format):
        yield TableRow(number, line.text, line.label)


def _texts_of_class_folders(opened: Opened, bad: BadLines) -> list[LabelledText]:
    """Each file is a text; the name of its folder is its class."""
    examples = []
    for document in opened.documents:
        text = bad.fitted(document.text.strip())
        if problem := text_problem(text):
            bad.report(document, 1, *problem)
        else:
            examples.append(LabelledText(text, document.stem))
    return examples


def _texts_of_files(opened: Opened, bad: BadLines) -> list[LabelledText]:
    """Each line of a file is a text of the file's class. A file without any text is named, so that no class is lost
    silently."""
    useless = [(visible(str(file.path)), file.path.stem, f"is {file.kind}") for file in opened.skipped]
    examples: list[LabelledText] = []
    for document in opened.documents:
        before = len(examples)
        for number, line in document.lines():
            if line.strip():
                text = bad.fitted(line)
                problem = text_problem(text)
                if problem:
                    bad.report(document, number, *problem)
                else:
                    examples.append(LabelledText(text, document.stem))
        if len(examples) == before:
            malformed = any(line.strip() for _, line in document.lines())
            useless.append((document.shown, document.stem, "has no text" + " that can be read" * malformed))
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
        raise InputError(f"{opened.shown} has only one text file, expected one for each class, at least two")
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


def _alike(labels: Iterable[str]) -> list[str]:
    """A notice if labels differ only in how they are written."""
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for label in sorted(labels):
        forms[written_alike(label)].append(f"'{visible(label)[:40]}'")
    several = [" and ".join(group) for group in forms.values() if len(group) > 1]
    told = f"{some(several)} are different classes; --join-labels joins labels that differ only in how they are written"
    return [told] if several else []


def _single_examples(counts: Counter[str]) -> list[str]:
    single = [visible(label) for label, count in sorted(counts.items()) if count == 1]
    return [f"{counted(len(single), 'class has', 'classes have')} a single training text ({some(single)})"] if single else []


OPENER = ExampleOpener(
    kind=LABELLED,
    answer="label",
    read=read_texts,
    key=lambda example: example.text,
    symbols=_symbols,
    encode=_encode,
    checked=lambda example: LabelledText(*two_texts(LABELLED, example)),
    completed=with_columns,
)
