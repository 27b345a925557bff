"""What comes by stdin, kept in a file until the process ends: a text is read more than once, and its size must be known."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import socket
import sys
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from tui_rnn import leftovers
from tui_rnn.display import visible
from tui_rnn.errors import InputError, RunError

MAX_STDIN_BYTES = 2_000_000_000
HOST = zlib.crc32(socket.gethostname().encode(errors="replace"))  # if machines share the folder, each clears its own files
PREFIX = f"tui-rnn-stdin-{HOST}-"  # then come the number of the process, and random characters
LEFT = re.compile(rf"{PREFIX}(\d+)-.*")
OLD_S = 7 * 86_400.0 if sys.platform == "win32" else 0.0  # Windows can't tell whether a process lives, so a file's age decides
_BLOCK_BYTES = 1 << 20
_kept: Path | None = None


def keep(stream: BinaryIO | None, most_bytes: int = MAX_STDIN_BYTES) -> None:
    """Write all of a stream to a temporary file, which is removed when the process ends. Raises InputError if a person would
    have to type it, or if it is empty or has more than `most_bytes`; RunError if it can't be kept."""
    global _kept
    _kept = None
    if stream is None or stream.isatty():
        raise InputError("nothing comes by stdin (-): pipe a text into it, such as cat a.txt | tui-rnn train -, or name a file")
    leftovers.clear(Path(tempfile.gettempdir()), LEFT, OLD_S)
    handle, name = tempfile.mkstemp(prefix=f"{PREFIX}{os.getpid()}-")
    atexit.register(_remove, name)
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            while block := stream.read(_BLOCK_BYTES):
                size += len(block)
                if size > most_bytes:
                    most = f"{most_bytes / 1e9:g} GB" if most_bytes >= 1e9 else f"{most_bytes / 1e6:g} MB"
                    raise InputError(f"stdin has more than {most}, expected at most that: give it in parts")
                file.write(block)
    except OSError as error:
        _remove(name)
        where = tempfile.gettempdir()
        raise RunError(f"can't keep stdin in {where}: {error.strerror}; free some space or set TMPDIR") from error
    except BaseException:
        _remove(name)
        raise
    if not size:
        raise InputError("stdin is empty (0 bytes): pipe a text into it")
    _kept = Path(name)


def kept_file() -> Path:
    """The file. Raises InputError if nothing was kept: the playground and Python programs don't read stdin."""
    if _kept is None:
        raise InputError(
            "what came by stdin (-) is gone, or was never read: pipe it into tui-rnn train -, or save it in a file"
        )
    return _kept


def shown(path: Path) -> str:
    """A file's name for messages, safe to show: 'stdin' for the file of stdin."""
    return "stdin" if path == _kept else visible(str(path))


def _remove(name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name)
