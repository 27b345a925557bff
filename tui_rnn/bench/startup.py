"""The time from the command to the first training step, in a new process: with an empty cache of kernels, and a full one."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from time import perf_counter

from tui_rnn.bench.fresh import FOLDER_PREFIX, run_in_new_process

FIRST_STEP = """
import numpy as np
from tui_rnn import kernels
from tui_rnn.config import RunConfig
from tui_rnn.tasks.language_model import LanguageModel

kernels.compile_for(LanguageModel)
model = LanguageModel(RunConfig(), 65)
tokens = np.zeros((1, model.config.seq_len + 1, model.config.batch_size), np.int32)
model.train(tokens, np.ones((1, model.config.batch_size), bool), np.full(1, 1e-3), 1, 1)
"""


@dataclass(frozen=True)
class Startup:
    """Seconds from starting Python to the end of the first training step."""

    cold_s: float
    warm_s: float


def measure_startup() -> Startup:
    """Compile all kernels into an empty folder, then start again from it. Takes some ten seconds."""
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
        return Startup(_first_step_s(folder), _first_step_s(folder))


def _first_step_s(cache: str) -> float:
    start = perf_counter()
    code = FIRST_STEP + "\nimport os\nos._exit(0)"  # ending takes a while, too
    run_in_new_process(code, what="the first training step", environment={"TUI_RNN_KERNEL_CACHE": cache})
    return perf_counter() - start
