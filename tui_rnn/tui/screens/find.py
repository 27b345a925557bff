"""A line to find a place in the text that is read."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_rnn.tui.widgets.entry import Entry


class FindScreen(ModalScreen[str]):
    """Its result is what is looked for, '' for nothing."""

    def __init__(self, last: str) -> None:
        super().__init__(classes="dialog")
        self._entry = Entry("what to find; Enter goes to the next place after the cursor", "what to find", enter="find")
        self._entry.value = last

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box small") as box:
            box.border_title = "find in the text"
            yield self._entry
            yield Static("Enter: the next place · Esc: leave", markup=False)

    def on_mount(self) -> None:
        self._entry.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(self._entry.text)

    @on(Entry.Left)
    def _left(self, event: Entry.Left) -> None:
        event.stop()
        self.dismiss("")
