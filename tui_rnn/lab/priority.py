"""Threads of the engine that are in no hurry."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

LESS_URGENT = 5  # by so much they are nicer than training


def step_back() -> None:
    """Let training come before the thread that calls this, where a thread has a priority of its own."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + LESS_URGENT)
