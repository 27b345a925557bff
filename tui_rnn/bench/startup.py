"""From the command to the first training step, in a process of its own: with an empty cache of kernels, and with a full one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from time import perf_counter

from tui_rnn.errors import RunError

FIRST_STEP = """
import numpy as np
from tui_rnn import kernels
from tui_rnn.config import RunConfig
from tui_rnn.tasks.language_model import LanguageModel

kernels.compile_all(lambda done, total, name: None)
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
    with tempfile.TemporaryDirectory(prefix="tui-rnn-bench-", ignore_cleanup_errors=True) as folder:
        environment = os.environ | {"TUI_RNN_KERNEL_CACHE": folder}
        return Startup(_first_step_s(environment), _first_step_s(environment))


def _first_step_s(environment: dict[str, str]) -> float:
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", FIRST_STEP + "\nimport os\nos._exit(0)"],  # ending takes a while, too
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise RunError(f"the first training step failed in a new process: {last_line}")
    return perf_counter() - start
