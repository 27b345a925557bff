"""The saved runs in a folder, for a table or a picker: it reads only headers, and each one only if its file has changed."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from tui_rnn.errors import InputError
from tui_rnn.paths import RUN_SUFFIX, runs_dir
from tui_rnn.training import compute, tensor_file
from tui_rnn.training.history import History, read_history
from tui_rnn.training.run_facts import RunFacts, facts_from, refusing

MOST_KEPT = 20_000


@dataclass(frozen=True)
class SavedRun:
    """One file. facts is None if the file is not a complete run; then `problem` says why, in one line. parameters: how many
    numbers it learnt; flops_per_char: of training on one character, see training/compute.py."""

    path: Path
    saved_at: float  # seconds since 1970
    byte_count: int
    facts: RunFacts | None
    problem: str = ""
    parameters: int = 0
    flops_per_char: float = 0.0


_known: dict[Path, tuple[tuple[int, int, int], SavedRun]] = {}
"""What was read, with what tells a file from any other that was there at another time."""


def list_runs(folder: Path | None = None, newest: int | None = None) -> list[SavedRun]:
    """The runs in `folder` (None: the folder where runs are saved by default), the latest first. newest: only so many of them.
    A file that was read before is read again only if it has changed."""
    folder = folder or runs_dir()
    found = []
    for path in folder.glob(f"*{RUN_SUFFIX}") if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # it has just been removed
            found.append((path, path.stat()))
    found.sort(key=lambda one: (-one[1].st_mtime, one[0].name))
    return [_read(path, status) for path, status in found[:newest]]


def saved_run(path: Path) -> SavedRun:
    """The run in one file. Raises InputError if there is none, or it is not complete."""
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    run = _read(path, status)
    if run.facts is None:
        raise InputError(run.problem)
    return run


def saved_history(path: Path) -> History:
    """The losses of a run while it trained, read without its weights. Raises InputError with one line."""
    with refusing(path), tensor_file.opened(path) as file:
        return read_history(file, facts_from(file.metadata).history)


def _read(path: Path, status: os.stat_result) -> SavedRun:
    own = status.st_ino, status.st_mtime_ns, status.st_size
    known = _known.get(path)
    if known is not None and known[0] == own:
        return known[1]
    run = _from_header(path, status)
    if len(_known) >= MOST_KEPT:
        _known.clear()
    _known[path] = own, run
    return run


def _from_header(path: Path, status: os.stat_result) -> SavedRun:
    try:
        with refusing(path), tensor_file.opened(path) as file:
            facts = facts_from(file.metadata)
            shapes = {name: tensor.shape for name, tensor in file.tensors.items()}
    except InputError as error:
        return SavedRun(path, status.st_mtime, status.st_size, None, str(error))
    count, flops = (
        compute.parameter_count(facts.config, shapes),
        compute.flops_per_char(facts.kind, shapes, facts.config.sampled_softmax),
    )
    return SavedRun(path, status.st_mtime, status.st_size, facts, "", count, flops)
