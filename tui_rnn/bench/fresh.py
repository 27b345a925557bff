"""Python code run in a process of its own, so that nothing is loaded, compiled or mapped yet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tui_rnn.errors import RunError
from tui_rnn.paths import python_environment


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


def run_in_new_process(code: str, *arguments: str, what: str, environment: Mapping[str, str] | None = None) -> str:
    """What the code printed, once it has ended. Raises RunError with its last word; `what` names it."""
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
