"""The installed command refuses what it could wait for without end, and what could steer the terminal. All other files that are
no text are in tests/cli."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files on Windows")


def refused(result: subprocess.CompletedProcess[str], *says: str) -> None:
    """It ended as bad input does, with one line that says all this."""
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert result.stderr.startswith("tui-rnn: ")
    assert result.stderr.count("\n") == 1
    for words in says:
        assert words in result.stderr


def test_a_program_is_no_text(run_command: Run, tmp_path: Path, home: Path) -> None:
    (tmp_path / "elf.txt").write_bytes(b"\x7fELF" + bytes(range(256)) * 20)

    refused(run_command("train", tmp_path / "elf.txt"), "elf", "is a program")
    assert list(home.iterdir()) == []


@posix
def test_a_pipe_is_not_waited_for(run_command: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    refused(run_command("train", tmp_path / "pipe"), "pipe", "a named pipe")


@posix
def test_a_device_is_not_read_for_ever(run_command: Run) -> None:
    refused(run_command("train", "/dev/zero"), "/dev/zero", "a device")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(run_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("secret " * 100, encoding="utf-8")
    file.chmod(0)

    refused(run_command("train", file), "secret.txt", "ermission")


def test_a_file_name_does_not_steer_the_terminal(run_command: Run, tmp_path: Path) -> None:
    result = run_command("train", tmp_path / "no\x1b[31m\u202e\nsuch.txt")

    refused(result, "␛[31m")
    assert not {"\x1b", "\u202e"} & set(result.stderr)
