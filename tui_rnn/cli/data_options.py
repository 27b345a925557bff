"""Options that say what the files hold: the task, the columns, and which files validate."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from tui_rnn.cli.options import CHOICE, DATA, FLAG, SEVERAL, Task
from tui_rnn.errors import InputError
from tui_rnn.kinds import ANSWERING, ITEMS, KINDS, LABELLED, PAIRS, TASKS

if TYPE_CHECKING:
    from tui_rnn.data.request import DataRequest, SourceFiles

Encoding = Annotated[str | None, Parameter(help="The text's encoding, if it is not UTF-8.", metavar="NAME")]
Format = Annotated[
    Literal["conllu", "conll", "word/tag", "tsv", "csv", "json", "jsonl", "label-text", "text-label", "folder"] | None,
    CHOICE,
    Parameter(
        help="The file's format; without, its content decides. For tag: conllu, conll (columns with spaces between), word/tag. "
        "For classify: label-text or text-label (a space between), folder (one file a class). Tables: tsv, csv (commas, "
        "semicolons or bars), json (a list of objects), jsonl.",
        metavar="NAME",
    ),
]
Columns = Annotated[
    str | None,
    Parameter(
        help="The two columns: names of the header, or numbers from 1, such as text,label or 2,1. With numbers, the first "
        "line is also an example, unless it looks like a header: it has usual names, or a label that no other line has. A "
        "message says so.",
        metavar="A,B",
    ),
]
SkipBadLines = Annotated[
    bool,
    FLAG,
    Parameter(
        help="Leave out malformed lines and count them, instead of refusing the file; also a folder's files without text."
    ),
]


def was_given(value: object) -> bool:
    """Whether an option was given: its value is not the one for an option that is left out. 0 is given."""
    return value is not None and value is not False and value != ()


EXAMPLES = tuple(kind.name for kind in KINDS.values() if not kind.is_stream)


@Parameter(name="*", group=DATA)
@dataclass(frozen=True)
class DataOptions:
    """The options of `train` about its data; None or False if not given."""

    task: Annotated[
        Task | None,
        CHOICE,
        Parameter(
            help="A language model, tags for words, classes for texts, or texts for texts; without, the content decides.",
            metavar="|".join(TASKS),
        ),
    ] = None
    items: Annotated[
        Literal["lines", "paragraphs"] | None,
        CHOICE,
        Parameter(
            help="A language model over items, each from <s> to </s>, instead of one running text.", metavar="lines|paragraphs"
        ),
    ] = field(default=None, metadata={"kinds": (ITEMS.name,)})
    tokens: Annotated[
        Literal["char", "word", "word+char", "byte"] | None,
        CHOICE,
        Parameter(
            help="What one token is; without, a language model reads characters, and for examples the texts decide: words of "
            "sentences, characters of names or dates. word+char: for tag and classify, each word with its letters.",
            metavar="char|word|word+char|byte",
        ),
    ] = None
    fold_case: Annotated[bool, FLAG, Parameter(help="Read the words of examples in lower case.")] = field(
        default=False, metadata={"kinds": ANSWERING}
    )
    valid: Annotated[
        tuple[str, ...],
        SEVERAL,
        Parameter(
            help="File to validate on (repeat it for several); without, a tenth of SOURCE: the end of a text, or some of the "
            "examples, none of them also in training.",
            metavar="FILE",
        ),
    ] = ()
    test: Annotated[tuple[str, ...], SEVERAL, Parameter(help="File to score once, at the end.", metavar="FILE")] = ()
    columns: Columns = field(default=None, metadata={"kinds": ANSWERING})
    format: Format = field(default=None, metadata={"kinds": ANSWERING})
    target_units: Annotated[
        Literal["characters", "tokens", "words"] | None,
        CHOICE,
        Parameter(
            help="What seq2seq writes: characters, tokens between spaces, or words and punctuation marks; without, the targets "
            "decide.",
            metavar="characters|tokens|words",
        ),
    ] = field(default=None, metadata={"kinds": (PAIRS.name,)})
    split_seed: Annotated[int | None, Parameter(help="Which examples validate (default 1).", metavar="N")] = field(
        default=None, metadata={"kinds": EXAMPLES}
    )
    skip_bad_lines: SkipBadLines = field(default=False, metadata={"kinds": EXAMPLES})
    cut_long: Annotated[
        bool, FLAG, Parameter(help="Cut texts of more than 4,096 characters and count them, instead of refusing the file.")
    ] = field(default=False, metadata={"kinds": EXAMPLES})
    join_labels: Annotated[
        bool, FLAG, Parameter(help="Treat labels as one that differ only in letter case, in white space, or as 5 and 5.0 do.")
    ] = field(default=False, metadata={"kinds": (LABELLED.name,)})
    encoding: Encoding = None

    def given(self) -> list[str]:
        """The names of the options that were given."""
        return [name for name, value in vars(self).items() if was_given(value)]

    def request(self, *sources: str) -> DataRequest:
        """What to open. Raises InputError if the options don't fit together."""
        from tui_rnn.data.request import DataRequest
        from tui_rnn.data.sources import together

        if self.split_seed is not None and not 0 <= self.split_seed < 2**62:
            raise InputError(f"--split-seed is {self.split_seed}, expected 0 to {2**62 - 1}")
        if self.items is not None and self.task not in (None, ITEMS.task):
            raise InputError(f"--items is for the task lm, found {self.task}: leave one of them out")
        files = example_files(together(sources), self.columns, self.format, self.encoding, self.skip_bad_lines)
        files = replace(
            files,
            validation=together(self.valid) or None,
            test=together(self.test) or None,
            split_seed=files.split_seed if self.split_seed is None else self.split_seed,
            cut_long=self.cut_long,
            join_labels=self.join_labels,
        )
        return DataRequest(files, self.task, self.items, self.tokens, self.target_units, self.fold_case)


KINDS_OF = {f.name: f.metadata["kinds"] for f in fields(DataOptions) if f.metadata}
"""The kinds of data that an option is for, if it isn't for all."""


def example_files(
    source: str, columns: str | None, format: str | None, encoding: str | None, skip_bad_lines: bool
) -> SourceFiles:
    """A source, and how to read it. Raises InputError if --columns are not two."""
    from tui_rnn.data.request import SourceFiles

    pair = None
    if columns is not None:
        names = [name.strip() for name in columns.split(",")]
        if len(names) != 2 or not all(names):
            raise InputError(f"--columns is {columns!r}, expected two names or numbers with a comma between, such as 2,1")
        pair = (names[0], names[1])
    return SourceFiles(source, format=format, columns=pair, encoding=encoding, skip_bad_lines=skip_bad_lines)
