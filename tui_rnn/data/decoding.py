"""Reads one file as text, block by block: encodings, byte order marks, line ends, and what is no text at all."""

from __future__ import annotations

import codecs
import difflib
import encodings.aliases
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

BLOCK_BYTES = 1 << 20
_BYTE_ORDER_MARKS = (  # UTF-32's begins like UTF-16's, so it comes first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT_FILES = ("idna", "punycode", "undefined")  # codecs that Python counts as text but no file is written in


class NotText(InputError):
    """A file that can't be read as text; `kind` says why in a word or two, `where` the place, for a list of skipped files."""

    def __init__(self, message: str, kind: str, where: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.where = where


@dataclass
class Findings:
    """What was changed or noticed on the way from bytes to text, in one file or over all files of a corpus."""

    crlf: int = 0
    byte_order_marks: int = 0
    encodings: set[str] = field(default_factory=set)

    def include(self, other: Findings) -> None:
        self.crlf += other.crlf
        self.byte_order_marks += other.byte_order_marks
        self.encodings |= other.encodings

    def notices(self) -> list[str]:
        """What a person should know, one line each."""
        notices = [f"read as {encoding}, as the byte order mark says" for encoding in sorted(self.encodings)]
        if self.byte_order_marks:
            notices.append("byte order mark left out")
        if self.crlf:
            notices.append(f"{counted(self.crlf, 'CRLF line end')} read as LF")
        return notices


def check_encoding(name: str) -> str:
    """The codec's own name for an encoding that a person typed. Raises InputError with a suggestion when there is none."""
    try:
        codec = codecs.lookup(name)
        known = codec._is_text_encoding and codec.name not in _NO_TEXT_FILES and codec.incrementaldecoder is not None
    except (LookupError, ValueError):
        known = False
    if known:
        return codec.name
    names = {alias.replace("_", "-") for pair in encodings.aliases.aliases.items() for alias in pair}
    close = difflib.get_close_matches(name.lower().replace("_", "-"), names - set(_NO_TEXT_FILES), n=1)
    advice = f"did you mean {close[0]}?" if close else "try utf-8, latin-1, cp1252 or utf-16"
    raise InputError(f"encoding is '{visible(name)}', expected one that Python knows: {advice}")


def decode_file(
    path: Path, byte_count: int, encoding: str | None, findings: Findings, on_bytes: Callable[[int], None]
) -> Iterator[str]:
    """Yield the first `byte_count` bytes of a regular file as blocks of text, CRLF read as LF.

    `encoding` None: UTF-8, or UTF-16 and UTF-32 where their byte order mark says so. A leading byte order mark is
    dropped. `on_bytes` is called with the size of each block read. Raises NotText, naming the offset of the byte.
    """
    with _reading(path):
        file = path.open("rb")
    with file:
        with _reading(path):
            head = file.read(4)
            file.seek(0)
        codec = check_encoding(encoding) if encoding else _by_byte_order_mark(head)
        if not encoding and codec != "utf-8":
            findings.encodings.add(codec.upper())
        yield from _line_ends(_decode(path, file, byte_count, codec, findings, on_bytes), findings)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "input error"
        raise NotText(f"can't read {visible(str(path))}: {reason}; check its permissions", "unreadable") from error


def _by_byte_order_mark(head: bytes) -> str:
    return next((codec for mark, codec in _BYTE_ORDER_MARKS if head.startswith(mark)), "utf-8")


def _decode(
    path: Path, file: BinaryIO, byte_count: int, codec: str, findings: Findings, on_bytes: Callable[[int], None]
) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    wide = codec.startswith(("utf-16", "utf-32"))  # there, NUL bytes are parts of characters
    offset, at_start = 0, True
    while True:
        with _reading(path):
            block = file.read(min(BLOCK_BYTES, byte_count - offset))
        if not wide and b"\0" in block:
            raise _binary(path, offset + block.index(b"\0"))
        offset += len(block)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            # error.object holds what the decoder kept back from earlier blocks, and this block.
            raise _undecodable(path, offset - len(error.object) + error.start, error, codec) from None
        except UnicodeError:
            raise not_whole_characters(path, codec) from None
        if "\0" in text:
            raise _binary(path, None)
        if at_start and text:
            at_start = False
            if text[0] == "\ufeff":
                findings.byte_order_marks += 1
                text = text[1:]
        yield text
        if not block:
            return
        on_bytes(len(block))


def _line_ends(blocks: Iterator[str], findings: Findings) -> Iterator[str]:
    """CRLF to LF, so that a text is the same text on every system; a CR alone stays what it is."""
    held = ""
    for block in blocks:
        text = held + block
        held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r")
        if "\r" in text:
            findings.crlf += text.count("\r\n")
            text = text.replace("\r\n", "\n")
        yield text
    yield held


def _binary(path: Path, offset: int | None) -> NotText:
    where = f"byte {offset} is NUL" if offset is not None else "it holds NUL characters"
    return NotText(
        f"{visible(str(path))} is binary ({where}): give a text file, or its --encoding if it is UTF-16 or UTF-32", "binary"
    )


def _undecodable(path: Path, offset: int, error: UnicodeDecodeError, codec: str) -> NotText:
    name = codec.upper()
    advice = "give its encoding, for example --encoding latin-1" if codec == "utf-8" else "give another --encoding"
    return NotText(
        f"{visible(str(path))} is not {name}: byte {offset} is 0x{error.object[error.start]:02x} ({error.reason}); {advice}",
        f"not {name}",
        f"byte {offset}",
    )


def not_whole_characters(path: Path, encoding: str) -> NotText:
    """A file that decodes to lone surrogates, as UTF-7 or unicode-escape allow, or that its codec gives up on."""
    name = encoding.upper()
    return NotText(
        f"{visible(str(path))} does not decode as {name} to whole characters: give another --encoding", f"not {name}"
    )
