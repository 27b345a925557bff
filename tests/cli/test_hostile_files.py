"""Every text that can't be learnt from is refused in one line that says what was found, and nothing is written; of one that is
not as usual, it is said how it was read."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Result

Cli = Callable[..., Result]
posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files on Windows")


def refused(result: Result, *says: str) -> None:
    """It ended as bad input does, with one line that says all this."""
    assert result.code == 2, result
    assert result.out == ""
    assert result.err.startswith("tui-rnn: ")
    assert result.err.count("\n") == 1
    for words in says:
        assert words in result.err


FILES = {
    "empty": (b"", "empty (0 bytes)"),
    "one-character": (b"x", "one character"),
    "all-one-character": (b"a" * 5000, "only 'a' (5,000 times)"),
    "shorter-than-a-sequence": (b"to be or not to be", "18 characters"),
    "elf": (b"\x7fELF" + bytes(range(256)) * 20, "is a program"),
    "binary": (b"\x01\x02" + bytes(range(256)) * 20, "byte 2 is NUL"),
    "latin-1": (("Die Straße führt über den Fluß.\n" * 50).encode("latin-1"), "byte 8"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_text(tui_rnn: Cli, tmp_path: Path, home: Path, name: str) -> None:
    content, says = FILES[name]
    file = tmp_path / f"{name}.txt"
    file.write_bytes(content)
    result = tui_rnn("train", file)

    refused(result, name, says)
    assert list(home.iterdir()) == []
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_file_names_what_was_meant(tui_rnn: Cli, tmp_path: Path) -> None:
    (tmp_path / "alice.txt").write_text("Alice", encoding="utf-8")

    refused(tui_rnn("train", tmp_path / "alcie.txt"), "alcie.txt", "alice.txt")


def test_the_encoding_can_be_said(tui_rnn: Cli, tmp_path: Path) -> None:
    file = tmp_path / "latin-1.txt"
    file.write_bytes(("Die Straße führt über den Fluß.\n" * 50).encode("latin-1"))
    small = ("--hidden-size", "8", "--steps", "2", "--out", tmp_path / "run.safetensors")

    assert "--encoding" in tui_rnn("train", file, *small).err
    assert tui_rnn("train", file, "--encoding", "latin-1", *small).code == 0


def test_a_folder_without_text(tui_rnn: Cli, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "one.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")

    refused(tui_rnn("train", tmp_path / "nothing"), "nothing", "no text")
    refused(tui_rnn("train", tmp_path / "pictures"), "pictures", "no text")


@posix
def test_a_socket_is_no_text(tui_rnn: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")

        refused(tui_rnn("train", "socket"), "a socket")


@posix
def test_a_pipe_is_not_waited_for(tui_rnn: Cli, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    refused(tui_rnn("train", tmp_path / "pipe"), "pipe", "a named pipe")


@posix
def test_a_device_is_not_read_for_ever(tui_rnn: Cli) -> None:
    refused(tui_rnn("train", "/dev/zero"), "/dev/zero", "a device")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tui_rnn: Cli, tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("secret " * 100, encoding="utf-8")
    file.chmod(0)

    refused(tui_rnn("train", file), "secret.txt", "ermission")


def test_a_file_name_does_not_steer_the_terminal(tui_rnn: Cli, tmp_path: Path) -> None:
    result = tui_rnn("train", tmp_path / "no\x1b[31m\u202e\nsuch.txt")

    refused(result, "␛[31m")
    assert not {"\x1b", "\u202e"} & set(result.err)


def test_a_text_with_crlf_and_a_byte_order_mark_is_read_and_it_says_so(tui_rnn: Cli, tmp_path: Path) -> None:
    file = tmp_path / "windows.txt"
    file.write_bytes(b"\xef\xbb\xbf" + b"the cat sat on the mat\r\n" * 200)
    result = tui_rnn("train", file, "--hidden-size", "8", "--steps", "2", "--out", tmp_path / "run.safetensors")

    assert result.code == 0
    assert "byte order mark" in result.out
    assert "200 CRLF" in result.out


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_and_it_says_so(tui_rnn: Cli, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "wide.txt"
    file.write_bytes(("Hello there\n" * 50).encode(encoding))
    result = tui_rnn("train", file, "--hidden-size", "8", "--steps", "2", "--out", tmp_path / "run.safetensors")

    assert result.code == 0
    assert "9 distinct characters" in result.out
    assert f"read as {encoding.upper()}, as its NUL bytes show (it has no byte order mark)" in result.out
