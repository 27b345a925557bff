"""The wait while large data are read, made visible."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.compiling import NOT_WORTH_A_WORD_S
from tui_rnn.cli.output import Progress
from tui_rnn.display import visible

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data, Part
    from tui_rnn.data.request import DataRequest, SourceFiles
    from tui_rnn.data.symbols import Symbols

INTERVAL_S = 0.1


def open_visibly(request: DataRequest, symbols: Symbols | None = None) -> Data:
    """data.opening.open_data. Where it takes long and a person watches, stderr says how far it is."""
    from tui_rnn.data.opening import open_data

    with _telling(request.files.source) as show:
        return open_data(request, show, symbols)


def read_visibly(files: SourceFiles, symbols: Symbols) -> tuple[Part, tuple[str, ...]]:
    """data.opening.read_part, with the same line of progress."""
    from tui_rnn.data.opening import read_part

    with _telling(files.source) as show:
        return read_part(files, symbols, show)


@contextmanager
def _telling(source: str) -> Iterator[Callable[[int, int], None]]:
    """A function for a reader's progress (done, total), and a clean line at the end."""
    line, told_at = Progress(sys.stderr), time.monotonic() + NOT_WORTH_A_WORD_S - INTERVAL_S
    name = visible(Path(source).name)

    def show(done: int, total: int) -> None:
        nonlocal told_at
        if line.in_terminal and time.monotonic() - told_at > INTERVAL_S:
            told_at = time.monotonic()
            line.update(f"opening {name}: {done / max(total, 1):.0%}")  # of bytes, characters or examples

    try:
        yield show
    finally:
        line.clear()
