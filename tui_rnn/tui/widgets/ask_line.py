"""The line where a person types a text, which the networks answer while it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from tui_rnn.tui.widgets.entry import PROMPT_KEY, Entry

_ASK_AFTER_S = 0.15  # without another key


class AskLine(Horizontal):
    """An Entry that asks when no key came for a moment."""

    DEFAULT_CSS = """
    AskLine { height: 1; }
    AskLine > Static { width: 4; color: $text-muted; }
    """

    @dataclass(eq=False)
    class Asked(Message):
        """This text needs an answer, '': none; done: Enter was pressed."""

        text: str
        done: bool

    class Left(Message):
        """Escape was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = Entry()
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(PROMPT_KEY, markup=False)
        yield self.entry

    def open(self, placeholders: Sequence[str]) -> None:
        """Empty the line, and say what a person can type now."""
        self.entry.explain(placeholders)
        self.clear()

    def clear(self) -> None:
        """Empty the line, without asking."""
        if self._pause is not None:
            self._pause.stop()
        with self.entry.prevent(Input.Changed):
            self.entry.value = ""

    @property
    def text(self) -> str:
        return self.entry.text

    def _ask(self, done: bool = False) -> None:
        if self._pause is not None:
            self._pause.stop()
        self.post_message(self.Asked(self.text, done))

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_ASK_AFTER_S, self._ask)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._ask(done=True)

    @on(Entry.Left)
    def _left(self, event: Entry.Left) -> None:
        event.stop()
        self.post_message(self.Left())
