"""A folder that nobody else can write to, held open so that nobody can put another in its place.

Compiled kernels are executed. So each folder on the way down from the root is opened through the handle of the folder above
it, never again by its path, and is checked once it is open: a user who can write to one of them could replace the next.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import shutil
import stat
from pathlib import Path

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_ON_THE_WAY = _FOLDER | getattr(os, "O_PATH", 0)  # some systems let users pass through /home, but not list it
_BY_HANDLE = os.open in os.supports_dir_fd and hasattr(os, "geteuid")
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_OLD_FILE = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)  # a pipe that nobody writes to must not block
TEMPORARY = ".tmp-"


class Unsafe(Exception):
    """One line that says why a folder can't be trusted; remedy: the command that mends it, "" if there is none."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.remedy = remedy


class PrivateFolder:
    """An open folder that only this user can write to. Files are read, written and removed by name."""

    def __init__(self, path: Path, handle: int | None) -> None:
        """handle: its descriptor; None on a system without owners and handles, where the path is used instead."""
        self.path, self._handle = path, handle

    @classmethod
    def made(cls, path: Path) -> PrivateFolder:
        """Open the folder. Missing folders on the way are made, for this user alone. Raises Unsafe if another user could have
        put something there, OSError if it can't be made."""
        real = Path(os.path.realpath(path))
        if not _BY_HANDLE:
            real.mkdir(parents=True, exist_ok=True)
            return cls(real, None)
        return cls(real, _walk(real, make=True))

    def read(self, name: str, limit: int) -> bytes:
        """A file's bytes. Raises OSError, also if it is not an ordinary file or has more bytes than the limit."""
        with os.fdopen(os.open(self._place(name), _OLD_FILE, dir_fd=self._handle), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                raise OSError(f"{name} is not a file of at most {limit:,} bytes")
            return file.read()

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all. Raises OSError."""
        temporary = f"{TEMPORARY}{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(self._place(temporary), _NEW_FILE, 0o600, dir_fd=self._handle), "wb") as file:
                file.write(data)
            self.rename(temporary, name)
        except BaseException:
            self.remove(temporary)
            raise

    def create(self, name: str) -> int:
        """A new, empty file, open; returns its descriptor. Raises OSError."""
        return os.open(self._place(name), _NEW_FILE, 0o600, dir_fd=self._handle)

    def reopen(self, name: str) -> int:
        """A file's descriptor. Raises OSError."""
        return os.open(self._place(name), _OLD_FILE, dir_fd=self._handle)

    def rename(self, name: str, new: str) -> None:
        """Rename a file in one step; it replaces a file of the new name."""
        os.replace(self._place(name), self._place(new), src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def remove(self, name: str) -> None:
        """Remove a file, if possible."""
        with contextlib.suppress(OSError):
            os.unlink(self._place(name), dir_fd=self._handle)

    def remove_tree(self, name: str) -> None:
        """Remove a folder in this one and all that it holds, if possible. Follows no link."""
        shutil.rmtree(self._place(name), ignore_errors=True, dir_fd=self._handle)

    def names(self) -> list[str]:
        """The names in this folder, sorted."""
        return sorted(os.listdir(self.path if self._handle is None else self._handle))

    def changed_at(self, name: str) -> float:
        """When a file or folder in this one was last changed, in seconds since 1970; 0 if that can't be known."""
        try:
            return os.stat(self._place(name), dir_fd=self._handle, follow_symlinks=False).st_mtime
        except OSError:
            return 0.0

    def within(self, name: str) -> PrivateFolder:
        """A folder in this one, made if it is missing. Raises Unsafe or OSError."""
        if self._handle is None:
            return PrivateFolder.made(self.path / name)
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=self._handle)
        handle = os.open(name, _FOLDER, dir_fd=self._handle)
        try:
            _check(handle, self.path / name, leaf=True)
        except BaseException:
            os.close(handle)
            raise
        return PrivateFolder(self.path / name, handle)

    def touch(self) -> None:
        """Record that the folder was used now."""
        os.utime(self.path if self._handle is None else self._handle)

    def close(self) -> None:
        """Close the handle."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _place(self, name: str) -> str:
        return str(self.path / name) if self._handle is None else name


def distrusted(path: Path) -> str:
    """Why no folder there can be private, as far down as folders exist; "" if one can. Makes nothing."""
    if not _BY_HANDLE:
        return ""
    try:
        os.close(_walk(Path(os.path.realpath(path)), make=False))
    except FileNotFoundError:
        return ""
    except Unsafe as error:
        return f"{error}: {error.remedy}" if error.remedy else str(error)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _walk(path: Path, make: bool) -> int:
    """The handle of the folder at the end of a path without links. make: missing folders are made."""
    handle = os.open(path.anchor, _ON_THE_WAY)
    try:
        _check(handle, Path(path.anchor))
        for depth, name in enumerate(path.parts[1:], 2):
            last = depth == len(path.parts)
            if make:
                _make_missing(name, handle)
            below = os.open(name, _FOLDER if last else _ON_THE_WAY, dir_fd=handle)
            os.close(handle)
            handle = below
            _check(handle, Path(*path.parts[:depth]))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _make_missing(name: str, parent: int) -> None:
    try:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):  # another process was quicker
            os.mkdir(name, 0o700, dir_fd=parent)  # whatever the umask allows


def _check(handle: int, path: Path, leaf: bool = False) -> None:
    """Raise Unsafe if anybody but this user and root could write to this folder or, above the leaf, replace the next one."""
    status, me = os.fstat(handle), os.geteuid()
    if status.st_uid not in ((me,) if leaf else (0, me)):
        raise Unsafe(f"{path} belongs to another user")
    if leaf:
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Unsafe(f"others can write to {path}", f"remove {path}")
        return
    if status.st_mode & stat.S_ISVTX:  # as /tmp: only its owner can replace an entry
        return
    if status.st_mode & stat.S_IWOTH:
        raise Unsafe(f"others can write to {path}", f"chmod o-w {shlex.quote(str(path))}")
    if status.st_mode & stat.S_IWGRP and not (_own_group(status.st_gid) and not _has_list(path)):
        raise Unsafe(f"others can write to {path}", f"chmod g-w {shlex.quote(str(path))}")


def _own_group(number: int) -> bool:
    """Whether this user is the only member of a group. So it is on systems where each user has a group and umask 002."""
    import grp
    import pwd

    me = os.geteuid()
    try:
        mine = pwd.getpwuid(me).pw_name
        members = set(grp.getgrgid(number).gr_mem) | {one.pw_name for one in pwd.getpwall() if one.pw_gid == number}
    except KeyError:
        return False
    return members == {mine}


def _has_list(path: Path) -> bool:
    """Whether an access control list (ACL) gives other users rights behind the group's bits; True if that can't be known."""
    if not hasattr(os, "listxattr"):
        return True
    try:
        return any("acl" in name for name in os.listxattr(path))
    except OSError:
        return True
