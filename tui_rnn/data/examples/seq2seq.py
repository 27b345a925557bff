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
from tui_rnn.data.examples.encoding import EncodedExamples, Shown, in_blocks
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.inference import with_columns
from tui_rnn.data.examples.labels import UNKNOWN_TOKEN, Tokens
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.reading import encode_texts
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.data.examples.told import are_sentences, are_tokenised, vocabulary_for
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary, split_words
from tui_rnn.display import counted
from tui_rnn.errors import InputError
from tui_rnn.kinds import PAIRS

PAIRED_FORMATS = ("tsv", "csv", "json", "jsonl")


class Pair(NamedTuple):
    source: str
    target: str


@dataclass(frozen=True, eq=False)
class Pairs(EncodedExamples[Pair]):
    """N pairs, as text and as ids: the tokens of a source and those of its target, without <s> and </s>."""

    target_ids: Ragged

    @classmethod
    def encode(
        cls, examples: Sequence[Pair], vocabulary: TextVocabulary, targets: Tokens, progress: Progress | None = None
    ) -> Pairs:
        inputs, notices = encode_texts([pair.source for pair in examples], vocabulary)
        encoded = [targets.encode_all(pair.target for pair in block) for block in in_blocks(examples, progress)]
        ids = np.concatenate([ids for ids, _ in encoded] or [np.zeros(0, np.int32)])
        target_ids = Ragged.from_lengths(ids, [count for _, counts in encoded for count in counts])
        unknown = int((target_ids.values == targets.unknown_id).sum())
        if unknown:
            notices.append(f"{counted(unknown, 'target token')} outside the vocabulary read as {UNKNOWN_TOKEN}")
        return cls(tuple(examples), inputs, target_ids, notices=tuple(notices))

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
    sources = [pair.source for pair in train]
    vocabulary, told = vocabulary_for(request.tokens, sources, [split_words(one) for one in sources], request.fold_case)
    targets, notice = _target_tokens([pair.target for pair in train], request.target_units, vocabulary.kind == "word")
    return Symbols(PAIRS, vocabulary, targets=targets), [*told, notice]


def _target_tokens(texts: Sequence[str], units: str | None, of_words: bool) -> tuple[Tokens, str]:
    """What the targets are split into, and a notice about it. units: one of TARGET_UNITS; None: the targets decide. of_words:
    the sources are read as words. Then targets that are sentences are written as words, without the words that come only once:
    they can't be learnt."""
    chosen, why = (units, "") if units else _told_by(texts, of_words)
    targets = Tokens.from_texts(texts, chosen, least=2 if of_words and chosen != "characters" else 1)
    distinct = len({token for text in texts for token in targets.split(text)})
    whole = distinct == len(targets.names)
    kept = counted(distinct, "distinct one") if whole else f"{len(targets.names):,} of {distinct:,} kept"
    others = f", others read as {UNKNOWN_TOKEN}" * (of_words and not whole)
    return targets, f"targets split into {chosen}{why}, {kept}{others}"


def _told_by(texts: Sequence[str], of_words: bool) -> tuple[str, str]:
    """The units for these targets, and why."""
    if of_words and are_sentences([split_words(text) for text in texts]):
        if are_tokenised(texts):
            return "tokens", " (sentences with spaces between words and marks)"
        return "words", " (sentences)"
    spaced = sum(" " in text.strip() for text in texts)
    return ("tokens" if 2 * spaced > len(texts) else "characters"), f" ({spaced:,} of {len(texts):,} hold a space)"


def _encode(pairs: Sequence[Pair], symbols: Symbols, progress: Progress | None) -> Pairs:
    assert symbols.targets is not None
    return Pairs.encode(pairs, symbols.vocabulary, symbols.targets, progress)


def read_pairs(opened: Opened, files: SourceFiles, bad: BadLines) -> list[Pair]:
    """The pairs of one table or several, or of two files: each line of the second is the target of the same line of the
    first."""
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
    """Whether two files are read side by side, line by line: they are, unless they look like tables."""
    if len(documents) != 2 or files.format is not None or files.columns is not None:
        return False
    return not all(recognise(first_lines(document)) in PAIRED_FORMATS for document in documents)


def _parallel(documents: Sequence[Document]) -> Iterator[tuple[Document, Iterator[TableRow]]]:
    """The pairs of lines of two files, without pairs of blank lines. Raises InputError if their numbers of lines differ."""
    sources, targets = ([line for _, line in document.lines()] for document in documents)
    if len(sources) != len(targets):
        first, second = documents
        raise InputError(
            f"{first.shown} has {counted(len(sources), 'line')} and {second.shown} {len(targets):,}, expected the same number: "
            "each line of the second file is the target of the same line of the first"
        )
    pairs = enumerate(zip(sources, targets, strict=True), start=1)
    yield documents[0], (TableRow(number, *pair) for number, pair in pairs if any(map(str.strip, pair)))


OPENER = ExampleOpener(
    kind=PAIRS,
    answer="target",
    mostly_repeated="nearly all pairs repeat the source of another: if the sources are labels of the targets, give "
    "--task classify and the targets' column first, such as --columns 2,1",
    read=read_pairs,
    key=lambda pair: pair.source,
    symbols=_symbols,
    encode=_encode,
    checked=lambda example: Pair(*two_texts(PAIRS, example)),
    completed=with_columns,
)
