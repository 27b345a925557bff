"""How long compiling will take, judged by the last time on this machine, or else by the part that is already done."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable
from pathlib import Path

from tui_rnn.lab.messages import Event, Working
from tui_rnn.paths import log_dir

MAX_BYTES = 100_000
SLOW_S = 1.0  # until then, the kernels may come from the cache, and it is over at once
WORTH_KEEPING_S = 3.0
SLOWEST, FASTEST = 4.0, 0.25  # the pace, compared with the last time, is taken to lie between these
FEWEST_DONE = 3  # if no last time is known, the rest is judged once so many kernels are done


class CompileClock:
    """Reports to the screen how far compiling is, and how long it will still take. kind: of the data that need these
    kernels."""

    def __init__(self, kind: str, emit: Callable[[Event], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._kind, self._emit, self._clock = kind, emit, clock
        self._path = log_dir() / "compiling.json"
        self._began = clock()
        self._times: list[float] = []  # when each kernel began, and when all ended
        self._last: list[float] | None = None

    def __call__(self, done: int, total: int, name: str) -> None:
        """To be called before each kernel and at the end."""
        elapsed = self._clock() - self._began
        if not self._times:
            self._last = _known(self._path, self._key(total), total)
        self._times.append(elapsed)
        self._emit(Working("compiling the kernels", done, total, name, self._left(done, total, elapsed)))
        if done == total and elapsed > max(WORTH_KEEPING_S, self._last[-1] / 2 if self._last else 0.0):
            _keep(self._path, self._key(total), self._times)

    def _key(self, total: int) -> str:
        return f"{self._kind}, {total} kernels"

    def _left(self, done: int, total: int, elapsed: float) -> float | None:
        """Seconds that are left, None while that is not known."""
        if elapsed < SLOW_S or done == total:
            return None
        if self._last is None:
            return elapsed / done * (total - done) if done >= FEWEST_DONE else None
        pace = elapsed / self._last[done] if self._last[done] > 0 else 1.0
        return (self._last[-1] - self._last[done]) * min(max(pace, FASTEST), SLOWEST)


def _known(path: Path, key: str, total: int) -> list[float] | None:
    """The times of the last compilation of so many kernels; None if there is none, or they are not sane."""
    times = _table(path).get(key)
    if not isinstance(times, list) or len(times) != total + 1:
        return None
    if not all(isinstance(t, (int, float)) and not isinstance(t, bool) and 0 <= t < math.inf for t in times):
        return None
    return [float(t) for t in times] if times == sorted(times) and times[-1] > 0 else None


def _table(path: Path) -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError, RecursionError), path.open("rb") as file:
        found = json.loads(file.read(MAX_BYTES))
        if isinstance(found, dict):
            return found
    return {}


def _keep(path: Path, key: str, times: list[float]) -> None:
    """Keep the times for the next compilation. If that fails, only a forecast is lost."""
    table = _table(path) | {key: [round(t, 2) for t in times]}
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(table), encoding="utf-8")
