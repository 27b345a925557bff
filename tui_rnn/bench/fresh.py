"""Python code in a process of its own, where nothing is loaded, compiled or mapped yet."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tui_rnn.errors import RunError
from tui_rnn.paths import kernels_dir, python_environment

COLUMNS, LINES = 120, 40
"""The size of a terminal."""
FOLDER_PREFIX = "tui-rnn-bench-"


def python_process(
    code: str, *arguments: str, environment: Mapping[str, str] | None = None, **streams: Any
) -> subprocess.Popen[str]:
    """Start the code in a process that can import what this one can. streams: further arguments of subprocess.Popen."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *arguments],
        env=python_environment() | dict(environment or {}),
        encoding="utf-8",
        errors="replace",
        **streams,
    )


@contextlib.contextmanager
def on_terminal(code: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """The code on a pseudo-terminal, with a fresh home folder and the compiled kernels. Its last argument is the path of a
    file in that folder for its answer. Gives the process, our end of the terminal and that path, and waits for its end."""
    import pty
    import termios

    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
        answer = Path(folder) / "answer"
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (LINES, COLUMNS))
        environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TUI_RNN_HOME": folder}
        environment["TUI_RNN_KERNEL_CACHE"] = str(kernels_dir())
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        try:
            with python_process(code, *arguments, str(answer), environment=environment, **streams) as process:
                os.close(theirs)
                try:
                    yield process, ours, answer
                except BaseException:  # nobody reads the terminal any more: it would never end
                    process.kill()
                    raise
        finally:
            os.close(ours)


def run_in_new_process(code: str, *arguments: str, what: str, environment: Mapping[str, str] | None = None) -> str:
    """What the code printed, once it has ended. Raises RunError with its last line; `what` names it."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with python_process(code, *arguments, environment=environment, **pipes) as process:
        try:
            printed, said = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        last_line = (said.strip().splitlines() or ["no output"])[-1]
        raise RunError(f"{what} failed in a new process: {last_line}")
    return printed
