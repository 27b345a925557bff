"""Python code run in a process of its own, so that nothing is loaded, compiled or mapped yet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from tui_rnn.errors import RunError


def run_in_new_process(code: str, *arguments: str, what: str, environment: Mapping[str, str] | None = None) -> str:
    """What the code printed; it imports what this process can. Raises RunError with its last word; `what` names it."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": path} | dict(environment or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise RunError(f"{what} failed in a new process: {last_line}")
    return done.stdout
