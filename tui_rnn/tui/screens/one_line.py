"""A dialog with one line to type."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_rnn.tui.widgets.entry import Entry


class OneLine(ModalScreen[str]):
    """Its result is the typed text, '': nothing. placeholders: what a person can type, in fewer and fewer words; below: what
    the keys do."""

    def __init__(self, title: str, placeholders: Sequence[str], value: str, enter: str, below: str) -> None:
        super().__init__(classes="dialog")
        self._title, self._below = title, below
        self._entry = Entry(*placeholders, enter=enter)
        self._entry.value = value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box small") as box:
            box.border_title = self._title
            yield self._entry
            yield Static(self._below, markup=False)

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
