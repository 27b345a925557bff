"""How the playground draws for a browser: Textual's driver, which also ends when the server is gone.

textual-serve gives the playground its keys through stdin. Textual's driver stops reading at the end of stdin, and lets the app
go on: after a server that was killed, every visitor's networks would train for ever, seen by nobody.
"""

from __future__ import annotations

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class VisitorDriver(WebDriver):
    """Ends the app when nobody sends keys any more."""

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())
