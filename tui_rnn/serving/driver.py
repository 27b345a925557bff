"""How the playground draws for a browser: Textual's driver, which also ends when the server is gone.

textual-serve gives the playground its keys through stdin. Textual's driver stops reading at its end and lets the app go
on; and where its writing fails, since nobody reads, the app's own end fails with it. After a server that was killed, every
visitor's networks would train for ever, seen by nobody.
"""

from __future__ import annotations

from typing import cast

from textual.drivers.web_driver import WebDriver

from tui_rnn.tui import lifecycle
from tui_rnn.tui.app import PlaygroundApp


class VisitorDriver(WebDriver):
    """Saves and ends the process when nobody sends keys any more, as a terminal's that hung up."""

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            lifecycle.leave_without_terminal(cast(PlaygroundApp, self._app).engine)
