"""The file format, with the safetensors library as the outside judge, and files that lie."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn import leftovers
from tui_rnn.errors import InputError, RunError
from tui_rnn.training import tensor_file


def file_of(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(**changes: object) -> dict[str, object]:
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes


def test_what_is_written_is_what_the_library_reads(tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "fortran": np.asfortranarray(np.arange(12, dtype=np.float32).reshape(3, 4)),
        "strided": np.arange(20, dtype=np.int64)[::3],
        "empty": np.zeros((0, 5)),
        "codes": np.array([1, 0x10FFFF], dtype=np.uint32),
    }
    path = tmp_path / "a.safetensors"
    tensor_file.write(path, arrays, {"key": "ünïcode"})
    loaded = safetensors.numpy.load_file(path)
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        assert np.array_equal(loaded[name], array)
    with safetensors.safe_open(path, "numpy") as file:
        assert file.metadata() == {"key": "ünïcode"}


def test_what_the_library_wrote_is_what_is_read(tmp_path: Path) -> None:
    arrays = {"a": np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32), "b": np.arange(7, dtype=np.uint32)}
    path = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(arrays, path, {"k": "v"})
    with tensor_file.opened(path) as file:
        assert file.metadata == {"k": "v"}
        for name, array in arrays.items():
            assert np.array_equal(file.read(name), array)


HOSTILE = {
    "empty file": b"",
    "header beyond the file": (10_000).to_bytes(8, "little") + b"{}",
    "header of exabytes": (2**63).to_bytes(8, "little") + b"{}" * 20,
    "header too long though all there": file_of(b"{}" + b" " * (1 << 20)),
    "no json": file_of(b"hello world, this is no json"),
    "not utf-8": file_of(b'{"\xff": 1}'),
    "nested without end": file_of(b'{"a":' * 100_000),
    "a number without end": file_of(b'{"a": ' + b"9" * 10_000 + b"}"),
    "a list": file_of([1, 2]),
    "no object as entry": file_of({"a": 3}),
    "unknown dtype": file_of({"a": entry(dtype="F7")}, b"x" * 8),
    "dtype that is a list": file_of({"a": entry(dtype=["F32"])}, b"x" * 8),
    "negative size": file_of({"a": entry(shape=[-2])}, b"x" * 8),
    "size that is true": file_of({"a": entry(shape=[True, 2])}, b"x" * 8),
    "size with a point": file_of({"a": entry(shape=[2.0])}, b"x" * 8),
    "petabytes in eight bytes": file_of({"a": entry(shape=[2**47, 2**47])}, b"x" * 8),
    "offsets beyond the file": file_of({"a": entry(shape=[4], data_offsets=[0, 16])}, b"x" * 8),
    "negative offset": file_of({"a": entry(data_offsets=[-8, 0])}, b"x" * 8),
    "offsets backwards": file_of({"a": entry(data_offsets=[8, 0])}, b"x" * 8),
    "three offsets": file_of({"a": entry(data_offsets=[0, 8, 8])}, b"x" * 8),
    "overlap": file_of({"a": entry(), "b": entry()}, b"x" * 8),
    "overlap of the right total": file_of({"a": entry(), "b": entry()}, b"x" * 16),
    "a hole": file_of({"a": entry(), "b": entry(data_offsets=[12, 20])}, b"x" * 20),
    "bytes left over": file_of({"a": entry()}, b"x" * 9),
    "cut short": file_of({"a": entry()}, b"x" * 7),
    "the same name twice": file_of(b'{"a": {"dtype":"U8","shape":[0],"data_offsets":[0,0]}, "a": {}}'),
    "metadata that are no text": file_of({"__metadata__": {"a": 1}}),
    "too many tensors": file_of({str(k): entry(shape=[0], data_offsets=[0, 0]) for k in range(2000)}),
    "too many dimensions": file_of({"a": entry(shape=[1] * 40 + [2])}, b"x" * 8),
    "a key too many": file_of({"a": entry(extra=1)}, b"x" * 8),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_lies_is_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"\A[^\n]{5,200}\Z"), tensor_file.opened(path):
        pass


@given(position=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_changed_byte_never_does_worse_than_a_refusal(
    position: int, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("changed") / "a.safetensors"
    data = bytearray(safetensors.numpy.save({"a": np.zeros(9, np.float32), "b": np.ones((2, 3))}, {"k": "v"}))
    data[position % len(data)] = byte
    path.write_bytes(data)
    try:
        with tensor_file.opened(path) as file:
            for name in file.tensors:
                file.read(name)
    except ValueError:
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ValueError, match="not an ordinary file"), tensor_file.opened(path):
        pass


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.safetensors"
    tensor_file.write(path, {"a": np.zeros(3)}, {})
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tui_rnn.training.tensor_file.os.fsync", full)
    with pytest.raises(RunError, match=r"a\.safetensors was not written: .*[Ss]pace"):
        tensor_file.write(path, {"a": np.ones(3)}, {})
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix thing")
def test_a_file_size_limit_of_the_system_leaves_nothing_behind(tmp_path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(RunError, match="was not written"):
            tensor_file.write(tmp_path / "a.safetensors", {"a": np.zeros(10_000)}, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


def test_a_place_that_takes_no_file_is_refused_beforehand(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        tensor_file.check_target(tmp_path / "missing" / "a.safetensors")
    with pytest.raises(InputError, match="not an ordinary file"):
        tensor_file.check_target(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.safetensors", tmp_path / "link.safetensors"
    tensor_file.write(target, {"a": np.zeros(3)}, {})
    link.symlink_to(target)
    tensor_file.write(link, {"a": np.ones(3)}, {})
    assert link.is_symlink()
    assert np.array_equal(safetensors.numpy.load_file(target)["a"], np.ones(3))


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits, and links need rights")
EMPTY: dict[str, str] = {}


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "run.safetensors"
    tensor_file.write(path, {"a": np.zeros(3)}, EMPTY)
    path.chmod(mode)
    tensor_file.write(path, {"a": np.ones(3)}, EMPTY)

    assert path.stat().st_mode & 0o777 == mode
    with tensor_file.opened(path) as file:
        assert file.read("a").tolist() == [1, 1, 1]


@posix
def test_a_write_protected_file_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    tensor_file.write(path, {"a": np.zeros(3)}, EMPTY)
    before = path.read_bytes()
    path.chmod(0o444)

    with pytest.raises(InputError, match=r"write-protected and stays as it is: .* chmod u\+w"):
        tensor_file.write(path, {"a": np.ones(3)}, EMPTY)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_what_killed_saves_left_is_cleared_away_once_it_is_old_and_their_process_gone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    old = time.time() - 2 * leftovers.OLD_S
    names = {
        "old and gone": f".tui-rnn-{gone.pid}-0123456789abcdef.tmp",
        "new and gone": f".tui-rnn-{gone.pid}-1123456789abcdef.tmp",
        "old and alive": f".tui-rnn-{os.getpid()}-2123456789abcdef.tmp",
        "another's": ".tui-rnn-x.tmp",
    }
    for what, name in names.items():
        (tmp_path / name).write_bytes(b"half")
        if what != "new and gone":
            os.utime(tmp_path / name, (old, old))
    tensor_file.write(tmp_path / "run.safetensors", {"a": np.zeros(3)}, EMPTY)

    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*names.values(), "run.safetensors"} - {names["old and gone"]}


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make another user's link")
def test_a_link_that_another_user_put_into_a_shared_folder_is_not_followed(tmp_path: Path) -> None:
    mine, shared = tmp_path / "mine.safetensors", tmp_path / "shared"
    mine.write_bytes(b"precious")
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "run.safetensors").symlink_to(mine)
    os.lchown(shared / "run.safetensors", 65534, 65534)

    with pytest.raises(InputError, match="a link that another user put there"):
        tensor_file.write(shared / "run.safetensors", {"a": np.zeros(3)}, EMPTY)
    assert mine.read_bytes() == b"precious"


def test_a_name_that_no_system_takes_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"can't be written: .*: choose a shorter name"):
        tensor_file.write(tmp_path / ("x" * 5000), {"a": np.zeros(3)}, EMPTY)
