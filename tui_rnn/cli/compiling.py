"""The wait of a first start, made visible."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli.output import PATIENCE_S, Progress, note
from tui_rnn.formats import time_left

if TYPE_CHECKING:
    from tui_rnn.kinds import Kind
    from tui_rnn.training.run import Run

LOADED_S = 0.05  # a kernel that takes longer is compiled, not loaded from the cache
FORECAST_FROM = 3  # kernels: from then on the line says how long the rest will take
WHAT = "compiling the kernels, once for this machine"


def compile_kernels(kind: Kind, json: bool = False) -> None:
    """Compile the kernels for data of that kind, or load them from the cache. If it takes long, stderr shows the progress in a
    terminal; elsewhere it says once that kernels are compiled, unless json is written."""
    from tui_rnn.kernels import not_kept
    from tui_rnn.training import networks

    progress, start = Progress(sys.stderr), time.monotonic()
    first, said = start, False

    def show(done: int, total: int, name: str) -> None:
        nonlocal first, said
        now = time.monotonic()
        if progress.in_terminal:
            if now - start > PATIENCE_S:
                left = f", {time_left((now - start) / done * (total - done))}" if done >= FORECAST_FROM else ""
                progress.update(f"{WHAT}: {done} of {total}{left}, {name}")
        elif done <= 1:  # the first one waits for the compiler itself
            first = now
        elif not (said or json) and now - first > max(PATIENCE_S, LOADED_S * (done - 1)):
            said = True
            note(WHAT)

    networks.compile_kernels(kind, show)
    progress.clear()
    if trouble := not_kept():
        note(trouble)


def load_run(path: Path, json: bool = False) -> Run:
    """A saved run, ready to compute. Raises InputError if the file is not a run, before anything is compiled."""
    from tui_rnn.training.api import load
    from tui_rnn.training.run_facts import read_facts

    compile_kernels(read_facts(path).kind, json)
    return load(path)
