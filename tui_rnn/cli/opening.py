"""The wait while large data are read, made visible."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.compiling import NOT_WORTH_A_WORD_S
from tui_rnn.cli.output import Progress
from tui_rnn.display import visible

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data, Symbols
    from tui_rnn.data.request import DataRequest

INTERVAL_S = 0.1


def open_visibly(request: DataRequest, symbols: Symbols | None = None) -> Data:
    """data.opening.open_data. Where it takes long and a person watches, stderr says how far it is."""
    from tui_rnn.data.opening import open_data

    line, told_at = Progress(sys.stderr), time.monotonic() + NOT_WORTH_A_WORD_S - INTERVAL_S
    name = visible(Path(request.files.source).name)

    def show(done: int, total: int) -> None:
        nonlocal told_at
        if line.in_terminal and time.monotonic() - told_at > INTERVAL_S:
            told_at = time.monotonic()
            line.update(f"opening {name}: {done:,} of {total:,}")

    try:
        return open_data(request, show, symbols)
    finally:
        line.clear()
