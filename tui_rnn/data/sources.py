"""Finds what a person named: a file, the text files of a folder, the files that match a pattern, or stdin. It opens nothing.

Only regular files count: reading a FIFO may wait for ever, and /dev/zero never ends. So stdin is first written to a file.
"""

from __future__ import annotations

import difflib
import fnmatch
import itertools
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tui_rnn.data import standard_input
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.paths import written_path

STDIN = "/dev/stdin"
_TOGETHER = "\0"  # between several sources: the one character that no system allows in a path
_NAMES_LOOKED_AT = 10_000  # in the search for names like the one of a missing file
_PATTERN = re.compile(r"[*?\[]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # one letter is a drive
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


@dataclass(frozen=True)
class TextFile:
    path: Path
    byte_count: int


@dataclass(frozen=True)
class Source:
    """What was found: the files in order, and what was skipped. name: for a person, as found; source: opens the same again,
    from any folder. folder: the folder, if its text files were named; None for files that were named one by one."""

    name: str
    source: str
    files: list[TextFile]
    skipped: list[Skipped]
    folder: Path | None = None


class Skipped(NamedTuple):
    """A file or folder that isn't read. kind: why, in words that follow `is`: hidden, empty, unreadable, not a regular file."""

    path: Path
    kind: str


def source_path(source: str | os.PathLike[str]) -> Path:
    """The path that a person typed, with `~` expanded. Raises InputError for an empty string and for a web address."""
    written = os.fspath(source)
    if not written:
        raise InputError("the source is an empty string, expected a file, a folder or the name of a built-in corpus")
    if _ADDRESS.match(written):
        name = visible(written)
        raise InputError(
            f"{name} is a web address, expected a file: download it first, for example with curl -O {name}, and give the file"
        )
    return written_path(source)


def absolute_path(path: Path) -> Path:
    """The absolute path; a link at its end keeps its own name."""
    return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


def together(sources: Sequence[str]) -> str:
    """Several sources as one; they are read in that order."""
    return _TOGETHER.join(sources)


def apart(source: str) -> list[str]:
    """The sources that were put together, at least one."""
    return [one for one in source.split(_TOGETHER) if one] or [source]


def listed(source: str) -> str:
    """The sources that were put together, for a person."""
    return ", ".join(apart(source))


def in_brief(source: str) -> str:
    """The same without folders: 'a.txt', 'a.txt and 2 more'."""
    first, *more = apart(source)
    return (Path(first).name or first) + (f" and {len(more)} more" if more else "")


def first_gone(source: str) -> str | None:
    """The first of the sources that were put together of which nothing is there: no file, no folder, no match of a pattern."""
    return next((one for one in apart(source) if not _is_there(Path(one))), None)


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or (_PATTERN.search(path.name) is not None and bool(_matches(path)))
    except OSError:
        return False


def _matches(pattern: Path) -> list[Path]:
    """The files whose names match, in order, without hidden ones. (Path.glob refuses ** in a name such as **.txt.)"""
    try:
        names = os.listdir(pattern.parent)
    except OSError:
        return []
    found = (pattern.parent / name for name in fnmatch.filter(names, pattern.name) if not name.startswith("."))
    return sorted(one for one in found if os.path.isfile(one))


def find_source(source: str | os.PathLike[str], built_in_names: Iterable[str]) -> Source:
    """The files of one source, or of several that were put together: a file, a folder, a pattern such as texts/*.txt, or "-"
    for stdin. built_in_names: other possible names, for suggestions. Raises InputError as find_files does."""
    names = apart(os.fspath(source))
    found = [_find_one(name, list(built_in_names), len(names) > 1) for name in names]
    if len(found) == 1:
        return found[0]
    files = [file for one in found for file in one.files]
    return Source(
        f"{found[0].name} and {len(found) - 1} more",
        together([one.source for one in found]),
        files,
        [skipped for one in found for skipped in one.skipped],
    )


def _find_one(name: str, built_in_names: list[str], among_others: bool) -> Source:
    if name in (STDIN, "-"):
        kept = standard_input.kept_file()
        return Source("stdin", STDIN, [TextFile(kept, kept.stat().st_size)], [])
    if among_others and name in built_in_names and not Path(name).exists():
        raise InputError(f"{name} is a built-in corpus, which is read alone: leave it out, or give it by itself")
    path = source_path(name)
    if _PATTERN.search(path.name) and not os.path.lexists(path):
        matched = _matches(path)
        if not matched:
            raise InputError(f"no file matches {visible(name)}: check the pattern and its folder")
        files = [file for one in matched for file in find_files(one, ())[0]]
        return Source(path.name, str(absolute_path(path)), files, [])
    files, skipped = find_files(path, built_in_names)
    absolute = absolute_path(path)
    return Source(absolute.name or str(absolute), str(absolute), files, skipped, path if path.is_dir() else None)


def find_files(source: Path, built_in_names: Iterable[str]) -> tuple[list[TextFile], list[Skipped]]:
    """The regular files of a file or folder, in order of their paths, and what was skipped. built_in_names: other possible
    names, for suggestions.

    Raises InputError if `source` is missing (with similar names), unreachable, neither a file nor a folder, or empty.
    """
    shown = visible(str(source))
    try:
        status = source.stat()
    except FileNotFoundError:
        raise InputError(_missing(source, built_in_names)) from None
    except NotADirectoryError:
        raise InputError(f"no file {shown}: a part of its path is a file, not a folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"can't reach {shown}: {reason}; check the path and its permissions") from None
    if stat.S_ISDIR(status.st_mode):
        return _walk(source)
    if not stat.S_ISREG(status.st_mode):
        pipe = "; to read a program's output, use … | tui-rnn train -" if stat.S_ISFIFO(status.st_mode) else ""
        raise InputError(f"{shown} is {_kind(status.st_mode)}, expected a text file or a folder of text files{pipe}")
    if status.st_size == 0:
        if _holds_something(source):
            raise InputError(
                f"{shown} has no size, since the system makes it when it is read: copy it to an ordinary file first"
            )
        raise InputError(f"{shown} is empty (0 bytes): give a file with text in it")
    return [TextFile(source, status.st_size)], []


def _holds_something(file: Path) -> bool:
    """Whether a file of 0 bytes still gives some when it is read, as files in /proc do."""
    try:
        with file.open("rb") as opened:
            return bool(opened.read(1))
    except OSError:
        return False


def _walk(folder: Path) -> tuple[list[TextFile], list[Skipped]]:
    files: list[TextFile] = []
    skipped: list[Skipped] = []

    def unreadable(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise InputError(f"can't list the folder {visible(str(folder))}: {error.strerror}; check its permissions")
        skipped.append(Skipped(Path(error.filename), "unreadable"))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        hidden = [name for name in itertools.chain(folders, names) if name.startswith(".")]
        skipped += [Skipped(Path(parent, name), "hidden") for name in hidden]
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith("."):
                continue
            path = Path(parent, name)
            try:
                status = path.stat()
            except OSError:
                skipped.append(Skipped(path, "unreadable"))
                continue
            if not stat.S_ISREG(status.st_mode):
                skipped.append(Skipped(path, "not a regular file"))
            elif status.st_size == 0:
                skipped.append(Skipped(path, "empty"))
            else:
                files.append(TextFile(path, status.st_size))
    files.sort(key=lambda file: file.path.relative_to(folder).parts)
    return files, skipped


def check_regular(path: Path, expected: str) -> os.stat_result:
    """The status of a file. Raises InputError if it is not a regular file, OSError if there is none."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{visible(str(path))} is {_kind(status.st_mode)}, expected {expected}")
    return status


def _kind(mode: int) -> str:
    return next((name for test, name in _KINDS if test(mode)), "not a regular file")


def _missing(source: Path, built_in_names: Iterable[str]) -> str:
    names = list(built_in_names)
    try:
        with os.scandir(source.parent) as entries:
            siblings = [entry.name for entry in itertools.islice(entries, _NAMES_LOOKED_AT)]
    except OSError:
        siblings = []
    close = difflib.get_close_matches(source.name, [*siblings, *names], n=2)
    if not close:
        by_stem = {Path(name).stem: name for name in [*siblings, *names]}
        close = [by_stem[stem] for stem in difflib.get_close_matches(source.stem, by_stem, n=2)]
    shown = [name if name in names else str(source.parent / name) for name in close]
    otherwise = "see `tui-rnn corpora` for the built-in ones" if names else "check its name"
    advice = f"did you mean {visible(' or '.join(shown))}?" if shown else otherwise
    return f"no file{', folder or built-in corpus' if names else ''} '{visible(str(source))}': {advice}"
