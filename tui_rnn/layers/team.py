"""Threads that enter a kernel together. They are kept, since a training call lasts only tens of milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

import numpy as np

from tui_rnn.kernels.matmul import DEPTH, GROUP, PANEL
from tui_rnn.kernels.threads import MEETING_SIZE, Part, cores
from tui_rnn.kernels.together import dismiss, follow

__all__ = ["Team", "cores", "run_together"]

Result = TypeVar("Result")

_POOL = ThreadPoolExecutor(max_workers=512, thread_name_prefix="kernel")
"""Threads start on demand; never fewer than asked for, since a kernel's threads wait for each other."""


def run_together(function: Callable[[int], Any], threads: int) -> Any:
    """function(tid) for tid = 0 … threads-1 at the same time; returns function(0)'s result."""
    others = [_POOL.submit(function, tid) for tid in range(1, threads)]
    result = function(0)
    for other in others:
        other.result()
    return result


class Team:
    """Threads that share the work of each kernel that one of them, the leader, calls.

    Each has its own part in every call, so that what it works on stays in its core's cache.
    """

    def __init__(self) -> None:
        self._meeting = np.zeros(MEETING_SIZE, np.int64)
        self._scratch = np.zeros((0, GROUP, DEPTH, PANEL), np.float32)
        self._threads: list[ThreadPoolExecutor] = []

    def run(self, function: Callable[[Part], Result], threads: int) -> Result:
        """function(part) on the leader, with the others ready for every kernel that it calls with the part."""
        if len(self._scratch) < threads:
            self._scratch = np.zeros((threads, GROUP, DEPTH, PANEL), np.float32)
            self._threads += [ThreadPoolExecutor(1, "kernel") for _ in range(len(self._threads), threads)]
        parts = [Part(tid, threads, self._meeting, self._scratch) for tid in range(threads)]
        if threads == 1:
            return function(parts[0])
        # the leader is not this thread: an interrupt of this one can't make it leave the others
        leading = self._threads[0].submit(self._lead, function, parts)
        wait([leading])
        return leading.result()

    def _lead(self, function: Callable[[Part], Result], parts: list[Part]) -> Result:
        following = [self._threads[part.tid].submit(follow, part) for part in parts[1:]]
        try:
            return function(parts[0])
        finally:
            dismiss(parts[0])
            wait(following)
