"""Standard output and error: independent of the locale, and of whether anybody still reads them."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path


def prepare_streams() -> None:
    """Make output independent of the locale: UTF-8 in pipes, and no character raises an error."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the program that started us closed it
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (open as long as we run)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def drop_dead_streams() -> None:
    """From now on, drop the output of stdout or stderr if it can't be written: to a pipe that nobody reads, a terminal that
    hung up, a full disk."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
