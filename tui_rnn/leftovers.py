"""Files that are written whole or not at all, by temporary files that name their process; and the cleaning up of those that
killed processes left behind."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
import time
from pathlib import Path

OLD_S = 3600.0  # no save takes so long, on any machine that shares the folder
SAVES = re.compile(r"\.tui-rnn-(\d+)-[0-9a-f]{16}\.tmp")
_cleared: set[tuple[Path, re.Pattern[str]]] = set()


def new_name(folder: Path) -> Path:
    """A name in the folder that no other save has and nobody can guess; it names this process."""
    return folder / f".tui-rnn-{os.getpid()}-{secrets.token_hex(8)}.tmp"


def put(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file, whole or not at all. mode: the rights of a new file, less the umask. Raises OSError."""
    temporary = new_name(path.parent)
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def clear(folder: Path, names: re.Pattern[str] = SAVES, old_s: float = OLD_S) -> None:
    """Remove files with such a name, whose first group is a process, when they are that old and their process is gone. A
    process looks once for each folder: kills are rare."""
    if (folder, names) in _cleared:
        return
    _cleared.add((folder, names))
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = names.fullmatch(entry.name)
            if found and _old(entry, old_s) and not _alive(int(found[1])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _old(entry: os.DirEntry[str], old_s: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime <= time.time() - old_s
    except OSError:
        return False


def _alive(pid: int) -> bool:
    """Whether such a process runs here. Windows has no safe way to ask: there, the file's age decides."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # another user's process; not the number of a process
        return True
    return True
