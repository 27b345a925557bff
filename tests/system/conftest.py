"""The installed command as a person meets it: processes, signals, and a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 300.0  # a bound against hanging, far from what a busy machine needs; nothing here measures time
SLICE_S = 0.1


@pytest.fixture(scope="session")
def command() -> str:
    """The path of the installed `tui-rnn`."""
    path = Path(sysconfig.get_path("scripts"), "tui-rnn.exe" if sys.platform == "win32" else "tui-rnn")
    assert path.is_file(), f"{path} is missing: pip install -e . first"
    return str(path)


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small text file that a network learns quickly."""
    draw = random.Random(1)
    words = ["the", "cat", "sat", "on", "a", "mat", "and", "then", "it", "ran", "off"]
    path = tmp_path_factory.mktemp("text") / "cat.txt"
    path.write_text("\n".join(" ".join(draw.choices(words, k=8)) for _ in range(2000)), encoding="utf-8")
    return path


@pytest.fixture
def run_command(command: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command without a terminal, to its end."""

    def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            **options,
        )

    return run


class Terminal:
    """A program in a pseudo-terminal of its own. A shell around it compares the terminal's settings afterwards."""

    def __init__(self, arguments: list[str], columns: int, lines: int) -> None:
        import pexpect
        import pyte

        script = (
            'before=$(stty -g); "$@"; code=$?; after=$(stty -g); [ "$before" = "$after" ] && same=same || same=other; '
            'echo "exit code $code, $same settings"; [ $same = same ] || { echo "$before"; echo "$after"; }; read end'
        )
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._shown: str | None = None  # as far as it was worked out since something was written
        environment = {**os.environ, "TERM": "xterm-256color"}
        for name in ("COLORTERM", "NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            "/bin/sh", ["-c", script, "sh", *arguments], dimensions=(lines, columns), env=environment, timeout=None
        )

    def read(self) -> None:
        """Take in what the program wrote, waiting a moment for it."""
        import pexpect

        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            data = self.child.read_nonblocking(1 << 16, timeout=SLICE_S)
            self.raw += data
            self._shown = None
            # pyte takes the keyboard protocol's sequences for text
            self.stream.feed(re.sub(rb"\x1b\[[<>=][0-9;]*u", b"", data))

    def until(self, pattern: str) -> str:
        """Wait until the screen matches; returns the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.shown):
            assert time.monotonic() < deadline, f"never saw {pattern!r}:\n{self.shown}"
            assert self.child.isalive(), f"ended before {pattern!r}:\n{self.shown}"
            self.read()
        return self.shown

    def until_on(self, modes: set[str]) -> None:
        """Wait until the program has switched all these on, in the words of `left_behind`."""
        deadline = time.monotonic() + PATIENCE_S
        while not modes <= self.left_behind():
            assert time.monotonic() < deadline, f"only {self.left_behind()} of {modes}"
            self.read()

    def until_written(self, sequence: bytes, since: int) -> None:
        """Wait until the program has written this, after so many bytes."""
        deadline = time.monotonic() + PATIENCE_S
        while sequence not in self.raw[since:]:
            assert time.monotonic() < deadline, f"never wrote {sequence!r}"
            self.read()

    def press(self, keys: str) -> None:
        """Send keys as a terminal would."""
        self.child.send(keys)

    @property
    def shown(self) -> str:
        """The screen's lines."""
        if self._shown is None:
            self._shown = "\n".join(self.screen.display)
        return self._shown

    def left_behind(self) -> set[str]:
        """What a program switched on in the terminal and has not switched off again."""
        import pyte

        names = {
            1049: "alternate screen",
            1000: "mouse",
            1002: "mouse",
            1003: "mouse",
            1006: "mouse",
            1015: "mouse",
            1004: "focus",
            2004: "paste",
        }
        left = {name for mode, name in names.items() if mode << 5 in self.screen.mode}
        return left | ({"hidden cursor"} if pyte.modes.DECTCEM not in self.screen.mode else set())

    def pid(self) -> int:
        """The process number of the program inside the shell."""
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
        if children.exists():
            return int(children.read_text(encoding="ascii").split()[0])
        found = subprocess.run(["pgrep", "-P", str(self.child.pid)], capture_output=True, text=True, check=True)
        return int(found.stdout.split()[0])


@pytest.fixture
def terminal(command: str) -> Iterator[Callable[..., Terminal]]:
    """Start the command in a pseudo-terminal; it is ended with the test."""
    if sys.platform == "win32":
        pytest.skip("pseudo-terminals as here are not to be had on Windows")
    started: list[Terminal] = []

    def start(*arguments: str | Path, columns: int = 80, lines: int = 24, program: tuple[str, ...] = (command,)) -> Terminal:
        started.append(Terminal([*program, *map(str, arguments)], columns, lines))
        return started[-1]

    yield start
    for one in started:
        one.child.close(force=True)
