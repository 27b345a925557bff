"""Pages of help as they were last printed: making one takes 0.3 s, most of it to import the parser.

A page is kept with everything it depends on: the arguments, the terminal, the variables that the parser and its printer read,
and the size and time of every source file. If any of it differs, the page is made again.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import tui_rnn
from tui_rnn.cli.streams import drop_dead_streams, prepare_streams

FLAGS = ("--help", "-h")
VERSION_FLAGS = ("--version", "-v", "-V")
MOST_WORDS = 2  # before the flag: ask, and a question
MOST_KEPT = 100  # pages; one command has as many as terminals have widths
MAX_BYTES = 200_000
_READ = ("CLICOLOR", "COLOR", "COLUMNS", "FORCE_COLOR", "JUPYTER", "LANG", "LC_", "LINES", "NO_COLOR", "PYTHON", "TERM", "TTY_")
"""The first letters of the names of all variables that a page can depend on."""


def print_known(arguments: list[str]) -> bool:
    """Print what is known without a parser: the version, or a kept page of help. Returns whether anything was printed."""
    prepare_streams()
    if len(arguments) == 1 and arguments[0] in VERSION_FLAGS:
        page: str | None = tui_rnn.__version__ + "\n"
    else:
        page = _kept(arguments) if _keepable(arguments) else None
    if page is None:
        return False
    try:
        sys.stdout.write(page)
        sys.stdout.flush()
    except OSError:  # the reader has what it wanted
        drop_dead_streams()
    return True


@contextlib.contextmanager
def kept(arguments: list[str]) -> Iterator[None]:
    """Keep what is printed in this block, if it is a page of help and was printed whole."""
    if not _keepable(arguments):
        yield
        return
    printed, copy = sys.stdout, _Copy(sys.stdout)
    sys.stdout = copy
    try:
        yield
    finally:
        sys.stdout = printed
    with contextlib.suppress(OSError, ValueError):
        _keep(arguments, "".join(copy.written))


class _Copy:
    """A stream that remembers what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def _keepable(arguments: list[str]) -> bool:
    """Whether these arguments ask for a page of help and for nothing else, on a system whose terminals take plain text."""
    *words, flag = arguments or [""]
    plain = all(word[:1].isalpha() and word.replace("-", "_").isidentifier() for word in words)
    return flag in FLAGS and len(words) <= MOST_WORDS and plain and sys.platform != "win32"


def _kept(arguments: list[str]) -> str | None:
    """The page that was kept for these arguments, if everything it depends on is the same; else None."""
    key = _key(arguments)
    try:
        with _path(key).open("rb") as file:
            data = file.read(MAX_BYTES)
    except OSError:
        return None
    page = data[len(key) + 8 :]
    if data[: len(key)] != key or data[len(key) : len(key) + 8] != b"%08x" % zlib.crc32(page):
        return None
    with contextlib.suppress(UnicodeDecodeError):
        return page.decode()
    return None


def _keep(arguments: list[str], text: str) -> None:
    key, page = _key(arguments), text.encode()
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    pages = list(path.parent.iterdir())
    if len(pages) >= MOST_KEPT:
        for old in pages:
            old.unlink(missing_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(key + b"%08x" % zlib.crc32(page) + page)
    part.replace(path)


def _path(key: bytes) -> Path:
    from tui_rnn.paths import help_dir

    return help_dir() / f"{zlib.crc32(key):08x}.page"


def _key(arguments: list[str]) -> bytes:
    """Everything that a page of help depends on."""
    return repr((arguments, sys.version, _terminal(), _variables(), _sources())).encode(errors="backslashreplace") + b"\n"


def _terminal() -> list[object]:
    """What the printer can learn about the terminal: its size by each stream, and stdout's encoding."""
    sizes: list[object] = []
    for handle in range(3):
        try:
            sizes.append(tuple(os.get_terminal_size(handle)))
        except OSError:
            sizes.append(None)
    return [*sizes, sys.stdout.isatty(), sys.stdout.encoding]


def _variables() -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in os.environ.items() if name.startswith(_READ))


def _sources() -> list[tuple[str, int, int]]:
    """Size and time of each file of this package, and the packages that are installed beside the printer's and the parser's."""
    found: list[tuple[str, int, int]] = []
    folders = [str(Path(tui_rnn.__file__).parent)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    facts = entry.stat()
                    found.append((entry.path, facts.st_size, facts.st_mtime_ns))
                elif entry.is_dir() and entry.name != "__pycache__":
                    folders.append(entry.path)
    for kind in ("purelib", "platlib"):
        folder = sysconfig.get_path(kind)
        with contextlib.suppress(OSError):
            found.append((folder, 0, os.stat(folder).st_mtime_ns))  # an installer makes folders there that name versions
    return sorted(found)
