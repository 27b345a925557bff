"""The wait of a first start, made visible."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.output import Progress

if TYPE_CHECKING:
    from tui_rnn.train.run import Run

NOT_WORTH_A_WORD_S = 0.5


def compile_kernels(kind: str) -> None:
    """Compile the kernels for data of that kind (one of data.opening.KINDS), or load them from the cache. Where it takes
    long and a person watches, stderr says how far."""
    from tui_rnn.train import networks

    progress, start = Progress(sys.stderr), time.monotonic()

    def show(done: int, total: int, name: str) -> None:
        if progress.in_terminal and time.monotonic() - start > NOT_WORTH_A_WORD_S:
            progress.update(f"compiling the kernels, once for this machine: {done} of {total} {name}")

    networks.compile_kernels(kind, show)
    progress.clear()


def load_run(path: Path) -> Run:
    """A saved run, ready to compute. Raises InputError for what is no run before anything is compiled."""
    from tui_rnn.train.checkpoint import read_facts
    from tui_rnn.train.run import load

    compile_kernels(read_facts(path).kind)
    return load(path)
