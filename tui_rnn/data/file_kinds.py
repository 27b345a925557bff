"""What a file that is not text is, by its first bytes: a document, an archive, a picture, a table of another program."""

from __future__ import annotations

import re
from typing import NamedTuple

HEAD_BYTES = 4_096


class FileKind(NamedTuple):
    """kind: in words that follow `is`. advice: how to get its text."""

    kind: str
    advice: str


_UNPACK = "unpack it, and give the files in it"
_EXPORT = "save it as plain text (UTF-8) in the program that made it, and give that"
_TABLE = "save it as CSV, and give that"
_NO_TEXT = "give a text file"

_BY_FIRST_BYTES = (
    (b"%PDF-", FileKind("a PDF document", "save its text first, for example with pdftotext, and give that")),
    (b"{\\rtf", FileKind("an RTF document", _EXPORT)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind("a document of an old Microsoft Office", _EXPORT)),
    (b"%!PS", FileKind("a PostScript document", "save its text first, for example with ps2ascii, and give that")),
    (b"7z\xbc\xaf\x27\x1c", FileKind("a 7z archive", _UNPACK)),
    (b"Rar!\x1a\x07", FileKind("a RAR archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", FileKind("compressed with zstd", "unpack it by zstd -d; gz, bz2 and xz are read as they are")),
    (b"\x04\x22\x4d\x18", FileKind("compressed with lz4", "unpack it by lz4 -d; gz, bz2 and xz are read as they are")),
    (b"\x1f\x9d", FileKind("compressed with compress", "unpack it by uncompress; gz, bz2 and xz are read as they are")),
    (b"PAR1", FileKind("a Parquet table", _TABLE)),
    (b"ARROW1", FileKind("an Arrow table", _TABLE)),
    (b"SQLite format 3\0", FileKind("an SQLite database", _TABLE)),
    (b"\x89HDF\r\n\x1a\n", FileKind("an HDF5 file", _NO_TEXT)),
    (b"\x93NUMPY", FileKind("a NumPy array", _NO_TEXT)),
    (b"\x89PNG\r\n\x1a\n", FileKind("a PNG picture", _NO_TEXT)),
    (b"\xff\xd8\xff", FileKind("a JPEG picture", _NO_TEXT)),
    (b"GIF87a", FileKind("a GIF picture", _NO_TEXT)),
    (b"GIF89a", FileKind("a GIF picture", _NO_TEXT)),
    (b"ID3", FileKind("an MP3 recording", _NO_TEXT)),
    (b"OggS", FileKind("an Ogg recording", _NO_TEXT)),
    (b"fLaC", FileKind("a FLAC recording", _NO_TEXT)),
    (b"\x7fELF", FileKind("a program", _NO_TEXT)),
)
_IN_ZIP = (  # the name of a file in it; names are not compressed
    (b"mimetypeapplication/epub+zip", FileKind("an EPUB book", _EXPORT)),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", FileKind("an OpenDocument text", _EXPORT)),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", FileKind("an OpenDocument table", _TABLE)),
    (b"word/", FileKind("a Word document", _EXPORT)),
    (b"xl/", FileKind("an Excel table", _TABLE)),
    (b"ppt/", FileKind("a PowerPoint document", _EXPORT)),
    (b".npy", FileKind("an archive of NumPy arrays", _NO_TEXT)),
)
_BY_ENDING = {
    ".docx": FileKind("a Word document", _EXPORT),
    ".xlsx": FileKind("an Excel table", _TABLE),
    ".pptx": FileKind("a PowerPoint document", _EXPORT),
}
_TAGS = re.compile(r"</?[A-Za-z][\w.:-]*(\s[^<>]*)?/?>|<!--")
_SAFETENSORS = FileKind(
    "a file of weights", "a saved run is opened with tui-rnn RUN, or trained further with tui-rnn train --resume RUN"
)


def file_kind(head: bytes, ending: str) -> FileKind | None:
    """What a file is, by its first HEAD_BYTES and the ending of its name; None: perhaps a text."""
    for mark, kind in _BY_FIRST_BYTES:
        if head.startswith(mark):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        named = next((kind for mark, kind in _IN_ZIP if mark in head), None)
        return named or _BY_ENDING.get(ending.lower()) or FileKind("a zip archive", _UNPACK)
    if head[257:262] == b"ustar":
        return FileKind("a tar archive", _UNPACK)
    if head[4:8] == b"ftyp":
        return FileKind("a film or recording", _NO_TEXT)
    if head.startswith(b"RIFF") and head[8:12] in (b"WAVE", b"WEBP", b"AVI "):
        return FileKind("a recording or picture", _NO_TEXT)
    if head[5:9] == b"\0\0\0{" and head[9:10] == b'"':  # the header's size in eight bytes, then JSON
        return _SAFETENSORS
    return None


def is_xml(text: str) -> bool:
    """Whether the beginning of a text says that it is XML, or most of its lines begin with tags."""
    start = text[:10_000].lstrip("\ufeff \t\r\n")
    lines = [line.strip() for line in start.split("\n")[:50] if line.strip()]
    tagged = sum(bool(_TAGS.match(line)) for line in lines)
    return start.startswith("<?xml") or (start.startswith("<") and tagged >= 0.9 * len(lines) and "</" in start)


def is_web_page(text: str) -> bool:
    """Whether the beginning of a text says that it is HTML."""
    start = text[:1_000].lstrip("\ufeff \t\r\n").casefold()
    return start.startswith(("<!doctype html", "<html")) or (start.startswith("<?xml") and "<html" in start)
