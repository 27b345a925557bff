"""Which examples train and which validate: given files, or a seeded split that has no text on both sides."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from tui_rnn.data.examples.batches import permutation
from tui_rnn.data.examples.documents import BadLines, Opened, Progress, digest, open_documents
from tui_rnn.data.examples.encoding import in_blocks
from tui_rnn.data.request import SourceFiles
from tui_rnn.display import counted
from tui_rnn.errors import InputError
from tui_rnn.kinds import Noun

VALIDATION_SHARE = 0.1
MOSTLY = 0.8

E = TypeVar("E")


@dataclass(frozen=True)
class Nouns:
    """The words of messages for an example and for its answer; and what is said if most examples are repeated."""

    example: Noun
    answer: str
    mostly_repeated: str = ""


@dataclass(frozen=True, eq=False)
class SplitExamples(Generic[E]):
    """Examples that were read and split. `name` is as found: show it through display.visible; `shown` is safe.

    files: reads the same again (its paths are absolute); byte_count and sha256 (see documents.digest) are of all files read.
    """

    files: SourceFiles
    name: str
    shown: str
    byte_count: int
    sha256: str
    train: list[E]
    validation: list[E]
    test: list[E] | None
    notices: tuple[str, ...]


Reader = Callable[[Opened, SourceFiles, BadLines], list[E]]


def read_all(
    files: SourceFiles, read: Reader[E], nouns: Nouns, progress: Progress | None = None
) -> tuple[Opened, list[E], list[str]]:
    """All examples of files.source, and notices about them. Raises InputError if there are none."""
    opened = open_documents(files.source, files.encoding, progress)
    bad = BadLines(files.skip_bad_lines, files.cut_long)
    examples = read(opened, files, bad)
    notices = [*opened.notices, *bad.notices()]
    if not examples:
        skipped = f" ({bad.notices()[0]})" if bad.count else ""
        raise InputError(f"{opened.shown} has no {nouns.example.many}{skipped}: give a file with at least two")
    return opened, examples, notices


def read_parts(
    files: SourceFiles,
    read: Reader[E],
    key: Callable[[E], Hashable],
    nouns: Nouns,
    progress: Progress | None = None,
) -> SplitExamples[E]:
    """Read training, validation and test examples. key(example): what must not be on both sides of a seeded split.

    Raises InputError if a source can't be read or there are fewer than two different examples to split.
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
            f"split by seed {files.split_seed}: {nouns.example.count(len(train))} for training, "
            f"{len(validation):,} for validation"
        )
        notices += dropped
    else:
        notices += _overlap(train, validation, "validation", key, nouns, progress)
    if test is not None:
        notices += _overlap(train, test, "test", key, nouns, progress)
    return SplitExamples(
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
    groups = _nearly_alike(first)
    if len(groups) < 2:
        times = f" ({len(examples):,} times)" if len(examples) > 1 else ""
        raise InputError(
            f"{shown} has only one {nouns.example.one}{times}, expected at least two to split" + f"; {hint}" * bool(hint)
        )
    train, validation = ([i for k in part for i in groups[k]] for part in split_indices(len(groups), seed))
    notices = []
    if len(groups) < len(unique):
        count = len(unique) - len(groups)
        differ, stay = ("differs", "it stays") if count == 1 else ("differ", "they stay")
        notices.append(
            f"{nouns.example.count(count)} {differ} from others only in letter case or white space: {stay} on their side of "
            "the split"
        )
    if dropped:
        differing = f", {otherwise:,} of them with another {nouns.answer}" if otherwise else ""
        repeated = counted(dropped, f"repeated {nouns.example.one}", f"repeated {nouns.example.many}")
        notices.append(f"{repeated} left out before splitting{differing}")
    if hint:
        notices.append(hint)
    return [unique[i] for i in train], [unique[i] for i in validation], notices


def _nearly_alike(keys: Iterable[Hashable]) -> list[list[int]]:
    """The numbers of the keys, in groups that differ only in letter case or white space; in order of the first of each
    group."""
    groups: dict[Hashable, list[int]] = {}
    for number, key in enumerate(keys):
        groups.setdefault(_loosely(key), []).append(number)
    return list(groups.values())


def _loosely(key: Hashable) -> Hashable:
    """The key without differences of letter case and white space."""
    if isinstance(key, str):
        return " ".join(key.casefold().split())
    return tuple(map(_loosely, key)) if isinstance(key, tuple) else key


def _overlap(
    train: Sequence[E],
    other: Sequence[E],
    part: str,
    key: Callable[[E], Hashable],
    nouns: Nouns,
    progress: Progress | None,
) -> list[str]:
    known = {key(example) for block in in_blocks(train, progress) for example in block}
    loose = {_loosely(one) for one in known}
    shared = sum(key(example) in known for example in other)
    near = sum(_loosely(key(example)) in loose for example in other) - shared
    of = f"of {nouns.example.count(len(other))} for {part}"
    notices = []
    if shared:
        notices.append(f"{shared:,} {of} {'is' if shared == 1 else 'are'} also in the training file")
    if near:
        are = "is" if near == 1 else "are"
        notices.append(f"{near:,} {of} {are} in the training file but for letter case or white space")
    return notices
