"""The floating-point operations of a training step, and how many this machine does at best."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from tui_rnn.bench.timing import QUIET_S, Job
from tui_rnn.config import RunConfig
from tui_rnn.kernels.machine.threads import cores
from tui_rnn.kinds import RUNNING_TEXT
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training import compute

VOCAB_SIZE = 65  # what the usual Shakespeare text has


def flops_per_char(config: RunConfig, vocab_size: int = VOCAB_SIZE) -> float:
    """Those of the necessary matrix products of a training step, for each character: see training/compute.py."""
    return compute.flops_per_char(RUNNING_TEXT, LanguageModel.array_shapes(config, vocab_size))


def sgemm(size: int = 1024) -> Job:
    """The yardstick: large float32 products by NumPy's BLAS, one on each core at the same time. Amount: FLOPs."""
    rng = np.random.default_rng(0)
    a, b = (rng.random((size, size), np.float32) for _ in range(2))
    outs = [np.empty((size, size), np.float32) for _ in range(cores())]
    threads = ThreadPoolExecutor(len(outs), "yardstick")

    def run() -> None:
        with threadpool_limits(1, "blas"):  # each product runs in the thread that asks for it
            list(threads.map(lambda out: np.dot(a, b, out=out), outs))

    return Job(run, 2.0 * size**3 * len(outs), QUIET_S)
