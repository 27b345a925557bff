"""The bytes of one regular file, unpacked if it is compressed. This is the only place that opens the bytes of a source.

The size of a compressed file does not show how large its contents are. So the unpacked bytes have a limit, and a file that
grows more than any text does is refused before it fills the memory or the disk.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tui_rnn.data import standard_input
from tui_rnn.data.file_kinds import HEAD_BYTES, file_kind
from tui_rnn.display import visible
from tui_rnn.errors import InputError

MAX_UNPACKED_BYTES = 2_000_000_000
BOMB_RATIO = 250  # text shrinks to a third, a log to a thirtieth
BOMB_BYTES = 32 << 20  # less than this does no harm, even at any ratio
_PACKED_BLOCK = 1 << 16
_LZMA_MEMORY = 256 << 20  # xz -9 needs 65 MB


class NotText(InputError):
    """A file that can't be read as text. kind: why, in a word or two; where: the place; both for a list of skipped files."""

    def __init__(self, message: str, kind: str, where: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.where = where


def _gunzip() -> Any:
    return zlib.decompressobj(wbits=31)


def _unxz() -> Any:
    return lzma.LZMADecompressor(memlimit=_LZMA_MEMORY)


_PACKERS: tuple[tuple[bytes, str, Callable[[], Any]], ...] = (
    (b"\x1f\x8b\x08", "gzip", _gunzip),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\0", "xz", _unxz),
)


class Content:
    """The first `byte_count` bytes of a file, unpacked. A context manager. Raises NotText if the file can't be read, is known
    not to be text, or grows more than text does when it is unpacked.

    packed: what it is compressed with, "" if it isn't. taken: how many of the file's own bytes were read.
    """

    def __init__(self, path: Path, byte_count: int) -> None:
        self.taken = 0
        self._path, self._byte_count = path, byte_count
        self._held = b""  # read ahead, not yet returned or unpacked
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            head = self._held = self._raw(HEAD_BYTES)
            self.packed, new = next(((name, make) for mark, name, make in _PACKERS if head.startswith(mark)), ("", None))
            # "BZh" can also begin a text; in bzip2, a digit and the mark of a block or of the end follow
            if self.packed == "bzip2" and head[4:10] not in (b"1AY&SY", b"\x17rE8P\x90"):
                self.packed, new = "", None
            self._unpacker = _Unpacker(self, new) if new is not None else None
            kind = file_kind(head, path.suffix)
            if kind is not None:
                raise NotText(
                    f"{standard_input.shown(path)} is {kind.kind}: {kind.advice}",
                    kind.kind.removeprefix("a ").removeprefix("an "),
                )
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Content:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def read(self, count: int) -> bytes:
        """The next bytes, at most `count`; none at the end."""
        if self._unpacker is not None:
            return self._unpacker.read(count)
        return self.read_packed(count)

    def read_packed(self, count: int) -> bytes:
        """The next bytes of the file itself, without unpacking."""
        given, self._held = self._held[:count], self._held[count:]
        return given + self._raw(count - len(given))

    def refuse(self, found: str, kind: str) -> NotText:
        return NotText(f"{standard_input.shown(self._path)} {found}", kind)

    def _raw(self, count: int) -> bytes:
        try:
            block = self._file.read(min(count, self._byte_count - self.taken))
        except OSError as error:
            raise self._unreadable(error) from error
        self.taken += len(block)
        return block

    def _unreadable(self, error: OSError) -> NotText:
        reason = error.strerror or "input error"
        return NotText(f"can't read {standard_input.shown(self._path)}: {reason}; check its permissions", "unreadable")


class _Unpacker:
    """Unpacks one member after another: compressed files may be joined to one file."""

    def __init__(self, content: Content, new: Callable[[], Any]) -> None:
        self._content, self._new = content, new
        self._member: Any = new()
        self._packed = b""
        self._given = 0
        self._begun = False  # whether the member has taken any bytes

    def read(self, count: int) -> bytes:
        while True:
            more_held = self._begun and not getattr(self._member, "needs_input", True)
            packed = self._packed or (b"" if more_held else self._content.read_packed(_PACKED_BLOCK))
            try:
                block: bytes = self._member.decompress(packed, count)
            except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError) as error:
                raise self._damaged(visible(str(error))) from None
            self._packed = getattr(self._member, "unconsumed_tail", b"")
            if not (packed or block or more_held or self._member.eof):
                if self._begun:
                    raise self._damaged("it ends too early")
                return b""
            self._begun = True
            if self._member.eof:
                # zeros after the last member are padding from tape archives
                self._packed = self._member.unused_data.lstrip(b"\0")
                self._member, self._begun = self._new(), False
            if block:
                self._check(len(block))
                return block

    def _check(self, count: int) -> None:
        self._given += count
        if self._given > BOMB_BYTES and self._given > BOMB_RATIO * self._content.taken:
            raise self._content.refuse(
                f"grows to more than {BOMB_RATIO} times its size when it is unpacked, more than any text: unpack it yourself, "
                "and give the file in it",
                "a compression bomb",
            )
        if self._given > MAX_UNPACKED_BYTES:
            raise self._content.refuse(
                f"has more than {MAX_UNPACKED_BYTES / 1e9:g} GB when it is unpacked: unpack it, and give the file in it",
                "too large",
            )

    def _damaged(self, why: str) -> NotText:
        return self._content.refuse(f"is compressed with {self._content.packed}, but damaged ({why}): get it again", "damaged")
