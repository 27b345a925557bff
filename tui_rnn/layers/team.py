"""Threads that enter a kernel together. They are kept, since a training call lasts only tens of milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

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
