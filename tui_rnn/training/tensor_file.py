"""One .safetensors file: written whole or not at all, and read without trusting what it claims.

The format: 8 bytes with the header's length, a JSON header that gives each tensor's dtype, shape and place, the tensors.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tui_rnn import leftovers
from tui_rnn.errors import InputError, RunError

Shapes = dict[str, tuple[tuple[int, ...], str]]
"""Name → shape, -1 for any length, and dtype."""
MAX_HEADER_BYTES = 1 << 20
MAX_TENSORS = 1024
MAX_DIMENSIONS = 8
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
DTYPES = {
    "F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "|u1", "U16": "<u2", "U32": "<u4", "U64": "<u8",
}  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """Where one array lies in the file. No memory is allocated for it yet."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int


@dataclass(frozen=True)
class TensorFile:
    """An open file with a checked header: every tensor lies inside the file, and none overlaps another."""

    file: BinaryIO
    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    _read: set[str] = field(default_factory=set)

    def read(self, name: str) -> NDArray[Any]:
        """One array, in the machine's own byte order."""
        tensor = self.tensors[name]
        self._read.add(name)
        self.file.seek(tensor.offset)
        count = math.prod(tensor.shape)
        data = self.file.read(count * tensor.dtype.itemsize)
        if len(data) != count * tensor.dtype.itemsize:
            raise ValueError(f"it ends within {name!r}")
        return np.frombuffer(data, tensor.dtype).reshape(tensor.shape).astype(tensor.dtype.newbyteorder("="))

    def read_part(self, prefix: str, wanted: Shapes, longest: int) -> dict[str, NDArray[Any]]:
        """The arrays of a part, by name. wanted: their shapes and dtypes; -1 is any length up to the longest. Raises KeyError
        or ValueError if one is missing or different."""
        found = {}
        for name, (shape, dtype) in wanted.items():
            tensor = self.tensors[prefix + name]
            fits = len(tensor.shape) == len(shape) and all(
                size == want or (want < 0 and size <= longest) for size, want in zip(tensor.shape, shape, strict=True)
            )
            if not fits or tensor.dtype != dtype:
                expected = str(tuple("any" if want < 0 else want for want in shape)).replace("'", "")
                raise ValueError(f"tensor {prefix + name!r} is {tensor.dtype} {tensor.shape}, expected {dtype} {expected}")
            found[name] = self.read(prefix + name)
        return found

    def read_finite(self, prefix: str, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, NDArray[np.float32]]:
        """Arrays of float32 of a part, by name. Raises KeyError or ValueError if one has another shape, NaN or infinity."""
        found = self.read_part(prefix, {name: (shape, "float32") for name, shape in shapes.items()}, 0)
        for name, array in found.items():
            if not np.isfinite(array).all():
                raise ValueError(f"tensor {prefix + name!r} holds NaN or infinity")
        return found

    def unread(self) -> list[str]:
        """The names of the arrays that nobody has read."""
        return [name for name in self.tensors if name not in self._read]


@contextlib.contextmanager
def opened(path: Path) -> Iterator[TensorFile]:
    """Open `path` and check its header. Raises OSError, or ValueError with what is wrong with the file."""
    with open(path, "rb", opener=_open_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not an ordinary file")
        tensors, metadata = _read_header(file, status.st_size)
        yield TensorFile(file, tensors, metadata)


def packed(arrays: dict[str, NDArray[Any]], metadata: dict[str, str]) -> bytes:
    """What a file with these arrays holds."""
    from safetensors.numpy import save

    # safetensors writes arrays that aren't in C order wrongly
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata)


def write(path: Path, arrays: dict[str, NDArray[Any]], metadata: dict[str, str]) -> None:
    """Write all arrays to `path`; see `put`."""
    check_target(path)  # before anything is packed
    put(path, packed(arrays, metadata))


def put(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all. Raises RunError if the system refuses, InputError if `path` can't be a
    file."""
    with _replacing(path, "written") as file:
        file.write(data)
    leftovers.clear(Path(os.path.realpath(path)).parent)


def change_metadata(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Write other metadata into a file, whole or not at all; its arrays, rights and time stay as they are. Raises ValueError
    if it is not such a file, RunError if the system refuses."""
    with _replacing(path, "changed") as new, open(path, "rb", opener=_open_without_waiting) as file:
        status = os.fstat(file.fileno())
        _, metadata = _read_header(file, status.st_size)
        file.seek(0)
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")).decode("utf-8"))
        header["__metadata__"] = change(metadata)
        encoded = json.dumps(header).encode("utf-8")
        encoded += b" " * (-len(encoded) % 8)
        new.write(len(encoded).to_bytes(8, "little") + encoded)
        shutil.copyfileobj(file, new, 1 << 20)
    with contextlib.suppress(OSError):
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@contextlib.contextmanager
def _replacing(path: Path, done: str) -> Iterator[BinaryIO]:
    """A new file that replaces the one at `path` when the block ends. After a failure the old file is untouched and nothing
    else is left. done: what is done, for the message. Raises RunError if the system refuses, InputError if `path` can't be a
    file."""
    check_target(path)
    target = Path(os.path.realpath(path))  # a link stays a link
    temporary = leftovers.new_name(target.parent)
    try:
        with temporary.open("xb") as file:
            _keep_rights(file.fileno(), target)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise RunError(f"{path} was not {done}: {error.strerror or error}: free some space or choose another place") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    _sync_folder(target.parent)


def check_target(path: Path) -> None:
    """Raise InputError if a file can't be written at `path`, so that nobody trains first and learns that afterwards."""
    folder = path.parent
    try:
        there = path.exists()
    except OSError as error:  # a name that the system refuses
        raise InputError(f"{str(path)[:80]}… can't be written: {error.strerror}: choose a shorter name") from None
    if there and not path.is_file():
        raise InputError(f"{path} is not an ordinary file: name a file ending in .safetensors")
    if not folder.is_dir():
        raise InputError(f"{path} can't be written: there is no folder {folder}: make it or choose another place")
    if not os.access(folder, os.W_OK):
        raise InputError(f"{path} can't be written: the folder {folder} may not be written to: choose another place")
    if there and not (os.access(path, os.W_OK) and path.stat().st_mode & _WRITABLE):  # root may write whatever its mode
        raise InputError(f"{path} is write-protected and stays as it is: choose another place, or allow it with chmod u+w")
    if path.is_symlink() and _planted(path):
        raise InputError(f"{path} is a link that another user put there, so it is not followed: choose another place")


def _planted(link: Path) -> bool:
    """Whether a link is in a folder that everybody can write to, and belongs neither to this user nor to the folder's owner."""
    if not hasattr(os, "geteuid"):
        return False
    folder, owner = link.parent.stat(), link.lstat().st_uid
    return bool(folder.st_mode & stat.S_IWOTH) and owner not in (os.geteuid(), folder.st_uid)


def _keep_rights(descriptor: int, target: Path) -> None:
    """Give the new file the mode and, if possible, the owner of the file that it replaces."""
    try:
        old = target.stat()
    except OSError:  # there is none
        return
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode) & 0o777)


def _open_without_waiting(path: str, flags: int) -> int:
    """An opener that does not block at a pipe that nobody writes to."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, if the system lets programs open a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read_header(file: BinaryIO, file_size: int) -> tuple[dict[str, Tensor], dict[str, str]]:
    if file_size < 10:
        raise ValueError(f"it has only {file_size} bytes")
    length = int.from_bytes(file.read(8), "little")
    if file.read(1) != b"{":  # the header's first byte
        raise ValueError(
            "it doesn't begin as a .safetensors file does: name a file that tui-rnn saved (tui-rnn runs lists them)"
        )
    file.seek(8)
    if length > MAX_HEADER_BYTES or length > file_size - 8:
        limit = min(MAX_HEADER_BYTES, file_size - 8)
        raise ValueError(f"its first 8 bytes claim a header of {length:,} bytes, at most {limit:,} are possible")
    try:
        header = json.loads(file.read(length).decode("utf-8"), object_pairs_hook=_without_duplicates)
    except RecursionError:
        raise ValueError("its header is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"its header is no JSON ({error.msg} at {error.pos})") from None
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("its metadata are not all text")
    if len(header) > MAX_TENSORS:
        raise ValueError(f"it claims {len(header)} tensors, at most {MAX_TENSORS} are possible")
    data_start = 8 + length
    tensors = {name: _tensor(name, entry, data_start) for name, entry in header.items()}
    end = data_start
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].offset, math.prod(item[1].shape))):
        if tensor.offset != end:
            raise ValueError(f"tensor {name!r} starts at byte {tensor.offset}, expected {end}")
        end += math.prod(tensor.shape) * tensor.dtype.itemsize
    if end != file_size:
        raise ValueError(f"its header describes {end:,} bytes, the file has {file_size:,}")
    return tensors, metadata


def _tensor(name: str, entry: Any, data_start: int) -> Tensor:
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"the entry of tensor {name!r} is malformed")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not isinstance(entry["dtype"], str) or entry["dtype"] not in DTYPES:
        raise ValueError(f"tensor {name!r} has the dtype {entry['dtype']!r}, expected one of {', '.join(DTYPES)}")
    if not _sizes(shape) or len(shape) > MAX_DIMENSIONS or not _sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"the shape or place of tensor {name!r} is malformed")
    dtype = np.dtype(DTYPES[entry["dtype"]])
    if offsets[1] - offsets[0] != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"tensor {name!r} has {offsets[1] - offsets[0]} bytes, its shape needs another number")
    return Tensor(dtype, tuple(shape), data_start + offsets[0])


def _sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(size) is int and 0 <= size < 2**48 for size in value)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("its header names something twice")
    return result
