"""Temporary files that name their process: what killed processes left of them is cleared away."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
import time
from pathlib import Path

OLD_S = 3600.0  # no save takes so long, on whatever machine that shares the folder it is under way
SAVES = re.compile(r"\.tui-rnn-(\d+)-[0-9a-f]{16}\.tmp")
_cleared: set[tuple[Path, re.Pattern[str]]] = set()


def new_name(folder: Path) -> Path:
    """A name in the folder that no other save has and nobody can guess; it names this process."""
    return folder / f".tui-rnn-{os.getpid()}-{secrets.token_hex(8)}.tmp"


def clear(folder: Path, names: re.Pattern[str] = SAVES, old_s: float = OLD_S) -> None:
    """Remove what has such a name, with the process in its first group, is that old, and whose process is gone. Looked for once
    in a process's life: kills are rare."""
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
