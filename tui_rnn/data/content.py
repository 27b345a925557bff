"""The bytes of one regular file, unpacked where it is compressed. The one place where a source's bytes are opened.

A compressed file says nothing true about what it grows to, so what is unpacked has a limit, and a file that grows as no
text does is refused before it has filled anything.
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
BOMB_BYTES = 32 << 20  # less than this harms nobody, whatever it was packed in
_PACKED_BLOCK = 1 << 16
_LZMA_MEMORY = 256 << 20  # xz -9 needs 65 MB


class NotText(InputError):
    """A file that can't be read as text; `kind` says why in a word or two, `where` the place, for a list of skipped files."""

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
    """The first `byte_count` bytes of a file, unpacked. A context manager. Raises NotText when the file can't be read, is
    known to be no text, or is packed so that no text can be in it.

    packed: what it is compressed with, "" where it isn't. taken: how many of the file's own bytes were read.
    """

    def __init__(self, path: Path, byte_count: int) -> None:
        self.taken = 0
        self._path, self._byte_count = path, byte_count
        self._held = b""  # read ahead, not yet given or unpacked
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            head = self._held = self._raw(HEAD_BYTES)
            self.packed, new = next(((name, make) for mark, name, make in _PACKERS if head.startswith(mark)), ("", None))
            # "BZh" begins an ordinary word too; a digit and the mark of a block or of the end follow in bzip2.
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
        """At most `count` bytes, none at the end."""
        if self._unpacker is not None:
            return self._unpacker.read(count)
        return self.read_packed(count)

    def read_packed(self, count: int) -> bytes:
        """The same of the file as it lies there."""
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
    """Unpacks one member after another: files that were packed apart and joined are one file too."""

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
                # Zeros after the last member are padding, which tape archives leave.
                self._packed = self._member.unused_data.lstrip(b"\0")
                self._member, self._begun = self._new(), False
            if block:
                self._check(len(block))
                return block

    def _check(self, count: int) -> None:
        self._given += count
        if self._given > BOMB_BYTES and self._given > BOMB_RATIO * self._content.taken:
            raise self._content.refuse(
                f"grows to more than {BOMB_RATIO} times its size when it is unpacked, as no text does: unpack it yourself, and "
                "give the file in it",
                "a compression bomb",
            )
        if self._given > MAX_UNPACKED_BYTES:
            raise self._content.refuse(
                f"has more than {MAX_UNPACKED_BYTES / 1e9:g} GB when it is unpacked: unpack it, and give the file in it",
                "too large",
            )

    def _damaged(self, why: str) -> NotText:
        return self._content.refuse(f"is compressed with {self._content.packed}, but damaged ({why}): get it anew", "damaged")
