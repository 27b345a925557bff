"""What to open: which files, how they are read, for which task, and in which tokens."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from tui_rnn.data.examples.labels import TARGET_UNITS, UNITS
from tui_rnn.data.tokens import TOKEN_KINDS
from tui_rnn.errors import InputError
from tui_rnn.kinds import ITEMS, KINDS, TASKS, Kind

FORMATS = (
    *("conllu", "conll", "word/tag", "tsv", "csv", "json", "jsonl", "label-text", "text-label"),
    *("folder", "lines", "paragraphs"),
)
ITEM_FORMATS = ("lines", "paragraphs")
TOKENS = (*TOKEN_KINDS, "word+char")
"""The tokens that examples can be read in: also words with their letters."""


@dataclass(frozen=True)
class SourceFiles:
    """The files of a text or of examples, and how they are read: everything that is needed to read the same again. Raises
    InputError for an unknown format.

    source: a file, a folder, a built-in's name, or several files (sources.together); validation, test: files of the same
    kind. Without a validation file, a tenth of the source validates: the end of a text, or examples that split_seed chooses.
    format None: recognised by content. columns: two names of the header or numbers from 1, as text. cut_long: cut off the end
    of texts that are too long. join_labels: treat labels as one that differ only in how they are written
    (classification.written_alike).
    """

    source: str
    validation: str | None = None
    test: str | None = None
    format: str | None = None
    columns: tuple[str, str] | None = None
    encoding: str | None = None
    skip_bad_lines: bool = False
    split_seed: int = 1
    cut_long: bool = False
    join_labels: bool = False

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise InputError(f"format is {self.format!r}, expected one of {', '.join(FORMATS)}")
        if not 0 <= self.split_seed < 2**62:
            raise InputError(f"split_seed is {self.split_seed}, expected 0 to {2**62 - 1}")


@dataclass(frozen=True)
class DataRequest:
    """Everything that opens the same data again. Raises InputError if the parts don't fit together.

    task: one of kinds.TASKS; None: the content of the files decides. items: for lm, each line or paragraph is an item, read by
    itself from <s> to </s>; None: one running text. tokens: what is read, one of TOKENS; None: a language model reads
    characters, and for examples the texts decide. target_units: what seq2seq writes, one of TARGET_UNITS; None: the targets
    decide. fold_case: read the words of examples in lower case.
    """

    files: SourceFiles
    task: str | None = None
    items: str | None = None
    tokens: str | None = None
    target_units: str | None = None
    fold_case: bool = False

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("task", self.task, TASKS),
            ("items", self.items, ITEM_FORMATS),
            ("tokens", self.tokens, TOKENS),
            ("target_units", self.target_units, TARGET_UNITS),
        ):
            if value is not None and value not in allowed:
                raise InputError(f"{name} is {value!r}, expected one of {', '.join(allowed)}")
        if self.items is not None and self.task not in (None, ITEMS.task):
            raise InputError(f"items are for the task lm, found {self.task}: leave one of them out")
        if self.tokens is not None and self.kind is not None and self.tokens not in self.kind.tokens:
            able = ", ".join(self.kind.tokens)
            raise InputError(f"tokens is {self.tokens!r}, but the task {self.kind.said_as} reads {able}: give one of these")
        if self.fold_case and self.tokens not in (None, "word", "word+char"):
            raise InputError(f"fold_case is for words, tokens is {self.tokens!r}: leave one of them out")

    def completes(self, asked: DataRequest) -> bool:
        """Whether this is the request `asked`, completed with what that one left to the content of its files."""
        files = _agree(self.files, asked.files, ("format", "columns", "encoding"))
        return files and _agree(replace(self, files=asked.files), asked, ("task", "tokens", "target_units"))

    @property
    def kind(self) -> Kind | None:
        """The kind of data that is asked for; None if the content decides."""
        if self.items is not None:
            return ITEMS
        return None if self.task is None else KINDS[self.task]

    @property
    def loss_unit(self) -> str:
        """What the loss on such data is a mean over, such as char or word; the task must be known."""
        assert self.kind is not None
        if self.kind.writes_answers:
            return UNITS[self.target_units or "characters"]
        return self.kind.loss_unit or self.tokens or "char"


def _agree(whole: Any, asked: Any, left_open: tuple[str, ...]) -> bool:
    """Whether both have the same fields, except those of `left_open` that are None in `asked`."""
    names = [one.name for one in fields(asked)]
    return all(
        getattr(asked, name) == getattr(whole, name) or (name in left_open and getattr(asked, name) is None) for name in names
    )
