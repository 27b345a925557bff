"""The files of a run as this process left them: what another program has put there since is not replaced."""

from __future__ import annotations

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
        if own not in self._left or _state(own) in (None, self._left[own]):
            return own, ""
        self._instead[path] = new = another()
        return new, f"another program has written {own} meanwhile, which stays as it is: this run is saved in {new}"


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
