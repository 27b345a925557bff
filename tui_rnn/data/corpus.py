"""A text to learn from: opened from a file, a folder or a built-in, checked, counted and held as ids."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from numpy.typing import NDArray

from tui_rnn.data import text_notices
from tui_rnn.data.collector import Collected, IdCollector
from tui_rnn.data.content import NotText
from tui_rnn.data.decoding import Findings, check_encoding, decode_file, not_whole_characters, one_line_end
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.sources import Source, TextFile, find_source
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, describe, visible
from tui_rnn.errors import InputError
from tui_rnn.kinds import RUNNING_TEXT, Kind

Progress = Callable[[int, int], None]

_BLOCK_CHARS = 1 << 20


@dataclass(frozen=True, eq=False)
class Corpus:
    """One text as ids of its tokens (N,): the first 90% for training, the last 10% for validation, in order; or all of it for
    training, if `held_out` is another text to validate on. `tested` is a text to score once, at the end.

    ids are read-only, uint8 if the vocabulary fits, else uint16 or uint32; for a large text they are mapped from an unnamed
    temporary file. sha256 is of the decoded text in UTF-8; for several texts, see running_text.with_parts. `name` and
    `source` are as found: show them through display.visible. `source` opens the corpus again: an absolute path, a
    built-in's name, or "" for a text from memory.
    byte_count: of the files that were read, without skipped ones. char_count: of the text; it equals the number of ids if a
    token is a character. entropy_rate_nats: of the source of the validation part, per token of this vocabulary; None if it is
    unknown.
    """

    kind: ClassVar[Kind] = RUNNING_TEXT
    name: str
    source: str
    byte_count: int
    sha256: str
    vocabulary: TextVocabulary
    ids: NDArray[Any]
    char_count: int
    notices: tuple[str, ...] = ()
    unknown_count: int = 0  # tokens outside the vocabulary, read as its fallback
    unknown_notice: str = ""  # the notice about them
    first_unknown: int | None = None  # the place of the first one
    entropy_rate_nats: float | None = None
    what_to_look_for: str = ""
    tracks: str = ""  # the hypothesis behind it: see data/builtin.py
    encoding: str | None = None  # what was asked for; `source` opens again with it
    held_out: Corpus | None = None  # both in this text's vocabulary
    tested: Corpus | None = None

    @property
    def shown(self) -> str:
        return visible(self.name)

    @property
    def symbols(self) -> Symbols:
        """What a network that is trained on it reads and writes."""
        return Symbols(self.kind, self.vocabulary)

    @property
    def request(self) -> DataRequest:
        """The request that opens the same again, from any folder."""
        validation, test = (part.source if part is not None else None for part in (self.held_out, self.tested))
        files = SourceFiles(self.source, validation, test, encoding=self.encoding)
        return DataRequest(files, self.kind.task, tokens=self.vocabulary.kind)

    @property
    def train(self) -> NDArray[Any]:
        return self.ids[: self._split]

    @property
    def validation(self) -> NDArray[Any]:
        return self.ids[self._split :] if self.held_out is None else self.held_out.ids

    @property
    def test(self) -> NDArray[Any] | None:
        return None if self.tested is None else self.tested.ids

    @property
    def trains_on_unknown(self) -> bool:
        """Whether the training part has tokens outside the vocabulary."""
        return self.first_unknown is not None and self.first_unknown < self._split

    @property
    def _split(self) -> int:
        return train_length(len(self.ids)) if self.held_out is None else len(self.ids)


def train_length(token_count: int) -> int:
    """How many tokens at the start of a text are for training."""
    return token_count * 9 // 10


def open_corpus(
    source: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    progress: Progress | None = None,
    vocabulary: Vocabulary | None = None,
    training_only: bool = False,
) -> Corpus:
    """Open a text file, a folder of text files (recursive, joined in order of their paths), a source of several (see
    sources.find_source), or a built-in by its name.

    encoding: None for UTF-8, or what a byte order mark says. vocabulary: of another text, to read this one with; None: it is
    made from this text. training_only: it is made only from the training part, so that a network knows what it can learn.
    progress(done_bytes, total_bytes) is called between blocks and may raise, to cancel. Memory does not grow with the text. A
    built-in comes before a file of the same name in the working folder: `./name` is the file. Raises InputError if there is no
    such source, or if it is not text that can be learnt from.
    """
    from tui_rnn.data.builtin import BUILTINS  # the generators are not needed for a file

    if encoding is not None:
        check_encoding(encoding)
    built_in = BUILTINS.get(source) if isinstance(source, str) else None
    if built_in is not None:
        corpus = corpus_from_text(
            built_in.text(),
            name=built_in.name,
            source=built_in.name,
            vocabulary=vocabulary,
            training_only=training_only,
            entropy_rate_nats=built_in.entropy_rate_nats,
            what_to_look_for=built_in.what_to_look_for,
            tracks=built_in.tracked[0].where if built_in.tracked else "",
        )
        if Path(source).exists():
            shadowed = f"this is the built-in corpus; the file or folder of the same name is ./{built_in.name}"
            corpus = replace(corpus, notices=(shadowed, *corpus.notices))
        return corpus
    found = find_source(source, BUILTINS)
    total = sum(file.byte_count for file in found.files)
    reading = _Reading(encoding, Findings(), _counting(progress, total))
    with IdCollector(total, vocabulary) as collector:
        if found.folder is not None:
            byte_count, notice = _read_folder(found.folder, found, collector, reading)
            notices = [notice]
        else:
            byte_count = total
            for file in found.files:
                if not collector.ends_line:
                    collector.add("\n")
                _read_file(file, collector, reading)
            notices = [f"{counted(len(found.files), 'file')} joined in this order"] if len(found.files) > 1 else []
        collected = _finish(collector, vocabulary, training_only, found.name)
    corpus = _corpus(found.name, found.source, byte_count, collected, reading.findings, notices, vocabulary is None)
    return replace(corpus, encoding=encoding)


def corpus_from_text(
    text: str,
    *,
    name: str = "text",
    source: str = "",
    vocabulary: Vocabulary | None = None,
    training_only: bool = False,
    entropy_rate_nats: float | None = None,
    what_to_look_for: str = "",
    tracks: str = "",
) -> Corpus:
    """A corpus from a text in memory, read like a file with that text. Raises InputError as open_corpus does."""
    shown = visible(name)
    if "\0" in text:
        raise InputError(f"{shown} has a NUL character at {text.index(chr(0))}, expected text")
    findings = Findings()
    try:
        byte_count = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InputError(f"{shown} has a lone surrogate at {error.start}, expected text") from None
    blocks = (text[start : start + _BLOCK_CHARS] for start in range(0, len(text), _BLOCK_CHARS))
    with IdCollector(byte_count, vocabulary) as collector:
        for block in one_line_end(blocks, findings):
            collector.add(block)
        collected = _finish(collector, vocabulary, training_only, name)
    corpus = _corpus(name, source, byte_count, collected, findings, [], vocabulary is None)
    # a character that is read as another one costs less than it would
    entropy_rate_nats = None if collected.unknown_count else entropy_rate_nats
    return replace(corpus, entropy_rate_nats=entropy_rate_nats, what_to_look_for=what_to_look_for, tracks=tracks)


def _corpus(
    name: str, source: str, byte_count: int, collected: Collected, findings: Findings, notices: list[str], own: bool
) -> Corpus:
    """The corpus of a collected text. notices: about its files. own: whether its vocabulary was made from it."""
    return Corpus(
        name=name,
        source=source,
        byte_count=byte_count,
        sha256=collected.sha256,
        vocabulary=collected.vocabulary,
        ids=collected.ids,
        char_count=len(collected.ids),
        notices=(*notices, *text_notices.notices(findings, collected, own)),
        unknown_count=collected.unknown_count,
        unknown_notice=text_notices.unknown_notice(collected, own),
        first_unknown=collected.first_unknown,
    )


@dataclass(frozen=True)
class _Reading:
    encoding: str | None
    findings: Findings
    on_bytes: Callable[[int], None]


def _counting(progress: Progress | None, total: int) -> Callable[[int], None]:
    done = 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(min(done, total), total)

    return on_bytes


def _read_file(file: TextFile, collector: IdCollector, reading: _Reading) -> None:
    """Add one file to the collector. Raises NotText."""
    found = Findings()
    for text in decode_file(file.path, file.byte_count, reading.encoding, found, reading.on_bytes):
        try:
            collector.add(text)
        except UnicodeEncodeError:
            raise not_whole_characters(file.path, reading.encoding or "utf-8") from None
    reading.findings.include(found)


def _read_folder(folder: Path, found: Source, collector: IdCollector, reading: _Reading) -> tuple[int, str]:
    """Add every file that is text, each from the start of a line. Returns how many bytes these have, and a notice with the
    numbers of files that were read and skipped."""
    joined = byte_count = 0
    examples: dict[str, str] = {}
    skipped = Counter(one.kind for one in found.skipped)
    for file in found.files:
        mark = collector.mark()
        try:
            if not collector.ends_line:
                collector.add("\n")
            _read_file(file, collector, reading)
            joined += 1
            byte_count += file.byte_count
        except NotText as reason:
            collector.rollback(mark)
            skipped[reason.kind] += 1
            if reason.where:
                examples.setdefault(reason.kind, f" ({visible(str(file.path.relative_to(folder)))}, {reason.where})")
    reasons = ", ".join(f"{count:,} {kind}{examples.get(kind, '')}" for kind, count in sorted(skipped.items()) if count)
    left_out = f"{skipped.total():,} skipped: {reasons}" if reasons else "none skipped"
    if not joined:
        raise InputError(f"the folder {visible(str(folder))} has no text ({left_out}): give one with text files in it")
    return byte_count, f"{counted(joined, 'file')} joined in order of their paths; {left_out}"


def _finish(collector: IdCollector, vocabulary: Vocabulary | None, training_only: bool, name: str) -> Collected:
    shown = visible(name)
    if collector.length == 0:
        raise InputError(f"{shown} has no characters: give a text")
    if collector.length == 1:
        raise InputError(f"{shown} is one character long: give a longer text")
    known_length = max(1, train_length(collector.length)) if training_only else None
    collected = collector.finish(known_length)
    if vocabulary is None and len(collected.vocabulary) == 1:
        only, times = describe(collected.vocabulary.characters), collected.first_unknown
        part = "" if times == collector.length else "the training part of "
        raise InputError(f"{part}{shown} has only {only} ({times:,} times): give a text with at least two different characters")
    return collected
