"""What the commands write: lines for a person, JSON lines for a script, one line for an error."""

from __future__ import annotations

import contextlib
import json
import math
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TextIO

from cyclopts import Parameter

Json = Annotated[bool, Parameter(help="JSON for scripts: one object a line.", negative=(), show_default=False)]
PATIENCE_S = 0.5  # what ends sooner needs no line of progress
INTERVAL_S = 0.1  # between two lines of progress


def fail(message: str, code: int) -> int:
    """Write one line about an error to stderr and return its exit code."""
    from tui_rnn.display import visible

    with contextlib.suppress(OSError):  # if nobody reads stderr, the exit code still says it
        print("tui-rnn:", visible(message), file=sys.stderr, flush=True)
    return code


def note(message: str) -> None:
    """Write one line for the person to stderr, where no script reads it."""
    fail(message, 0)


def log_traceback() -> str:
    """Append the current exception's traceback to the log; returns where it is, in words."""
    import traceback

    from tui_rnn.paths import log_dir

    path = log_dir() / "errors.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
            traceback.print_exc(file=log)
    except OSError as error:
        return f"no traceback: {path}: {error.strerror}"
    return f"traceback in {path}"


def print_json(record: dict[str, Any]) -> None:
    """Print one JSON object on one line of ASCII. Numbers that are not finite become null."""
    text = json.dumps(_finite(record), allow_nan=False).replace("\x7f", "\\u007f")
    print(text, flush=True)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return _finite(value.tolist())
    return value


def shell_line(*words: str) -> str:
    """A command, quoted for this system's shell and safe to show."""
    from tui_rnn.display import visible

    return visible(subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words))


class Progress:
    """One line that is overwritten in a terminal; a new plain line each time in a pipe or a file."""

    def __init__(self, stream: TextIO) -> None:
        self.in_terminal = stream.isatty()
        self._stream = stream
        self._width = 0

    def update(self, line: str) -> None:
        """Show `line` in place of the last one."""
        if not self.in_terminal:
            print(line, file=self._stream, flush=True)
            return
        from rich.cells import cell_len, set_cell_size

        room = shutil.get_terminal_size().columns - 1
        line = line if cell_len(line) <= room else set_cell_size(line, room)
        width = cell_len(line)
        print("\r" + line + " " * (self._width - width), end="", file=self._stream, flush=True)
        self._width = width

    def hint(self, line: str) -> None:
        """Show `line` in a terminal, and nothing elsewhere."""
        if self.in_terminal:
            self.update(line)

    def clear(self) -> None:
        """Remove the line, so that an ordinary line can follow."""
        if self._width:
            print("\r" + " " * self._width, end="\r", file=self._stream, flush=True)
            self._width = 0


@contextlib.contextmanager
def waiting(what: str) -> Iterator[None]:
    """While the block runs, a terminal says what the person waits for."""
    line = Progress(sys.stderr)
    line.hint(f"{what} …")
    try:
        yield
    finally:
        line.clear()


@contextlib.contextmanager
def telling(what: str, patience_s: float = 0.0) -> Iterator[Callable[[int, int], None]]:
    """A function to be called with (done, total): from patience_s on, a terminal shows the share that is done."""
    line, next_s = Progress(sys.stderr), time.monotonic() + patience_s

    def show(done: int, total: int) -> None:
        nonlocal next_s
        if total and time.monotonic() >= next_s:
            next_s = time.monotonic() + INTERVAL_S
            line.hint(f"{what}: {done / total:.0%}")

    try:
        yield show
    finally:
        line.clear()
