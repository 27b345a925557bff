"""Lines that the screen shows for some seconds, over everything else."""

from __future__ import annotations

import time
from typing import Any, Literal, Protocol

from textual.app import App

from tui_rnn.display import visible

Severity = Literal["information", "warning", "error"]


class Say(Protocol):
    """Show a line for some seconds."""

    def __call__(self, text: str, severity: Severity = "information", timeout: float | None = None) -> None: ...


class Notices:
    """Says lines in an app, made safe and never read as markup. It does not repeat a warning that is still on the screen."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._said: dict[str, float] = {}  # warnings, and when (monotonic)

    def say(self, text: str, severity: Severity = "information", timeout: float | None = None) -> None:
        now = time.monotonic()
        if severity == "warning":
            if now < self._said.get(text, float("-inf")) + self._app.NOTIFICATION_TIMEOUT:
                return
            self._said[text] = now
        self._app.notify(visible(text), severity=severity, timeout=timeout, markup=False)

    def forget(self) -> None:
        """Let the same warnings come again at once."""
        self._said.clear()
