"""How long a computation took, without the time in which the process was stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

STOPPED_S = 2.0  # the pauses on a busy machine are shorter
BUSY_SHARE = 0.25  # a process that computes has a core for at least this share of the time


@dataclass(frozen=True)
class Stopwatch:
    """It starts when it is made. Its clocks never jump, even if the date is changed."""

    start: float = field(default_factory=lambda: time.perf_counter())
    _cpu: float = field(default_factory=lambda: time.process_time())

    def passed(self) -> float:
        """Seconds since the start. If the processor worked during hardly any of them, as after Ctrl-Z and fg an hour later,
        only the seconds in which it did: a stopped process must not use up a goal in seconds."""
        wall, cpu = time.perf_counter() - self.start, time.process_time() - self._cpu
        return cpu if wall - cpu > STOPPED_S and cpu < BUSY_SHARE * wall else wall
