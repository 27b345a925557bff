"""Exports a run: writes its files into a folder, whole or not at all, and proves that they equal it."""

from __future__ import annotations

import importlib.util
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from tui_rnn.errors import InputError, RunError
from tui_rnn.export.about import ABOUT, about
from tui_rnn.export.plan import plan_of
from tui_rnn.export.proof import Proof, examples_of, prove
from tui_rnn.export.target import NotInstalled, Target
from tui_rnn.training.run import Run
from tui_rnn.training.run_facts import RunFacts


@dataclass(frozen=True)
class Exported:
    """sizes: the bytes of each file. proof; unproved: why there is none."""

    folder: Path
    sizes: dict[str, int]
    proof: Proof | None
    unproved: str = ""


def check(target: Target, folder: Path, overwrite: bool, known: tuple[str, ...]) -> None:
    """Raise InputError if the export can't be written. known: the names of files that exports have."""
    if target.needs and importlib.util.find_spec(target.needs) is None:
        raise InputError(f"--to {target.name} needs {target.needs}, which is not installed: pip install 'tui-rnn[export]'")
    if folder.name in ("", ".."):
        raise InputError(f"--out is {str(folder)!r}, expected the name of a folder of its own")
    if not folder.parent.is_dir():
        raise InputError(f"{folder} can't be made: there is no folder {folder.parent}: make it or choose another place")
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise InputError(f"{folder} is no folder: name a new one with --out")
    there = sorted(one.name for one in folder.iterdir())
    if there and not (ABOUT in there and set(there) <= {*known}):
        raise InputError(f"{folder} holds other things ({there[0]!r:.60}), so it stays as it is: name a new folder with --out")
    if there and not overwrite:
        raise InputError(f"{folder} holds an export already: name a new folder with --out, or replace it with --overwrite")


def export(run: Run, facts: RunFacts, target: Target, folder: Path, at_step: int | None = None) -> Exported:
    """Write the network of a run, or of its kept moment nearest to a step, for a target, into a folder that passed `check`,
    and prove it. Raises RunError when the system refuses."""
    subject = run.subject(at_step=at_step)
    plan = plan_of(subject.network, run.symbols)
    files = target.files(plan, about(plan, run.symbols, facts, subject.step))
    _write(folder, files)
    sizes = {name: len(content) for name, content in files.items()}
    try:
        forms = target.opened(folder)
    except NotInstalled as error:
        return Exported(folder, sizes, None, str(error))
    return Exported(folder, sizes, prove(subject.network, *examples_of(run), forms))


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Fill a new folder beside it, which then takes its place."""
    new = folder.with_name(f".{folder.name}-{secrets.token_hex(3)}")
    try:
        new.mkdir()
        for name, content in files.items():
            (new / name).write_bytes(content)
        if folder.is_dir():
            shutil.rmtree(folder)
        new.rename(folder)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise RunError(f"{folder} was not written: {error.strerror or error}: choose another place") from None
