"""Turns a stream of text into ids in one pass, with memory that does not grow with the text.

The vocabulary is known only at the end. So characters first get provisional ids in the order in which they come, each block in
the narrowest type that fits so far; then `finish` renumbers them by code point. The ids of a large text are in an unnamed
temporary file that is memory-mapped, so that the system can page them in and out.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.vocabulary import Vocabulary, code_points
from tui_rnn.errors import RunError

IN_MEMORY_BYTES = 64 << 20  # texts above this are kept on disk
_CODE_POINTS = 0x110000


@dataclass(frozen=True)
class Collected:
    """ids (N,), read-only, in the narrowest unsigned type. unknown: the characters outside the vocabulary, which are read as
    its fallback; unknown_count: how many the text has; first_unknown: the place of the first one, N if there is none."""

    ids: NDArray[Any]
    vocabulary: Vocabulary
    sha256: str
    unknown_count: int
    unknown: str
    first_unknown: int


@dataclass(frozen=True)
class _Mark:
    length: int
    blocks: int
    seen: int
    offset: int
    hash: Any
    ends_line: bool
    unknown_count: int
    unknown: frozenset[int]
    first_unknown: int | None


def id_dtype(vocab_size: int) -> np.dtype[Any]:
    """The narrowest unsigned integer that holds ids below vocab_size."""
    return np.dtype(np.uint8 if vocab_size <= 1 << 8 else np.uint16 if vocab_size <= 1 << 16 else np.uint32)


class IdCollector:
    """Add text block by block, then `finish`. A context manager: at its end, unfinished work is discarded."""

    def __init__(self, expected_bytes: int, vocabulary: Vocabulary | None = None) -> None:
        """vocabulary: its ids are used; other characters are read as its fallback and counted."""
        self.length = 0
        self.ends_line = True  # nothing yet, or the last character is a newline
        self._on_disk = expected_bytes > IN_MEMORY_BYTES
        self._file = self._new_file()
        self._blocks: list[tuple[np.dtype[Any], int]] = []
        self._hash = hashlib.sha256()
        self._vocabulary = vocabulary
        self._slots = np.full(_CODE_POINTS, -1, dtype=np.int32)
        self._seen: list[int] = []
        self._first_at: list[int] = []  # the first place of each of them
        self._first_unknown: int | None = None
        self._unknown_count = 0
        self._unknown: set[int] = set()
        if vocabulary is not None:
            self._seen = vocabulary.codes.tolist()
            self._slots[vocabulary.codes] = np.arange(len(vocabulary))

    def __enter__(self) -> IdCollector:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, text: str) -> None:
        """Append a block of text. Raises UnicodeEncodeError for a lone surrogate, RunError for a full disk."""
        if not text:
            return
        utf8 = text.encode("utf-8")
        self._hash.update(utf8)
        codes = np.frombuffer(utf8, dtype=np.uint8) if len(utf8) == len(text) else code_points(text)
        ids = self._slots[codes]
        if ids.min() < 0:
            ids = self._fall_back(codes, ids) if self._vocabulary is not None else self._learn(codes, ids)
        dtype = id_dtype(len(self._seen))
        self._write(self._file, ids.astype(dtype))
        if not self._on_disk and self._file.tell() > IN_MEMORY_BYTES:  # the size of a compressed file says little
            self._move_to_disk()
        self._blocks.append((dtype, len(ids)))
        self.length += len(ids)
        self.ends_line = text.endswith("\n")

    def mark(self) -> _Mark:
        """A place to go back to with `rollback`: it may turn out in the middle of a file that it is not text."""
        return _Mark(
            length=self.length,
            blocks=len(self._blocks),
            seen=len(self._seen),
            offset=self._file.tell(),
            hash=self._hash.copy(),
            ends_line=self.ends_line,
            unknown_count=self._unknown_count,
            unknown=frozenset(self._unknown),
            first_unknown=self._first_unknown,
        )

    def rollback(self, mark: _Mark) -> None:
        """Forget all that was added since `mark`."""
        self.length, self.ends_line, self._hash = mark.length, mark.ends_line, mark.hash
        self._unknown_count, self._unknown, self._first_unknown = mark.unknown_count, set(mark.unknown), mark.first_unknown
        del self._blocks[mark.blocks :]
        self._slots[self._seen[mark.seen :]] = -1
        del self._seen[mark.seen :], self._first_at[mark.seen :]
        self._file.seek(mark.offset)
        self._file.truncate()

    def finish(self, known_length: int | None = None) -> Collected:
        """The ids of the whole text, numbered by the sorted vocabulary. The text must not be empty.

        known_length: without a given vocabulary, it is made from so many characters at the beginning (None: from all). Other
        characters are unknown.
        """
        known = self.length if known_length is None else known_length
        late = [] if self._vocabulary else [code for code, at in zip(self._seen, self._first_at, strict=True) if at >= known]
        vocabulary = self._vocabulary or Vocabulary("".join(map(chr, sorted(set(self._seen) - set(late)))))
        dtype = id_dtype(len(vocabulary))
        rank = np.searchsorted(vocabulary.codes, self._seen).astype(dtype)
        if late:
            self._unknown, self._first_unknown = set(late), min(self._first_at[self._seen.index(code)] for code in late)
            rank[np.isin(self._seen, late)] = vocabulary.characters.index(vocabulary.fallback)
        in_place = all(block == dtype for block, _ in self._blocks) and np.array_equal(rank, np.arange(len(rank)))
        if not in_place:
            self._renumber(rank, np.isin(self._seen, late))
        self._file.flush()
        ids: NDArray[Any]
        if isinstance(self._file, io.BytesIO):
            ids = np.frombuffer(self._file.getvalue(), dtype=dtype)
        else:
            # a plain view: slices of a np.memmap are slow, since it is a subclass
            ids = np.memmap(self._file, dtype=dtype, mode="r", shape=(self.length,)).view(np.ndarray)
        unknown = "".join(map(chr, sorted(self._unknown)))
        first = self.length if self._first_unknown is None else self._first_unknown
        return Collected(ids, vocabulary, self._hash.hexdigest(), self._unknown_count, unknown, first)

    def _learn(self, codes: NDArray[Any], ids: NDArray[np.int32]) -> NDArray[np.int32]:
        places = np.flatnonzero(ids < 0)
        new, first = np.unique(codes[places], return_index=True)
        self._slots[new] = np.arange(len(self._seen), len(self._seen) + len(new))
        self._seen.extend(new.tolist())
        self._first_at.extend((self.length + places[first]).tolist())
        learned: NDArray[np.int32] = self._slots[codes]
        return learned

    def _fall_back(self, codes: NDArray[Any], ids: NDArray[np.int32]) -> NDArray[np.int32]:
        assert self._vocabulary is not None
        unknown = ids < 0
        if self._first_unknown is None:
            self._first_unknown = self.length + int(unknown.argmax())
        self._unknown_count += int(np.count_nonzero(unknown))
        self._unknown.update(np.unique(codes[unknown]).tolist())
        return np.where(unknown, self._slots[ord(self._vocabulary.fallback)], ids)

    def _renumber(self, rank: NDArray[Any], unknown: NDArray[np.bool_]) -> None:
        """Give each id its rank, and count those that are unknown."""
        provisional, self._file = self._file, self._new_file()
        with provisional:
            provisional.seek(0)
            for dtype, count in self._blocks:
                block = np.frombuffer(provisional.read(count * dtype.itemsize), dtype=dtype)
                self._unknown_count += int(np.count_nonzero(unknown[block])) if unknown.any() else 0
                self._write(self._file, rank[block])

    def _move_to_disk(self) -> None:
        self._on_disk = True
        held, self._file = self._file, self._new_file()
        held.seek(0)
        while block := held.read(IN_MEMORY_BYTES // 4 or 1):
            self._write(self._file, np.frombuffer(block, np.uint8))

    def _new_file(self) -> IO[bytes]:
        return tempfile.TemporaryFile(prefix="tui-rnn-") if self._on_disk else io.BytesIO()

    def _write(self, file: IO[bytes], ids: NDArray[Any]) -> None:
        try:
            file.write(ids.data)
        except OSError as error:
            where = tempfile.gettempdir()
            raise RunError(f"can't keep the text's ids in {where}: {error.strerror}; free some space or set TMPDIR") from error
