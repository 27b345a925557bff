"""The compiled kernels, kept from one start to the next in a folder that only this user can write to.

Numba's own cache unpickles any file that its index names, and opens both by path. This one replaces it: one file for each
kernel, which begins with a checksum over its name and contents and is read through the folder's own handle. It uses private
parts of Numba: `CompileResult._reduce` and `_rebuild` make and read the contents, and the dispatcher's `_cache` expects the
methods of `numba.core.caching._Cache`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from tui_rnn.kernels.machine.private_folder import TEMPORARY, PrivateFolder, Unsafe

SUFFIX = ".kernel"
_LOADING = "loading-"
_KEPT_BUILDS = 4
_MAX_BYTES = 1 << 26  # of one kernel; the largest has some 200 kB
_OLD_S = 3600.0  # writing a kernel takes milliseconds
_HINT = "set TUI_RNN_KERNEL_CACHE to a folder of your own"


class CompiledKernels:
    """The kernels of one build, by name."""

    def __init__(self, folder: PrivateFolder) -> None:
        self._folder = folder
        self._marks = True  # whether `loading` leaves one
        self._loading = 0
        self._mark: tuple[str, int] | None = None
        self._prepared: set[Any] = set()  # Numba's contexts that loaded code can refer to

    @classmethod
    def opened(cls, above: Path, build: str) -> CompiledKernels:
        """The kernels of a build, in a folder beside other builds' folders; removes the oldest. Raises Unsafe or OSError."""
        builds = PrivateFolder.made(above)
        try:
            folder = builds.within(build)
            folder.touch()
            others = sorted((name for name in builds.names() if name != build), key=builds.changed_at)
            for stale in others[: max(0, len(others) - _KEPT_BUILDS + 1)]:
                builds.remove_tree(stale)
        finally:
            builds.close()
        found = cls(folder)
        found._clear_away()
        return found

    def read(self, name: str) -> bytes | None:
        """What was kept of a kernel; None if there is nothing, or it is damaged."""
        try:
            data = self._folder.read(name + SUFFIX, _MAX_BYTES)
        except OSError:
            return None
        digest, contents = data[:32], data[32:]
        if _digest(name, contents) == digest:
            return contents
        self._folder.remove(name + SUFFIX)
        return None

    def write(self, name: str, contents: bytes) -> None:
        """Keep a kernel, if there is room."""
        with contextlib.suppress(OSError):
            self._folder.write(name + SUFFIX, _digest(name, contents) + contents)

    def remove(self, name: str) -> None:
        """Remove a kernel."""
        self._folder.remove(name + SUFFIX)

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """Goes around code that executes what was kept. A process that dies in it leaves a mark, and then the next start
        compiles everything again."""
        self._loading += 1
        if self._loading == 1 and self._marks:
            self._set_mark()
        try:
            yield
        finally:
            self._loading -= 1
            if not self._loading:
                self._take_mark_away()

    def prepare(self, context: Any) -> None:
        """Tell Numba what loaded code refers to, as its own cache does; once, since it takes longer than a kernel."""
        if context not in self._prepared:
            context.refresh()
            self._prepared.add(context)

    def leave_no_mark(self) -> None:
        """From now on this process may end, or be killed, while it loads: that is not a crash."""
        self._marks = False
        self._take_mark_away()

    def _take_mark_away(self) -> None:
        mark, self._mark = self._mark, None
        if mark is not None:
            self._folder.remove(mark[0])
            os.close(mark[1])

    def _set_mark(self) -> None:
        """A file that this process holds locked. It is locked before it gets its name: an unlocked one is a dead process's."""
        name = secrets.token_hex(8)
        try:
            import fcntl

            handle = self._folder.create(TEMPORARY + name)
        except (ImportError, OSError):  # no locks here, or no room: then there is no mark
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._folder.rename(TEMPORARY + name, _LOADING + name)
        except OSError:
            os.close(handle)
            self._folder.remove(TEMPORARY + name)
            return
        self._mark = _LOADING + name, handle

    def _clear_away(self) -> None:
        """Remove everything after a start that died while loading, else only what a killed process was still writing."""
        names = self._folder.names()
        dead = [name for name in names if name.startswith(_LOADING) and self._unlocked(name)]
        for name in names:
            left = name.startswith(TEMPORARY) and time.time() - self._folder.changed_at(name) > _OLD_S
            if left or name in dead or (dead and name.endswith(SUFFIX)):
                self._folder.remove(name)

    def _unlocked(self, name: str) -> bool:
        try:
            import fcntl

            handle = self._folder.reopen(name)
        except (ImportError, OSError):  # no locks here, or the file has just gone
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(handle)
        return True


def open_kernels(above: Path, build: str) -> tuple[CompiledKernels | None, str]:
    """The kept kernels of a build, or None and one line that says why none can be kept."""
    try:
        return CompiledKernels.opened(above, build), ""
    except Unsafe as error:
        remedy = f"{error.remedy}, or {_HINT}" if error.remedy else _HINT
        return None, f"compiled kernels are not kept, since {error}, and files there are executed: {remedy}"
    except OSError as error:
        return None, f"compiled kernels can't be kept in {above} ({error.strerror or error}): make it writable, or {_HINT}"


class KernelCache(NullCache):  # type: ignore[misc]
    """What a dispatcher asks before it compiles a kernel, and gives the result to."""

    def __init__(self, kernels: CompiledKernels, name: str) -> None:
        self._kernels, self._name = kernels, name

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The compiled kernel; None if it still has to be compiled."""
        contents = self._kernels.read(self._name)
        if contents is None:
            return None
        self._kernels.prepare(context)
        try:
            with self._kernels.loading():
                return CompileResult._rebuild(context, *pickle.loads(contents))
        except Exception:  # the checksum is right but Numba can't read it: whatever the reason, compiling it again is right
            self.flush()
            return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep a compiled kernel."""
        self._kernels.write(self._name, dumps(result._reduce()))

    def flush(self) -> None:
        """Remove what was kept."""
        self._kernels.remove(self._name)


def _digest(name: str, contents: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\0" + contents).digest()
