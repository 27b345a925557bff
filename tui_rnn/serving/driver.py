"""How the playground draws for a browser: Textual's driver, which also ends when the server is gone.

textual-serve sends keys to the playground's stdin. At the end of stdin, Textual's driver stops reading, but the app goes on;
and when nobody reads its output any more, the app can't end itself. So after the server was killed, every visitor's networks
would train for ever, unseen.
"""

from __future__ import annotations

from typing import cast

from textual.drivers.web_driver import WebDriver

from tui_rnn.tui import lifecycle
from tui_rnn.tui.app import PlaygroundApp


class VisitorDriver(WebDriver):
    """Saves and ends the process when its input ends, as after a terminal that hung up."""

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            lifecycle.leave_without_terminal(cast(PlaygroundApp, self._app).engine)
