"""Waits until an app has nothing left to do, in place of Textual's own way for tests.

Textual takes an app for idle when its process used hardly any processor time for 20 ms: at three such waits a key, most of a
test's time is sleep, and on a busy machine a process that waits for its turn looks idle. Here the event loop is asked: where no
callback is ready to run, every message was dealt with, and only a timer, a thread or another key can bring more.
"""

from __future__ import annotations

import asyncio
from typing import Any

import textual.app
import textual.pilot

_ROUNDS = 3  # one after another in which nothing was ready: a round also hears what threads have sent


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Until no callback is ready. The arguments are those of the function whose place it takes."""
    ready: Any = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    quiet = 0
    while quiet < _ROUNDS:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1


def install() -> None:
    """Have every pilot wait so."""
    for module in (textual.app, textual.pilot):
        vars(module)["wait_for_idle"] = until_idle
