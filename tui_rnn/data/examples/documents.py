"""Opens a source of examples (a file, a folder of files, a built-in by its name) as whole texts, line by line."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tui_rnn.data import standard_input
from tui_rnn.data.content import NotText
from tui_rnn.data.decoding import Findings, decode_file, not_whole_characters
from tui_rnn.data.sources import Skipped, Source, TextFile, find_source
from tui_rnn.display import counted, visible
from tui_rnn.errors import InputError

Progress = Callable[[int, int], None]
"""Called with (done, total) now and then: characters while a source is read, examples while they are compared and encoded; it
may raise, to cancel."""
LINES_A_PROGRESS = 10_000
MAX_SOURCE_BYTES = 100_000_000  # examples are held in memory several times over
MAX_ITEM_CHARS = 4_096  # a network is unrolled over every character, so the longest item decides how much memory a batch takes

AT_MOST = f"at most {MAX_ITEM_CHARS:,}"

DEEPER = "in folders within"
ABOVE = "beside the folders of classes"

_NOT_IN_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Document:
    """One file's text. `shown` names it in messages (safe to show); `stem` is the file's name without its ending.
    progress: called while its lines are read. unit: what its examples are counted in, for messages."""

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
    """A source as it was found: `source` opens it again. A folder's documents are in order of their names; skipped: the other
    files that are directly in it and not hidden. has_class_folders: its documents come from folders in it, and have the names
    of these."""

    name: str
    source: str
    byte_count: int
    documents: tuple[Document, ...]
    is_folder: bool = False
    has_class_folders: bool = False
    notices: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def shown(self) -> str:
        return self.documents[0].shown if not self.is_folder and len(self.documents) == 1 else visible(self.name)


class BadLines:
    """What happens at a malformed line: an error that names it or, if such lines may be skipped, a count. It also keeps other
    remarks of the reader."""

    def __init__(self, skip: bool, cut: bool = False) -> None:
        self.skip, self.cut = skip, cut
        self.count = self.cut_count = 0
        self._first = ""
        self._remarks: list[str] = []

    def report(self, document: Document, number: int, found: str, expected: str) -> None:
        """Raise InputError for the line, or count it. `found` and `expected` are safe to show."""
        if not self.skip:
            cutting = "cut such texts with --cut-long" if expected.startswith(AT_MOST) else f"correct the {document.unit}"
            raise InputError(
                f"{document.shown}, {document.unit} {number}: {found}, expected {expected}; "
                f"{cutting}, or leave out such {document.unit}s with --skip-bad-lines"
            )
        self.count += 1
        if self.count == 1:
            self._first = f"{document.shown}, {document.unit} {number}: {found}, expected {expected}"

    def fitted(self, text: str) -> str:
        """The text; if it is too long and long texts are cut, without its end. It counts these."""
        if not self.cut or len(text) <= MAX_ITEM_CHARS:
            return text
        self.cut_count += 1
        return text[:MAX_ITEM_CHARS]

    def remark(self, notice: str) -> None:
        """Keep one line, safe to show, about how the source is read."""
        self._remarks.append(notice)

    def notices(self) -> list[str]:
        """What a person should know; malformed lines come first."""
        said = [f"{counted(self.cut_count, 'text')} cut to {MAX_ITEM_CHARS:,} characters"] if self.cut_count else []
        if self.count == 1:
            said.append(f"1 example left out: {self._first}")
        elif self.count:
            said.append(f"{self.count:,} examples left out, the first in {self._first}")
        return [*said, *self._remarks]


def open_documents(source: str, encoding: str | None, progress: Progress | None = None) -> Opened:
    """Open a file, the files directly in a folder, or a built-in by its name. At most MAX_SOURCE_BYTES.

    Raises InputError if there is no such source, if it is not text, or if it is larger.
    """
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS  # the generators are not needed for a file

    built_in = TASK_BUILTINS.get(source) or BUILTINS.get(source)
    if built_in is not None:
        text = built_in.text()
        notice = (f"this is the built-in corpus; the file or folder of the same name is ./{source}",)
        document = Document(f"the built-in {source}", source, text)
        return Opened(source, source, len(text.encode()), (document,), notices=notice if Path(source).exists() else ())
    return open_found(find_source(source, (*BUILTINS, *TASK_BUILTINS)), encoding, progress)


def open_found(found: Source, encoding: str | None, progress: Progress | None = None) -> Opened:
    """The same for the result of sources.find_source."""
    files, skipped, folder = found.files, [*found.skipped], found.folder
    classes = class_folders(found)
    if folder is not None:
        kind = ABOVE if classes else DEEPER
        others = [file for file in files if (file.path.parent == folder) == bool(classes)]
        skipped += [Skipped(file.path, kind) for file in others]
        files = [file for file in files if file not in others]
    _check_size(found.name, sum(file.byte_count for file in files))
    findings = Findings()
    documents, byte_count = [], 0
    for file in files:
        try:
            document = replace(_read(file, encoding, findings), progress=progress)
            if folder is not None and classes:
                document = replace(document, stem=file.path.relative_to(folder).parts[0])
            documents.append(document)
            byte_count += file.byte_count
        except NotText as reason:
            if folder is None:
                raise
            skipped.append(Skipped(file.path, reason.kind))
    left_out = ", ".join(f"{count:,} {kind}" for kind, count in sorted(Counter(one.kind for one in skipped).items()))
    if not documents:
        raise InputError(
            f"the folder {visible(found.source)} has no text files ({left_out or 'it is empty'}): give one that has some"
        )
    notices = findings.notices()
    if left_out:
        notices.insert(0, f"{counted(len(skipped), 'file or folder', 'files and folders')} skipped: {left_out}")
    beside = [one for one in skipped if one.path.parent == folder and one.kind not in ("hidden", ABOVE)]
    return Opened(
        name=found.name,
        source=found.source,
        byte_count=byte_count,
        documents=tuple(documents),
        is_folder=folder is not None,
        has_class_folders=bool(classes),
        notices=tuple(notices),
        skipped=() if classes else tuple(one for one in beside if not one.path.is_dir()),
    )


def class_folders(found: Source) -> dict[str, int]:
    """The folders within a folder that have files, and how many each has; {} if there are fewer than two."""
    if found.folder is None:
        return {}
    inside = Counter(file.path.relative_to(found.folder).parts[0] for file in found.files if file.path.parent != found.folder)
    return dict(inside) if len(inside) > 1 else {}


def documents_of(opened: Opened, what: str) -> tuple[Document, ...]:
    """The documents of a file, of several files or of a built-in. Raises InputError for a folder, since `what` reads files."""
    if opened.is_folder:
        raise InputError(f"{opened.shown} is a folder, but {what} reads files: give one or several, or use --valid and --test")
    return opened.documents


def text_problem(text: str, what: str = "text") -> tuple[str, str] | None:
    """(found, expected) if `text` can't be an item: it is empty, too long, or not text; else None."""
    if not text or text.isspace():
        return f"the {what} is empty", "at least one character"
    if len(text) > MAX_ITEM_CHARS:
        return f"the {what} has {len(text):,} characters", AT_MOST
    wrong = _NOT_IN_TEXT.search(text)
    if wrong:
        return f"the {what} has {'a NUL' if wrong[0] == chr(0) else 'half a character (a lone surrogate)'}", "text"
    return None


def digest(sources: Sequence[Opened]) -> str:
    """SHA-256 of what was read: for a single file, of its decoded text in UTF-8, as for a corpus; with NUL between several."""
    return hashlib.sha256("\0".join(_contents(sources)).encode()).hexdigest()


def _contents(sources: Iterable[Opened]) -> Iterator[str]:
    for opened in sources:
        for document in opened.documents:
            if opened.is_folder:
                yield document.stem
            yield document.text


def _check_size(name: str, byte_count: int) -> None:
    if byte_count > MAX_SOURCE_BYTES:
        raise InputError(
            f"{visible(name)} has {byte_count / 1e6:,.0f} MB, expected at most {MAX_SOURCE_BYTES / 1e6:,.0f} MB of "
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
    return Document(standard_input.shown(file.path), file.path.stem, text)
