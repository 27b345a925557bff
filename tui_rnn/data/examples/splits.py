"""Which examples train and which validate: files that were given, or a seeded split that no text is on both sides of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from tui_rnn.data.examples.batches import permutation
from tui_rnn.data.examples.documents import BadLines, Opened, Progress, digest, open_documents
from tui_rnn.data.examples.encoding import in_blocks
from tui_rnn.display import counted
from tui_rnn.errors import InputError

VALIDATION_SHARE = 0.1
MOSTLY = 0.8

FORMATS = (
    *("conllu", "conll", "word/tag", "tsv", "csv", "json", "jsonl", "label-text", "text-label"),
    *("folder", "lines", "paragraphs"),
)

E = TypeVar("E")


class Noticed(Protocol):
    """An encoded part, and what should be known about it."""

    @property
    def notices(self) -> tuple[str, ...]: ...


P = TypeVar("P")
Q = TypeVar("Q", bound=Noticed)


@dataclass(frozen=True)
class ExampleFiles:
    """What was asked for: all that opens the same examples again. InputError for a format that isn't one.

    source: a file, a folder or a built-in's name; validation, test: files of the same kind. Without a validation file,
    a tenth of the source validates, chosen by split_seed. format None: recognised by content. columns: two names of
    the header or numbers from 1, as text.
    """

    source: str
    validation: str | None = None
    test: str | None = None
    format: str | None = None
    columns: tuple[str, str] | None = None
    encoding: str | None = None
    skip_bad_lines: bool = False
    split_seed: int = 1

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise InputError(f"format is {self.format!r}, expected one of {', '.join(FORMATS)}")
        if not 0 <= self.split_seed < 2**62:
            raise InputError(f"split_seed is {self.split_seed}, expected 0 to {2**62 - 1}")


@dataclass(frozen=True)
class Nouns:
    """How messages speak of one example, of several, and of what is learnt about it; what is said where most are repeated."""

    one: str
    many: str
    answer: str
    mostly_repeated: str = ""

    def count(self, n: int) -> str:
        return counted(n, self.one, self.many)


@dataclass(frozen=True, eq=False)
class Parts(Generic[P]):
    """Examples that were read and split. `name` is as found: show it through display.visible; `shown` is safe.

    files opens the same again (its paths are absolute); byte_count and sha256 (see documents.digest) are of all files read.
    """

    files: ExampleFiles
    name: str
    shown: str
    byte_count: int
    sha256: str
    train: P
    validation: P
    test: P | None
    notices: tuple[str, ...]

    @property
    def source(self) -> str:
        """The training file, folder or built-in."""
        return self.files.source

    def encoded(self, encode: Callable[[P], Q], notices: Sequence[str] = ()) -> Parts[Q]:
        """Each part encoded; the notices grow by those given and by what the encoded parts say."""
        train, validation = encode(self.train), encode(self.validation)
        test = None if self.test is None else encode(self.test)
        said = [*self.notices, *notices]
        for name, part in (("training", train), ("validation", validation), ("test", test)):
            said += [f"{name}: {notice}" for notice in (part.notices if part is not None else ())]
        return Parts(self.files, self.name, self.shown, self.byte_count, self.sha256, train, validation, test, tuple(said))


Reader = Callable[[Opened, ExampleFiles, BadLines], list[E]]


def read_all(
    files: ExampleFiles, read: Reader[E], nouns: Nouns, progress: Progress | None = None
) -> tuple[Opened, list[E], list[str]]:
    """All examples of files.source, and what should be known about them. Raises InputError when there are none."""
    opened = open_documents(files.source, files.encoding, progress)
    bad = BadLines(files.skip_bad_lines)
    examples = read(opened, files, bad)
    notices = [*opened.notices, *bad.notices()]
    if not examples:
        skipped = f" ({bad.notices()[0]})" if bad.count else ""
        raise InputError(f"{opened.shown} holds no {nouns.many}{skipped}: give a file with at least two")
    return opened, examples, notices


def read_parts(
    files: ExampleFiles,
    read: Reader[E],
    key: Callable[[E], Hashable],
    nouns: Nouns,
    progress: Progress | None = None,
) -> Parts[list[E]]:
    """Read training, validation and test examples. key(example): what must not be on both sides of a seeded split.

    Raises InputError when a source can't be read or there are fewer than two different examples to split.
    """
    opened, train, notices = read_all(files, read, nouns, progress)
    sources = {"training": opened}
    given: dict[str, list[E]] = {}
    for part, source in (("validation", files.validation), ("test", files.test)):
        if source is not None:
            sources[part], given[part], more = read_all(replace(files, source=source), read, nouns, progress)
            notices += [f"{part}: {notice}" for notice in more]
    test, validation = given.get("test"), given.get("validation")
    if validation is None:
        train, validation, dropped = _seeded(train, key, files.split_seed, opened.shown, nouns, progress)
        notices.append(
            f"split by seed {files.split_seed}: {nouns.count(len(train))} for training, {len(validation):,} for validation"
        )
        notices += dropped
    else:
        notices += _overlap(train, validation, "validation", key, nouns, progress)
    if test is not None:
        notices += _overlap(train, test, "test", key, nouns, progress)
    return Parts(
        files=replace(
            files,
            source=opened.source,
            validation=sources["validation"].source if "validation" in sources else None,
            test=sources["test"].source if "test" in sources else None,
        ),
        name=opened.name,
        shown=opened.shown,
        byte_count=sum(source.byte_count for source in sources.values()),
        sha256=digest(list(sources.values())),
        train=train,
        validation=validation,
        test=test,
        notices=tuple(notices),
    )


def split_indices(n: int, seed: int, share: float = VALIDATION_SHARE) -> tuple[list[int], list[int]]:
    """The numbers below n (at least 2) in two ascending lists: for training, and the share for validation (at least 1)."""
    order = permutation(n, seed)
    held_out = max(1, round(n * share))
    return sorted(order[held_out:].tolist()), sorted(order[:held_out].tolist())


def _seeded(
    examples: Sequence[E],
    key: Callable[[E], Hashable],
    seed: int,
    shown: str,
    nouns: Nouns,
    progress: Progress | None,
) -> tuple[list[E], list[E], list[str]]:
    first: dict[Hashable, E] = {}
    otherwise = 0
    for block in in_blocks(examples, progress):
        for example in block:
            otherwise += first.setdefault(key(example), example) != example
    unique = list(first.values())
    dropped = len(examples) - len(unique)
    hint = nouns.mostly_repeated if dropped >= MOSTLY * len(examples) else ""
    if len(unique) < 2:
        times = f" ({len(examples):,} times)" if len(examples) > 1 else ""
        raise InputError(
            f"{shown} holds only one {nouns.one}{times}: expected at least two to split" + f"; {hint}" * bool(hint)
        )
    train, validation = split_indices(len(unique), seed)
    notices = []
    if dropped:
        differing = f", {otherwise:,} of them with another {nouns.answer}" if otherwise else ""
        notices.append(
            f"{counted(dropped, f'repeated {nouns.one}', f'repeated {nouns.many}')} left out before splitting{differing}"
        )
    if hint:
        notices.append(hint)
    return [unique[i] for i in train], [unique[i] for i in validation], notices


def _overlap(
    train: Sequence[E],
    other: Sequence[E],
    part: str,
    key: Callable[[E], Hashable],
    nouns: Nouns,
    progress: Progress | None,
) -> list[str]:
    known = {key(example) for block in in_blocks(train, progress) for example in block}
    shared = sum(key(example) in known for example in other)
    return (
        [f"{shared:,} of {nouns.count(len(other))} for {part} also {'stands' if shared == 1 else 'stand'} in the training file"]
        if shared
        else []
    )
