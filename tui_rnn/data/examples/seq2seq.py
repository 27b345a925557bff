"""Pairs of a source and a target sequence, from TSV, CSV or JSON Lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.columns import SEQ2SEQ
from tui_rnn.data.examples.documents import BadLines, Opened, Progress, only_document, text_problem
from tui_rnn.data.examples.encoding import encode_characters, in_blocks
from tui_rnn.data.examples.formats import format_of
from tui_rnn.data.examples.labels import UNKNOWN_TOKEN, Tokens
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.splits import ExampleFiles, Nouns, Parts, read_all, read_parts
from tui_rnn.data.examples.tables import read_rows
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted
from tui_rnn.errors import InputError

PAIRED_FORMATS = ("tsv", "csv", "json", "jsonl")
NOUNS = Nouns(
    *("pair", "pairs", "target"),
    "nearly all pairs repeat the source of another: where sources are labels of the targets, say --task classify and the "
    "targets' column first, such as --columns 2,1",
)
TARGET_UNITS = {"characters": "", "tokens": " "}  # what stands between two tokens of a target


class Pair(NamedTuple):
    source: str
    target: str


@dataclass(frozen=True, eq=False)
class Pairs:
    """N pairs, as text and as ids: characters of the source, and the target's tokens with </s> after them."""

    examples: tuple[Pair, ...]
    characters: Ragged
    target_ids: Ragged
    notices: tuple[str, ...] = ()

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
        return cls(tuple(examples), characters, target_ids, tuple(notices))

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def lengths(self) -> NDArray[np.int64]:
        return self.characters.lengths

    def select(self, rows: NDArray[np.int64]) -> Pairs:
        """Those examples as a part of their own."""
        examples = tuple(self.examples[row] for row in rows)
        return Pairs(examples, self.characters.select(rows), self.target_ids.select(rows))


@dataclass(frozen=True, eq=False)
class Seq2SeqData(Parts[Pairs]):
    """Pairs, split. Show sources and targets through display.visible."""

    task: ClassVar[str] = "seq2seq"
    vocabulary: Vocabulary
    targets: Tokens


def open_seq2seq(
    files: ExampleFiles,
    *,
    target_units: str | None = None,
    vocabulary: Vocabulary | None = None,
    targets: Tokens | None = None,
    progress: Progress | None = None,
) -> Seq2SeqData:
    """Read pairs and split them. target_units: "characters" or "tokens" (between spaces); None decides by the targets.

    vocabulary, targets: those of a trained network, else made from training. Raises InputError when a source can't be read so.
    """
    if target_units is not None and target_units not in TARGET_UNITS:
        raise InputError(f"target_units is {target_units!r}, expected one of {', '.join(TARGET_UNITS)}")
    parts = read_parts(files, read_pairs, lambda pair: pair.source, NOUNS, progress)
    notices: list[str] = []
    if targets is None:
        texts = [pair.target for pair in parts.train]
        spaced = sum(" " in text.strip() for text in texts)
        units = target_units or ("tokens" if 2 * spaced > len(texts) else "characters")
        targets = Tokens.from_texts(texts, TARGET_UNITS[units])
        distinct = len({token for text in texts for token in targets.split(text)})
        kept = (
            counted(distinct, "distinct one")
            if distinct == len(targets.names)
            else f"{len(targets.names):,} of {distinct:,} kept"
        )
        why = f" ({spaced:,} of {len(texts):,} hold a space)" if target_units is None else ""
        notices.append(f"targets split into {units}{why}, {kept}")
    vocabulary = vocabulary or Vocabulary.from_text("".join(pair.source for pair in parts.train))
    known, tokens = vocabulary, targets
    encoded = parts.encoded(lambda part: Pairs.encode(part, known, tokens, progress), notices)
    return Seq2SeqData(**vars(encoded), vocabulary=vocabulary, targets=targets)


def read_encoded_pairs(
    files: ExampleFiles, vocabulary: Vocabulary, targets: Tokens, progress: Progress | None = None
) -> tuple[Pairs, tuple[str, ...]]:
    """All of files.source as one part, for a trained network, and what should be known about it. Raises InputError."""
    _, examples, notices = read_all(files, read_pairs, NOUNS, progress)
    part = Pairs.encode(examples, vocabulary, targets, progress)
    return part, (*notices, *part.notices)


def read_pairs(opened: Opened, files: ExampleFiles, bad: BadLines) -> list[Pair]:
    """The pairs of a file."""
    document = only_document(opened, "sequence to sequence")
    format = format_of(document, files.format, PAIRED_FORMATS, "sequence to sequence")
    examples = []
    for row in read_rows(document, format, files.columns, SEQ2SEQ, bad):
        problem = text_problem(row.first, "source") or text_problem(row.second, "target")
        if problem:
            bad.report(document, row.number, *problem)
        else:
            examples.append(Pair(row.first, row.second))
    return examples
