"""The saved runs in a folder, for a list or a picker: only headers are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tui_rnn.errors import InputError
from tui_rnn.paths import runs_dir
from tui_rnn.training.checkpoint import Facts, read_facts


@dataclass(frozen=True)
class SavedRun:
    """One file. facts is None where the file is no whole run; `problem` then says why, in one line."""

    path: Path
    saved_at: float  # seconds since 1970
    byte_count: int
    facts: Facts | None
    problem: str = ""


def list_runs(folder: Path | None = None) -> list[SavedRun]:
    """The runs in `folder` (without one: where runs are saved unless a path is given), the latest first."""
    runs = []
    folder = folder or runs_dir()
    for path in folder.glob("*.safetensors") if folder.is_dir() else ():
        try:
            status = path.stat()
            facts, problem = read_facts(path), ""
        except OSError:  # it went away meanwhile
            continue
        except InputError as error:
            facts, problem = None, str(error)
        runs.append(SavedRun(path, status.st_mtime, status.st_size, facts, problem))
    return sorted(runs, key=lambda run: (-run.saved_at, run.path.name))
