"""Options that say what the files hold: for which task, in which columns, and which of them validate."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from tui_rnn.cli.options import DATA, IN_ANY_CASE, Task
from tui_rnn.errors import InputError
from tui_rnn.kinds import ANSWERING, ITEMS, KINDS, LABELLED, PAIRS, TASKS

if TYPE_CHECKING:
    from tui_rnn.data.request import DataRequest, SourceFiles

Encoding = Annotated[str | None, Parameter(help="The text's encoding, where it is not UTF-8.", metavar="NAME")]
Format = Annotated[
    Literal["conllu", "conll", "word/tag", "tsv", "csv", "json", "jsonl", "label-text", "text-label", "folder"] | None,
    IN_ANY_CASE,
    Parameter(
        help="What the file is; without, its content decides. For tag: conllu, conll (columns with spaces between), word/tag. "
        "For classify: label-text or text-label (a space between), folder (one file a class). Tables: tsv, csv (commas, "
        "semicolons or bars), json (a list of objects), jsonl.",
        metavar="NAME",
        show_choices=False,
    ),
]
Columns = Annotated[
    str | None,
    Parameter(
        help="The two columns: names of the header, or numbers from 1, such as text,label or 2,1. With numbers, the first "
        "line is an example too, unless it looks like a header: it has usual names, or a label that no other line has. A "
        "message says so.",
        metavar="A,B",
    ),
]
SkipBadLines = Annotated[
    bool,
    Parameter(
        help="Leave malformed lines out, counted, instead of refusing the file; files of a folder that give no text, too.",
        negative=(),
        show_default=False,
    ),
]


def was_given(value: object) -> bool:
    """Whether an option's value is not what it is when left out. 0 is given."""
    return value is not None and value is not False and value != ()


EXAMPLES = tuple(kind.name for kind in KINDS.values() if not kind.is_stream)


@Parameter(name="*", group=DATA)
@dataclass(frozen=True)
class DataOptions:
    """The options of `train` about its data; None or False unless given."""

    task: Annotated[
        Task | None,
        IN_ANY_CASE,
        Parameter(
            help="Language model, tags of words, classes of texts, or texts into texts; without, the content decides.",
            metavar="|".join(TASKS),
            show_choices=False,
        ),
    ] = None
    items: Annotated[
        Literal["lines", "paragraphs"] | None,
        IN_ANY_CASE,
        Parameter(
            help="A language model over items, each from <s> to </s>, instead of one running text.",
            metavar="lines|paragraphs",
            show_choices=False,
        ),
    ] = field(default=None, metadata={"kinds": (ITEMS.name,)})
    tokens: Annotated[
        Literal["char", "word", "word+char", "byte"] | None,
        IN_ANY_CASE,
        Parameter(
            help="What is read, token by token; without, a language model reads characters, and of examples the texts decide: "
            "words of sentences, characters of names or dates. word+char: of tag and classify, each word with its letters.",
            metavar="char|word|word+char|byte",
            show_choices=False,
        ),
    ] = None
    fold_case: Annotated[
        bool,
        Parameter(help="Read the words of examples in lower case.", negative=(), show_default=False),
    ] = field(default=False, metadata={"kinds": ANSWERING})
    valid: Annotated[
        tuple[str, ...],
        Parameter(
            help="File to validate on (for several, say it again); without, a tenth of SOURCE: the end of a text, or examples, "
            "none on both sides.",
            metavar="FILE",
            negative_iterable=(),
            show_default=False,
        ),
    ] = ()
    test: Annotated[
        tuple[str, ...],
        Parameter(help="File to score once, at the end.", metavar="FILE", negative_iterable=(), show_default=False),
    ] = ()
    columns: Columns = field(default=None, metadata={"kinds": ANSWERING})
    format: Format = field(default=None, metadata={"kinds": ANSWERING})
    target_units: Annotated[
        Literal["characters", "tokens", "words"] | None,
        IN_ANY_CASE,
        Parameter(
            help="What seq2seq writes: characters, tokens between spaces, or words and punctuation marks; without, the targets "
            "decide.",
            metavar="characters|tokens|words",
            show_choices=False,
        ),
    ] = field(default=None, metadata={"kinds": (PAIRS.name,)})
    split_seed: Annotated[int | None, Parameter(help="Which examples validate (default 1).", metavar="N")] = field(
        default=None, metadata={"kinds": EXAMPLES}
    )
    skip_bad_lines: SkipBadLines = field(default=False, metadata={"kinds": EXAMPLES})
    cut_long: Annotated[
        bool,
        Parameter(
            help="Cut texts that are too long (4,096 characters), counted, instead of refusing the file.",
            negative=(),
            show_default=False,
        ),
    ] = field(default=False, metadata={"kinds": EXAMPLES})
    join_labels: Annotated[
        bool,
        Parameter(
            help="Labels that differ only in letter case, white space or as 5 and 5.0 are one.",
            negative=(),
            show_default=False,
        ),
    ] = field(default=False, metadata={"kinds": (LABELLED.name,)})
    encoding: Encoding = None

    def given(self) -> list[str]:
        """The names of the options that were given."""
        return [name for name, value in vars(self).items() if was_given(value)]

    def request(self, *sources: str) -> DataRequest:
        """What is to be opened. Raises InputError when the options don't fit together."""
        from tui_rnn.data.request import DataRequest
        from tui_rnn.data.sources import together

        if self.split_seed is not None and not 0 <= self.split_seed < 2**62:
            raise InputError(f"--split-seed is {self.split_seed}, expected 0 to {2**62 - 1}")
        if self.items is not None and self.task not in (None, ITEMS.task):
            raise InputError(f"--items is for the task lm, this is {self.task}: leave one of them out")
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
"""The kinds of data that an option is for, where it isn't for all."""


def example_files(
    source: str, columns: str | None, format: str | None, encoding: str | None, skip_bad_lines: bool
) -> SourceFiles:
    """A source with how to read it. Raises InputError for --columns that aren't two."""
    from tui_rnn.data.request import SourceFiles

    pair = None
    if columns is not None:
        names = [name.strip() for name in columns.split(",")]
        if len(names) != 2 or not all(names):
            raise InputError(f"--columns is {columns!r}, expected two names or numbers with a comma between, such as 2,1")
        pair = (names[0], names[1])
    return SourceFiles(source, format=format, columns=pair, encoding=encoding, skip_bad_lines=skip_bad_lines)
