"""A run that can't be saved in its place is saved in another, so that a full disk doesn't lose what was learnt."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from tui_rnn.errors import TuiRnnError
from tui_rnn.paths import runs_dir

ELSEWHERE: tuple[Callable[[], Path], ...] = (runs_dir, Path.cwd, lambda: Path(tempfile.gettempdir()))


def save_or_elsewhere(save: Callable[[Path], object], path: Path, other_name: str) -> tuple[Path, str]:
    """save(path) or, if that fails, save the run under the other name in the first folder that takes it: the runs folder, the
    working folder, the folder for temporary files. If others can write to that folder, it goes into a new folder of this user's
    own in it, so that no link can wait in its place. Returns where it is, and a line that says what was wrong, "" if nothing
    was.

    Raises what save(path) raised, a TuiRnnError or OSError, if no place can be written.
    """
    try:
        save(path)
        return path, ""
    except (TuiRnnError, OSError) as error:
        for folder in ELSEWHERE:
            with contextlib.suppress(TuiRnnError, OSError):
                other = _saved_in(folder(), save, other_name)
                return other, f"{error}; saved in {other} instead"
        raise


def _saved_in(folder: Path, save: Callable[[Path], object], name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.stat().st_mode & stat.S_IWOTH or os.name == "nt":
        save(folder / name)
        return folder / name
    own = Path(tempfile.mkdtemp(prefix="tui-rnn-", dir=folder))
    try:
        save(own / name)
    except BaseException:
        with contextlib.suppress(OSError):
            own.rmdir()
        raise
    return own / name
