"""Where `train` saves: checked before the training begins, and used when it is time to save."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.output import note
from tui_rnn.errors import InputError
from tui_rnn.paths import new_run_path
from tui_rnn.training.own_files import OwnFiles, beside

if TYPE_CHECKING:
    from tui_rnn.training.trainer import Trainer


def check_out(out: Path, overwrite: bool, of_run: Path | None = None) -> None:
    """Raise InputError if the run can't be saved there, or would replace another run or a file that is not a run. of_run: the
    file of the run that goes on, which may be `out`."""
    from tui_rnn.training.run_facts import read_facts
    from tui_rnn.training.tensor_file import check_target

    check_target(out)
    if not out.exists() or (of_run is not None and out.samefile(of_run)):
        return
    try:
        there = read_facts(out)
    except InputError:
        raise InputError(f"--out {out} exists and is not a run, so it is not overwritten: choose another name") from None
    if not overwrite:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(out.stat().st_mtime))
        raise InputError(
            f"--out {out} exists: {there.config.name} on {there.data.name} at step {there.weights_step:,}, saved {when}: "
            "choose another name, or replace it with --overwrite"
        )


def make_runs_dir(out: Path) -> None:
    """Make the folder for runs. Raises InputError if it can't be made, and so a file must be named."""
    from tui_rnn.training.tensor_file import check_target

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the folder for runs, {out.parent}, can't be made ({error.strerror}): say where to save with --out FILE"
        ) from None
    try:
        check_target(out)
    except InputError as error:
        raise InputError(f"{error}, with --out FILE") from None


def save(trainer: Trainer, files: OwnFiles, out: Path) -> Path:
    """Save the run, and return where. If `out` can't be written, it is saved elsewhere, and a note says so. Raises RunError if
    no place can be written."""
    from tui_rnn.training.resuming import save_run
    from tui_rnn.training.saving import save_or_elsewhere

    place, changed = files.place(out, lambda: beside(out))
    other = new_run_path(trainer.data.name, trainer.config.name).name
    try:
        path, trouble = save_or_elsewhere(partial(save_run, trainer), place, other)
    finally:
        files.let_go(place)
    for line in (changed, trouble):
        if line:
            note(line)
    return path
