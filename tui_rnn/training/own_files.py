"""The files of a run as this process left them: a file that another program has written since is not replaced."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path


class OwnFiles:
    """Paths, each with the state of its file when this process last left it. If the file has changed, `place` names another
    path, which is used in its place from then on."""

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._left = {path: _state(path) for path in paths}
        self._instead: dict[Path, Path] = {}

    def left(self, path: Path) -> None:
        """Note that this process has written the file."""
        self._left[path] = _state(path)

    def place(self, path: Path, another: Callable[[], Path]) -> tuple[Path, str]:
        """Where to write what belongs to `path`, and a line of text if that is a new place, else ""."""
        own = self._instead.get(path, path)
        if own not in self._left or self._claimed(own) or _state(own) == self._left[own]:
            return own, ""
        self._instead[path] = new = another()
        return new, f"another program has written {own}, so that file stays as it is: this run is saved in {new}"

    def _claimed(self, path: Path) -> bool:
        """Create an empty file if there is none: of two programs that try at the same time, only one can. True if it was
        made."""
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        except OSError:  # the attempt to write will say what is wrong
            return not path.exists()
        self._left[path] = _state(path)
        return True

    def let_go(self, path: Path) -> None:
        """Where nothing was written after all: remove the empty file that only held the place."""
        with contextlib.suppress(OSError):
            if _state(path) == self._left.get(path) and path.stat().st_size == 0:
                path.unlink()


def beside(path: Path) -> Path:
    """A new name beside a file's: 'run-3f9c0a.safetensors'."""
    return path.with_name(f"{path.stem}-{secrets.token_hex(3)}{path.suffix}")


def _state(path: Path) -> tuple[int, int, int] | None:
    """What tells a file from any other that was there at another time; None if there is no file."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_ino, info.st_mtime_ns, info.st_size
