"""Ctrl-Z, and signals that stop and continue a process: the shell has the terminal until then, and the screen comes back.

Textual's driver has handlers of its own. One stops this process alone, so that the engine would train on unseen. The other
starts a second reader of keys after each SIGCONT, even if the terminal was never given back, and the two take each other's
keys. The handlers here replace them once the driver runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from asyncio import AbstractEventLoop
from types import FrameType
from typing import Any

from textual.app import App

from tui_rnn.tui.private_api import driver_of

if sys.platform != "win32":
    import termios

_CONTINUED_S = 0.3  # a system that can't stop the job, since nobody could continue it, does nothing for so long
_MODES = "\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?7l\x1b[?25l"
"""What the driver switches on: alternate screen, mouse, focus, paste; no line wrap, no cursor."""

_GIVEN_BACK = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[?1049l\x1b[?25h"
)


class Suspending:
    """Works from `begin` to the end of the app, in the app's loop: a signal may come between any two bytecodes."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._loop: AbstractEventLoop | None = None
        self._raw: list[Any] | None = None
        self._stopping = self._continued = False

    def begin(self, loop: AbstractEventLoop) -> None:
        """Handle the signals from now on, if there is a terminal."""
        if self._app.is_headless or self._app.is_web or not hasattr(signal, "SIGTSTP"):  # no shell could continue it
            return
        self._loop = loop
        with contextlib.suppress(termios.error, OSError):
            self._raw = termios.tcgetattr(sys.__stdin__)  # type: ignore[arg-type]
        signal.signal(signal.SIGTSTP, self._on_stop)
        signal.signal(signal.SIGCONT, self._on_continue)

    def suspend(self) -> None:
        """Give the terminal back and stop this job, with the engine, until the shell continues it."""
        driver = driver_of(self._app)
        if driver is None or self._loop is None or self._stopping:
            return
        self._stopping, self._continued = True, False
        driver.suspend_application_mode()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        waited = time.monotonic() + _CONTINUED_S
        while not self._continued and time.monotonic() < waited:  # the signal may reach another thread first
            time.sleep(0.01)
        signal.signal(signal.SIGTSTP, self._on_stop)
        driver.resume_application_mode()
        self._stopping = False
        self._app.refresh(layout=True)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self.suspend)

    def _on_continue(self, number: int, frame: FrameType | None) -> None:
        self._continued = True
        if not self._stopping and self._loop is not None:
            self._loop.call_soon_threadsafe(self._come_back)

    def _come_back(self) -> None:
        """Restore the screen after a stop without warning (SIGSTOP): the shell has written on it and set the terminal."""
        driver = driver_of(self._app)
        if driver is None or not self._app.is_running:
            return
        if self._raw is not None:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(sys.__stdin__, termios.TCSANOW, self._raw)  # type: ignore[arg-type]
        driver.write(_MODES)
        self._app.refresh(layout=True)

    def end_at_once(self, number: int) -> None:
        """Take the screen down and end by this signal: it came a second time, since the loop no longer reacts."""
        driver = driver_of(self._app)
        with contextlib.suppress(OSError, ValueError):
            os.write(sys.__stderr__.fileno(), _GIVEN_BACK)  # type: ignore[union-attr]
        if (before := getattr(driver, "attrs_before", None)) is not None:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(sys.__stdin__, termios.TCSANOW, before)  # type: ignore[arg-type]
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
