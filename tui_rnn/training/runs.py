"""The saved runs in a folder, for a list or a picker: only headers are read."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from tui_rnn.errors import InputError
from tui_rnn.paths import RUN_SUFFIX, runs_dir
from tui_rnn.training.run_facts import RunFacts, read_facts


@dataclass(frozen=True)
class SavedRun:
    """One file. facts is None where the file is not a complete run; `problem` then says why, in one line."""

    path: Path
    saved_at: float  # seconds since 1970
    byte_count: int
    facts: RunFacts | None
    problem: str = ""


def list_runs(folder: Path | None = None, newest: int | None = None) -> list[SavedRun]:
    """The runs in `folder` (without one: where runs are saved unless a path is given), the latest first; newest: only so
    many of them, whose headers alone are then read."""
    folder = folder or runs_dir()
    found = []
    for path in folder.glob(f"*{RUN_SUFFIX}") if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # it went away meanwhile
            found.append((path, path.stat()))
    found.sort(key=lambda one: (-one[1].st_mtime, one[0].name))
    return [_read(path, status) for path, status in found[:newest]]


def _read(path: Path, status: os.stat_result) -> SavedRun:
    try:
        facts, problem = read_facts(path), ""
    except InputError as error:
        facts, problem = None, str(error)
    return SavedRun(path, status.st_mtime, status.st_size, facts, problem)
