"""The temporary files of saves: a name for each, and what killed processes left of them cleared away."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
import time
from pathlib import Path

OLD_S = 3600.0  # no save takes so long, on whatever machine that shares the folder it is under way
_NAME = re.compile(r"\.tui-rnn-(\d+)-[0-9a-f]{16}\.tmp")
_cleared: set[Path] = set()


def new_name(folder: Path) -> Path:
    """A name in the folder that no other save has and nobody can guess; it names this process."""
    return folder / f".tui-rnn-{os.getpid()}-{secrets.token_hex(8)}.tmp"


def clear(folder: Path) -> None:
    """Remove what is old and whose process is gone. Looked for once in a process's life: kills are rare."""
    if folder in _cleared:
        return
    _cleared.add(folder)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            if found and _old(entry) and not _alive(int(found[1])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _old(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime < time.time() - OLD_S
    except OSError:
        return False


def _alive(pid: int) -> bool:
    """Whether such a process runs here; where it is not safe to ask, the file's age decides."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # another user's; no number of a process
        return True
    return True
