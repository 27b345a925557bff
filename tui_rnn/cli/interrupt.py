"""Ctrl-C and similar signals during a long command: obeyed at once while nothing can be lost, else noted."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def ignore_further() -> None:
    """Everything is saved and printed: another Ctrl-C or signal must not interrupt the exit."""
    for name in _NAMES:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)


class Interruption:
    """While active, SIGINT, SIGTERM, SIGHUP and SIGBREAK raise KeyboardInterrupt; after `defer`, they set `requested`.

    The earlier handlers come back afterwards, unless an interruption was requested: then the process is about to end.
    """

    def __init__(self) -> None:
        self.requested = False
        self._deferred = False
        self._before: dict[int, Any] = {}

    def defer(self) -> None:
        """From now on there is something to save: don't raise any more, only set `requested`."""
        self._deferred = True

    def __enter__(self) -> Interruption:
        for name in _NAMES:
            if (number := getattr(signal, name, None)) is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            if not self.requested:
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self._deferred:
            raise KeyboardInterrupt
        self.requested = True
