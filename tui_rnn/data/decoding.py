"""Reads one file as text, block by block: encodings, byte order marks, line ends, and files that are not text."""

from __future__ import annotations

import codecs
import difflib
import encodings.aliases
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tui_rnn.data import standard_input
from tui_rnn.data.content import Content, NotText
from tui_rnn.data.encoding_evidence import likely_encoding, mostly_utf8, wide_encoding
from tui_rnn.data.file_kinds import is_web_page, is_xml
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

BLOCK_BYTES = 1 << 20
MARK = "\ufeff"
_CRLF = re.compile("\r+\n")
_CONTEXT_BYTES, _SHOWN_BEFORE, _SHOWN_BYTES = 200, 20, 60  # around a wrong byte
_BYTE_ORDER_MARKS = (  # the mark of UTF-32 begins like the one of UTF-16, so it comes first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT_FILES = ("idna", "punycode", "undefined")  # codecs that Python counts as text, but that no file uses


@dataclass
class Findings:
    """What was changed or noticed on the way from bytes to text, in one file or over all files of a corpus."""

    crlf: int = 0
    cr: int = 0
    byte_order_marks: int = 0
    inner_marks: int = 0
    encodings: set[str] = field(default_factory=set)  # the encodings that were recognised, and from what
    packed: set[str] = field(default_factory=set)
    cut: int = 0  # how many files end within a character
    web_pages: int = 0
    xml: int = 0

    def include(self, other: Findings) -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            setattr(self, name, mine | value if isinstance(value, set) else mine + value)

    def notices(self) -> list[str]:
        """What a person should know, one line each."""
        notices = [f"unpacked from {' and '.join(sorted(self.packed))}"] if self.packed else []
        notices += [f"read as {encoding}" for encoding in sorted(self.encodings)]
        if self.byte_order_marks:
            notices.append("byte order mark left out")
        if self.inner_marks:
            marks = counted(self.inner_marks, "byte order mark (U+FEFF)", "byte order marks (U+FEFF)")
            notices.append(f"{marks} inside the text left out")
        ends = [counted(count, f"{name} line end") for name, count in (("CRLF", self.crlf), ("CR", self.cr)) if count]
        if ends:
            notices.append(f"{' and '.join(ends)} read as LF")
        if self.cut:
            notices.append("the text ends in the middle of a character, which is left out: perhaps the file is cut off")
        if self.web_pages:
            web_pages = "it looks like a web page" if self.web_pages == 1 else f"{self.web_pages:,} look like web pages"
            notices.append(f"{web_pages}: the tags are read as text; to leave them out, save it as plain text and give that")
        if self.xml:
            looks = "it looks like XML" if self.xml == 1 else f"{self.xml:,} files look like XML"
            notices.append(
                f"{looks}: the tags are read as text; to learn from its fields, save them as TSV or CSV and give that"
            )
        return notices


def check_encoding(name: str) -> str:
    """The codec's own name for an encoding that a person typed. Raises InputError with a suggestion if there is none."""
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
    """Yield the first `byte_count` bytes of a regular file as blocks of text, every line end read as LF.

    A file packed with gzip, bzip2 or xz is unpacked. `encoding` None: UTF-8, or UTF-16 or UTF-32 if a byte order mark or the
    places of NUL bytes show it. Byte order marks are left out, and so is a last character that is cut off. `on_bytes` is called
    for each block with the number of the file's bytes that were read. Raises NotText with the offset of the wrong byte.
    """
    codec = check_encoding(encoding) if encoding else None
    with Content(path, byte_count) as content:
        if content.packed:
            findings.packed.add(content.packed)
        first = content.read(BLOCK_BYTES)
        if codec is None:
            codec = _by_byte_order_mark(first, findings) or _by_evidence(first, findings) or "utf-8"
        blocks = one_line_end(_Decoder(path, content, codec, on_bytes).decode(first, findings), findings)
        start = next(blocks, "")
        if is_web_page(start):
            findings.web_pages += 1
        elif is_xml(start):
            findings.xml += 1
        yield start
        yield from blocks


def beginning(path: Path, byte_count: int, encoding: str | None) -> tuple[str, bool]:
    """The first megabyte or so of a file as text, and whether that is all of it. Raises NotText as decode_file does."""
    text, left, findings = "", byte_count, Findings()

    def on_bytes(count: int) -> None:
        nonlocal left
        left -= count

    for block in decode_file(path, byte_count, encoding, findings, on_bytes):
        text += block
        if len(text) >= BLOCK_BYTES // 4:  # characters, of at most 4 bytes each
            return text, left == 0 and not findings.packed
    return text, True


def one_line_end(blocks: Iterable[str], findings: Findings) -> Iterator[str]:
    """CRLF and CR become LF, so that a text is the same on every system; U+FEFF is left out everywhere."""
    held, at_start = "", True
    for block in blocks:
        text = held + block
        if at_start and text:
            at_start = False
            findings.byte_order_marks += text[0] == MARK
            text = text.removeprefix(MARK)
        if MARK in text:
            findings.inner_marks += text.count(MARK)
            text = text.replace(MARK, "")
        unfinished = len(text) - len(text.rstrip("\r"))
        held = "\r" * unfinished
        yield _line_ends(text[: len(text) - unfinished], findings)
    yield _line_ends(held, findings)


def _line_ends(text: str, findings: Findings) -> str:
    """CRLF becomes LF, and so does each other CR. Several CRs before a LF are one line end that was converted too often."""
    if "\r" not in text:
        return text
    text, found = _CRLF.subn("\n", text)
    findings.crlf += found
    findings.cr += text.count("\r")
    return text.replace("\r", "\n")


def _by_byte_order_mark(head: bytes, findings: Findings) -> str | None:
    found = next((codec for mark, codec in _BYTE_ORDER_MARKS if head.startswith(mark)), None)
    if found:
        findings.encodings.add(f"{found.upper()}, as the byte order mark says")
    return found


def _by_evidence(head: bytes, findings: Findings) -> str | None:
    found = wide_encoding(head)
    if found:
        findings.encodings.add(f"{found.upper()}, as its NUL bytes show (it has no byte order mark)")
    return found


@dataclass
class _Decoder:
    """Decodes one file, block by block. `offset` counts the decoded bytes, after unpacking."""

    path: Path
    content: Content
    codec: str
    on_bytes: Callable[[int], None]
    offset: int = 0
    recent: bytes = b""  # the last block, with some bytes before it

    def decode(self, block: bytes, findings: Findings) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.codec)("strict")
        wide = self.codec.startswith(("utf-16", "utf-32"))  # in these, NUL bytes are parts of characters
        told, multibyte = 0, False
        while True:
            if not wide and b"\0" in block:
                raise _binary(self.path, self.offset + block.index(b"\0"))
            self.offset += len(block)
            self.recent = self.recent[-_CONTEXT_BYTES:] + block
            try:
                text = decoder.decode(block)
                if not block:
                    text += self._end(decoder, multibyte, findings)
            except UnicodeDecodeError as error:
                # error.object holds the bytes that the decoder kept from earlier blocks, and this block
                raise self._undecodable(error) from None
            except UnicodeError:
                raise not_whole_characters(self.path, self.codec) from None
            if "\0" in text:
                raise _binary(self.path, None)
            multibyte = multibyte or not text.isascii()
            if block:
                self.on_bytes(self.content.taken - told if self.content.packed else len(block))
                told = self.content.taken
            yield text
            if not block:
                return
            block = self.content.read(BLOCK_BYTES)

    def _end(self, decoder: codecs.IncrementalDecoder, multibyte: bool, findings: Findings) -> str:
        """What the decoder still holds. A UTF-8 or UTF-16 character that is cut off is left out, if it is certainly one: a
        single byte after only ASCII may be a letter of another encoding."""
        pending = decoder.getstate()[0]
        try:
            return decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            sure = multibyte or len(pending) > 1 or self.codec != "utf-8"
            if not sure or not self.codec.startswith("utf-") or not self.offset > len(pending):
                raise
            findings.cut += 1
            return ""

    def _undecodable(self, error: UnicodeDecodeError) -> NotText:
        name = self.codec.upper()
        found = f"{standard_input.shown(self.path)} is not {name}"
        from_end = len(error.object) - error.start
        where = f"byte {self.offset - from_end}"
        wrong = f"{where} is 0x{error.object[error.start]:02x} ({error.reason})"
        if self.codec != "utf-8":
            return NotText(f"{found}: {wrong}; give another --encoding", f"not {name}", where)
        sample, place = self.recent, len(self.recent) - from_end
        if mostly_utf8(sample):
            advice = "the rest is UTF-8, so correct that place, for example with iconv -c -f utf-8 -t utf-8"
            return NotText(f"{found}: {wrong}; {advice}", f"not {name}", where)
        likely = likely_encoding(sample[max(0, place - _CONTEXT_BYTES) :])
        if likely is None:
            return NotText(f"{found}: {wrong}; give its encoding with --encoding", f"not {name}", where)
        start = max(sample.rfind(b"\n", 0, place) + 1, place - _SHOWN_BEFORE)
        shown = visible(sample[start : start + _SHOWN_BYTES].split(b"\n")[0].decode(likely, "replace")).strip()
        advice = f"--encoding {likely} is probably right (it reads '{shown}')"
        return NotText(f"{found}: {wrong}; {advice}", f"not {name}", f"{where}, perhaps {likely}")


def _binary(path: Path, offset: int | None) -> NotText:
    where = f"byte {offset} is NUL" if offset is not None else "it holds NUL characters"
    return NotText(
        f"{standard_input.shown(path)} is binary ({where}): give a text file, or its --encoding if it is UTF-16 or UTF-32",
        "binary",
    )


def not_whole_characters(path: Path, encoding: str) -> NotText:
    """The error for a file that decodes to lone surrogates, as UTF-7 or unicode-escape allow, or that its codec can't
    decode."""
    name = encoding.upper()
    return NotText(
        f"{standard_input.shown(path)} does not decode as {name} to whole characters: give another --encoding", f"not {name}"
    )
