"""The files of a run as this process left them: what another program has put there since is not replaced."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path


class OwnFiles:
    """Paths, each with what lay there when it was last looked at. Where something else lies, `place` names another path, which
    is taken in its stead from then on."""

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._left = {path: _state(path) for path in paths}
        self._instead: dict[Path, Path] = {}

    def left(self, path: Path) -> None:
        """Something was written there."""
        self._left[path] = _state(path)

    def place(self, path: Path, another: Callable[[], Path]) -> tuple[Path, str]:
        """Where what belongs to `path` is to be written, and a line where that is a new place, "" else."""
        own = self._instead.get(path, path)
        if own not in self._left or self._claimed(own) or _state(own) == self._left[own]:
            return own, ""
        self._instead[path] = new = another()
        return new, f"another program has written {own} meanwhile, which stays as it is: this run is saved in {new}"

    def _claimed(self, path: Path) -> bool:
        """Put an empty file where none lies: of two that write at the same time, only one can. True where that is done."""
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        except OSError:  # writing will say what is wrong
            return not path.exists()
        self._left[path] = _state(path)
        return True

    def let_go(self, path: Path) -> None:
        """Nothing was written there after all: what only held the place is taken away."""
        with contextlib.suppress(OSError):
            if _state(path) == self._left.get(path) and path.stat().st_size == 0:
                path.unlink()


def beside(path: Path) -> Path:
    """A new name beside a file's: 'run-3f9c0a.safetensors'."""
    return path.with_name(f"{path.stem}-{secrets.token_hex(3)}{path.suffix}")


def _state(path: Path) -> tuple[int, int, int] | None:
    """What a file has in common with no other that lies there at another time; None where there is no file."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_ino, info.st_mtime_ns, info.st_size
