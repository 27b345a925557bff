"""Pairs of a source and a target sequence, from TSV, CSV or JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.columns import SEQ2SEQ, TableRow
from tui_rnn.data.examples.dataset import ExampleOpener, two_texts
from tui_rnn.data.examples.detectors import first_lines, recognise
from tui_rnn.data.examples.documents import BadLines, Document, Opened, Progress, documents_of, text_problem
from tui_rnn.data.examples.encoding import EncodedExamples, Shown, encode_characters, in_blocks
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.inference import with_columns
from tui_rnn.data.examples.labels import TARGET_UNITS, UNKNOWN_TOKEN, Tokens
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted
from tui_rnn.errors import InputError
from tui_rnn.kinds import PAIRS

PAIRED_FORMATS = ("tsv", "csv", "json", "jsonl")


class Pair(NamedTuple):
    source: str
    target: str


@dataclass(frozen=True, eq=False)
class Pairs(EncodedExamples[Pair]):
    """N pairs, as text and as ids: of a source its characters, and the target's tokens, without <s> and </s>."""

    target_ids: Ragged

    @classmethod
    def encode(
        cls, examples: Sequence[Pair], vocabulary: Vocabulary, targets: Tokens, progress: Progress | None = None
    ) -> Pairs:
        characters, notices = encode_characters([pair.source for pair in examples], vocabulary)
        encoded = [targets.encode_all(pair.target for pair in block) for block in in_blocks(examples, progress)]
        ids = np.concatenate([ids for ids, _ in encoded] or [np.zeros(0, np.int32)])
        target_ids = Ragged.from_lengths(ids, [count for _, counts in encoded for count in counts])
        unknown = int((target_ids.values == targets.unknown_id).sum())
        if unknown:
            notices.append(f"{counted(unknown, 'target token')} outside the vocabulary read as {UNKNOWN_TOKEN}")
        return cls(tuple(examples), characters, target_ids, notices=tuple(notices))

    @property
    def sizes(self) -> NDArray[np.int64]:
        return self.lengths + self.target_ids.lengths + 1  # </s>

    def shown(self, row: int) -> Shown:
        return Shown(self.examples[row].source, truth=self.examples[row].target)

    def batch(self, rows: NDArray[np.int64]) -> tuple[Any, ...]:
        return self.inputs.views(rows), self.target_ids.views(rows)


def _symbols(train: Sequence[Pair], shown: str, request: DataRequest, known: Symbols | None) -> tuple[Symbols, list[str]]:
    if known is not None:
        return known, []
    targets, notice = _target_tokens([pair.target for pair in train], request.target_units)
    vocabulary = Vocabulary.from_text("".join(pair.source for pair in train))
    return Symbols(PAIRS, vocabulary, targets=targets), [notice]


def _target_tokens(texts: Sequence[str], units: str | None) -> tuple[Tokens, str]:
    """What the targets are split into, by units (of TARGET_UNITS; None: by the targets), and a notice that says it."""
    spaced = sum(" " in text.strip() for text in texts)
    chosen = units or ("tokens" if 2 * spaced > len(texts) else "characters")
    targets = Tokens.from_texts(texts, TARGET_UNITS[chosen])
    distinct = len({token for text in texts for token in targets.split(text)})
    whole = distinct == len(targets.names)
    kept = counted(distinct, "distinct one") if whole else f"{len(targets.names):,} of {distinct:,} kept"
    why = "" if units else f" ({spaced:,} of {len(texts):,} hold a space)"
    return targets, f"targets split into {chosen}{why}, {kept}"


def _encode(pairs: Sequence[Pair], symbols: Symbols, progress: Progress | None) -> Pairs:
    assert symbols.targets is not None
    return Pairs.encode(pairs, symbols.characters, symbols.targets, progress)


def read_pairs(opened: Opened, files: SourceFiles, bad: BadLines) -> list[Pair]:
    """The pairs of one table or several, or of two files of which each line of the second is the target of the first's."""
    examples = []
    documents = documents_of(opened, "sequence to sequence")
    for document, rows in _parallel(documents) if _are_parallel(documents, files) else _tables(documents, files, bad):
        for row in rows:
            source, target = bad.fitted(row.first), bad.fitted(row.second)
            problem = text_problem(source, "source") or text_problem(target, "target")
            if problem:
                bad.report(document, row.number, *problem)
            else:
                examples.append(Pair(source, target))
    return examples


def _tables(documents: Sequence[Document], files: SourceFiles, bad: BadLines) -> Iterator[tuple[Document, Iterator[TableRow]]]:
    for document in documents:
        format = format_of(document, files.format, PAIRED_FORMATS, "sequence to sequence")
        yield document, read_rows(document, format, files.columns, SEQ2SEQ, bad)


def _are_parallel(documents: Sequence[Document], files: SourceFiles) -> bool:
    """Whether two files are read line by line beside each other: they are, unless they look like tables."""
    if len(documents) != 2 or files.format is not None or files.columns is not None:
        return False
    return not all(recognise(first_lines(document)) in PAIRED_FORMATS for document in documents)


def _parallel(documents: Sequence[Document]) -> Iterator[tuple[Document, Iterator[TableRow]]]:
    """Raises InputError where the files have not as many lines; a pair of blank lines is none."""
    sources, targets = ([line for _, line in document.lines()] for document in documents)
    if len(sources) != len(targets):
        first, second = documents
        raise InputError(
            f"{first.shown} has {counted(len(sources), 'line')} and {second.shown} {len(targets):,}, expected as many: "
            "each line of the second is the target of the line beside it"
        )
    pairs = enumerate(zip(sources, targets, strict=True), start=1)
    yield documents[0], (TableRow(number, *pair) for number, pair in pairs if any(map(str.strip, pair)))


OPENER = ExampleOpener(
    kind=PAIRS,
    answer="target",
    mostly_repeated="nearly all pairs repeat the source of another: where sources are labels of the targets, say "
    "--task classify and the targets' column first, such as --columns 2,1",
    read=read_pairs,
    key=lambda pair: pair.source,
    symbols=_symbols,
    encode=_encode,
    checked=lambda example: Pair(*two_texts(PAIRS, example)),
    completed=with_columns,
)
