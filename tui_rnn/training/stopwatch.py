"""How long something took that computes all the while, without the time in which the process was stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

STOPPED_S = 2.0  # what a busy machine leaves out now and then is shorter
BUSY_SHARE = 0.25  # of the time, at least, a process that computes has a core


@dataclass(frozen=True)
class Stopwatch:
    """Started when it is made. The clocks of it never jump, whatever becomes of the date."""

    start: float = field(default_factory=lambda: time.perf_counter())
    _cpu: float = field(default_factory=lambda: time.process_time())

    def passed(self) -> float:
        """Seconds since the start. Where the processor worked for hardly any of them, as after Ctrl-Z and fg an hour later,
        only those in which it did: a goal in seconds is not used up by that."""
        wall, cpu = time.perf_counter() - self.start, time.process_time() - self._cpu
        return cpu if wall - cpu > STOPPED_S and cpu < BUSY_SHARE * wall else wall
