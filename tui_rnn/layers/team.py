"""Threads that enter a kernel together. They are kept, since a training call lasts only tens of milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

import numpy as np

from tui_rnn.kernels.matmul import DEPTH, PANEL
from tui_rnn.kernels.threads import BARRIER_SIZE, Part

Result = TypeVar("Result")

_POOL = ThreadPoolExecutor(max_workers=512, thread_name_prefix="kernel")
"""Threads start on demand; never fewer than asked for, since a kernel's threads wait for each other."""


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_together(function: Callable[[int], Any], threads: int) -> Any:
    """function(tid) for tid = 0 … threads-1 at the same time; returns function(0)'s result."""
    others = [_POOL.submit(function, tid) for tid in range(1, threads)]
    result = function(0)
    for other in others:
        other.result()
    return result


class Team:
    """Threads that take the same steps side by side, in Python, and share the work of each kernel that they call."""

    def __init__(self) -> None:
        self._meeting = np.zeros(BARRIER_SIZE, np.int64)
        self._scratch: list[np.ndarray] = []

    def run(self, function: Callable[[Part], Result], threads: int) -> Result:
        """function(part) on each thread; returns the first one's result.

        The function may do nothing but call kernels that end at the barrier, each with its part: an error in one thread
        would leave the others waiting.
        """
        while len(self._scratch) < threads:
            self._scratch.append(np.zeros((1, DEPTH, PANEL), np.float32))
        parts = [Part(tid, threads, self._meeting, self._scratch[tid]) for tid in range(threads)]
        if threads == 1:
            return function(parts[0])
        # all of them on kept threads: an interrupt of this one can't make it leave the others
        futures = [_POOL.submit(function, part) for part in parts]
        wait(futures)
        return futures[0].result()
