"""Threads of the engine that are in no hurry."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

LESS_URGENT = 5  # how much nicer these threads are than training


def step_back() -> None:
    """Lower the priority of the calling thread below training, on systems where a thread has its own priority."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + LESS_URGENT)
