"""A question with two answers."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static


class ConfirmScreen(ModalScreen[bool]):
    """Ask before something is lost. `question` must be safe to show; the answer is the dialog's result.

    loses: yes loses something, so Enter, pressed without a look, means no. unasked: it opens by itself, perhaps while a person
    types. Until no key came for CALM_S, no key is an answer: letters still go into the line behind the dialog.
    """

    CALM_S = 1.0

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str = "Cancel", unasked: bool = False, loses: bool = False) -> None:
        super().__init__(classes="dialog")
        self._chosen = "#no" if loses else "#yes"
        self._deaf_until = time.monotonic() + self.CALM_S if unasked else 0.0
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box small"):
            yield Static(self._question, markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content(f"{self._yes} (y)"), id="yes", compact=True)
                yield Button(Content(f"{self._no} (n)"), id="no", compact=True)

    def on_mount(self) -> None:
        for button in self.query(self._chosen):  # none if the app ends before the dialog is complete
            button.focus()

    def on_key(self, event: Key) -> None:
        now = time.monotonic()
        if now >= self._deaf_until:
            return
        self._deaf_until = now + self.CALM_S
        event.stop()
        line = self.app.screen_stack[-2].focused
        if isinstance(line, Input) and event.is_printable and event.character:
            line.insert_text_at_cursor(event.character)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
