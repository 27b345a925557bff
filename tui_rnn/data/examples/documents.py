"""Opens a source of examples (a file, a folder of files, a built-in by its name) as whole texts, line by line."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tui_rnn.data.content import NotText
from tui_rnn.data.decoding import Findings, decode_file, not_whole_characters
from tui_rnn.data.sources import Skipped, TextFile, absolute_path, find_files, source_path
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

Progress = Callable[[int, int], None]
"""Told (done, total) now and then, of characters while a source is read, of examples while they are searched for repeated ones
and while they are encoded; may raise, to cancel."""
LINES_A_PROGRESS = 10_000
MAX_SOURCE_BYTES = 100_000_000  # examples are held in memory several times over
MAX_ITEM_CHARS = 4_096  # a network unrolls over every character: the longest item decides how much memory a batch takes

DEEPER = "in folders within"

_NOT_IN_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Document:
    """One file's text. `shown` names it in messages (safe to show); `stem` is the file's name without its ending.
    progress: told how far its lines were read. unit: what its examples are counted in, for messages."""

    shown: str
    stem: str
    text: str
    progress: Progress | None = None
    unit: str = "line"

    def lines(self) -> Iterator[tuple[int, str]]:
        """(number from 1, line without its newline). Only a newline ends a line."""
        start, number, text = 0, 1, self.text
        while start < len(text):
            end = text.find("\n", start)
            if end < 0:
                end = len(text)
            if self.progress is not None and number % LINES_A_PROGRESS == 0:
                self.progress(start, len(text))
            yield number, text[start:end]
            start, number = end + 1, number + 1


@dataclass(frozen=True, eq=False)
class Opened:
    """A source as it was found: `source` opens it again. A folder's documents are in order of their names; skipped: which
    other files are directly in it and not hidden."""

    name: str
    source: str
    byte_count: int
    documents: tuple[Document, ...]
    is_folder: bool = False
    notices: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def shown(self) -> str:
        return self.documents[0].shown if not self.is_folder else visible(self.source)


class BadLines:
    """What happens at a malformed line: an error that names it or, where such lines may be skipped, a count. What else
    reading came upon is remarked here too."""

    def __init__(self, skip: bool) -> None:
        self.skip = skip
        self.count = 0
        self._first = ""
        self._remarks: list[str] = []

    def report(self, document: Document, number: int, found: str, expected: str) -> None:
        """Raise InputError for the line, or count it. `found` and `expected` are safe to show."""
        if not self.skip:
            raise InputError(
                f"{document.shown}, {document.unit} {number}: {found}, expected {expected}; "
                f"mend the {document.unit}, or leave such {document.unit}s out with --skip-bad-lines"
            )
        self.count += 1
        if self.count == 1:
            self._first = f"{document.shown}, {document.unit} {number}: {found}, expected {expected}"

    def remark(self, notice: str) -> None:
        """Keep one line, safe to show, on how the source is read."""
        self._remarks.append(notice)

    def notices(self) -> list[str]:
        """What a person should know, the malformed lines first."""
        if not self.count:
            return self._remarks
        if self.count == 1:
            return [f"1 malformed line skipped: {self._first}", *self._remarks]
        return [f"{self.count:,} malformed lines skipped, the first in {self._first}", *self._remarks]


def open_documents(source: str, encoding: str | None, progress: Progress | None = None) -> Opened:
    """Open a file, the files directly in a folder, or a built-in by its name. At most MAX_SOURCE_BYTES.

    Raises InputError when there is no such source, when it is no text, or more than that.
    """
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS  # the generators are not needed for a file

    built_in = TASK_BUILTINS.get(source) or BUILTINS.get(source)
    if built_in is not None:
        text = built_in.text()
        notice = (f"this is the built-in corpus; the file or folder of the same name is ./{source}",)
        document = Document(f"the built-in {source}", source, text)
        return Opened(source, source, len(text.encode()), (document,), notices=notice if Path(source).exists() else ())
    return open_path(source_path(source), encoding, progress, (*BUILTINS, *TASK_BUILTINS))


def open_path(path: Path, encoding: str | None, progress: Progress | None = None, built_in_names: Sequence[str] = ()) -> Opened:
    """The same for what is a file or a folder, whatever its name. built_in_names: what else could have been meant."""
    files, skipped = find_files(path, built_in_names)
    absolute = absolute_path(path)
    is_folder = path.is_dir()
    if is_folder:
        skipped += [Skipped(file.path, DEEPER) for file in files if file.path.parent != path]
        files = [file for file in files if file.path.parent == path]
    _check_size(path, sum(file.byte_count for file in files))
    findings = Findings()
    documents, byte_count = [], 0
    for file in files:
        try:
            documents.append(replace(_read(file, encoding, findings), progress=progress))
            byte_count += file.byte_count
        except NotText as reason:
            if not is_folder:
                raise
            skipped.append(Skipped(file.path, reason.kind))
    left_out = ", ".join(f"{count:,} {kind}" for kind, count in sorted(Counter(one.kind for one in skipped).items()))
    if not documents:
        raise InputError(f"the folder {visible(str(path))} holds no text files ({left_out or 'it is empty'})")
    notices = findings.notices()
    if left_out:
        notices.insert(0, f"{counted(len(skipped), 'file or folder', 'files and folders')} skipped: {left_out}")
    return Opened(
        name=absolute.name or str(absolute),
        source=str(absolute),
        byte_count=byte_count,
        documents=tuple(documents),
        is_folder=is_folder,
        notices=tuple(notices),
        skipped=tuple(one for one in skipped if one.path.parent == path and one.kind != "hidden" and not one.path.is_dir()),
    )


def only_document(opened: Opened, what: str) -> Document:
    """The document of a file or built-in. Raises InputError for a folder: `what` reads one file."""
    if opened.is_folder:
        raise InputError(f"{opened.shown} is a folder: {what} reads one file, and others with --valid and --test")
    return opened.documents[0]


def text_problem(text: str, what: str = "text") -> tuple[str, str] | None:
    """(found, expected) when `text` can't be an item: empty, too long, or no text at all; None when it can."""
    if not text or text.isspace():
        return f"the {what} is empty", "at least one character"
    if len(text) > MAX_ITEM_CHARS:
        return f"the {what} has {len(text):,} characters", f"at most {MAX_ITEM_CHARS:,}"
    wrong = _NOT_IN_TEXT.search(text)
    if wrong:
        return f"the {what} holds {'a NUL' if wrong[0] == chr(0) else 'half a character (a lone surrogate)'}", "text"
    return None


def digest(sources: Sequence[Opened]) -> str:
    """SHA-256 of what was read: of a single file, its decoded text in UTF-8, as for a corpus; NUL between several."""
    return hashlib.sha256("\0".join(_contents(sources)).encode()).hexdigest()


def _contents(sources: Iterable[Opened]) -> Iterator[str]:
    for opened in sources:
        for document in opened.documents:
            if opened.is_folder:
                yield document.stem
            yield document.text


def _check_size(path: Path, byte_count: int) -> None:
    if byte_count > MAX_SOURCE_BYTES:
        raise InputError(
            f"{visible(str(path))} has {byte_count / 1e6:,.0f} MB, expected at most {MAX_SOURCE_BYTES / 1e6:,.0f} MB of "
            "examples: give a part of it (a plain text for --task lm may be of any size)"
        )


def _read(file: TextFile, encoding: str | None, findings: Findings) -> Document:
    found = Findings()
    text = "".join(decode_file(file.path, file.byte_count, encoding, found, lambda _: None))
    if re.search("[\ud800-\udfff]", text):
        raise not_whole_characters(file.path, encoding or "utf-8")
    if file.path.suffix.lower() == ".csv":
        found.crlf = 0  # the standard's own line end (RFC 4180)
    findings.include(found)
    return Document(visible(str(file.path)), file.path.stem, text)
