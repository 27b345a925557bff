"""A run that can't be saved in its place is saved in another: what was learnt must not be lost to a full disk."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from tui_rnn.errors import TuiRnnError
from tui_rnn.paths import runs_dir

ELSEWHERE: tuple[Callable[[], Path], ...] = (runs_dir, Path.cwd, lambda: Path(tempfile.gettempdir()))


def save_or_elsewhere(save: Callable[[Path], object], path: Path, other_name: str) -> tuple[Path, str]:
    """save(path) or, when that fails, under the other name in the first folder that takes it: the runs folder, the working
    folder, the one for temporary files. Returns where it lies, and a line about what was wrong, "" where nothing was.

    Raises what save(path) raised, a TuiRnnError or OSError, when no place can be written.
    """
    try:
        save(path)
        return path, ""
    except (TuiRnnError, OSError) as error:
        for folder in ELSEWHERE:
            with contextlib.suppress(TuiRnnError, OSError):
                other = folder() / other_name
                other.parent.mkdir(parents=True, exist_ok=True)
                save(other)
                return other, f"{error}; saved in {other} instead"
        raise
