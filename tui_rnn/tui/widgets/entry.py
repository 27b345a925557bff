"""One line of typed text, in which \\n is a line break and \\t a tab."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tui_rnn.display import visible

PROMPT_KEY = Content.assemble(("p", "$accent"), " › ")  # before an Entry that this key leads to
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}


def unescape(typed: str) -> str:
    r"""The text of a typed line: \n is a line break, \t a tab, \\ a backslash; any other backslash stays one."""
    return re.sub(r"\\[nt\\]", lambda found: _ESCAPES[found.group()], typed)


def escape(text: str) -> str:
    r"""The line to type for this text. Unsafe characters become what `visible` makes of them."""
    return visible(text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\n", "\\n").replace("\t", "\\t"))


class Entry(Input):
    """An Input without a frame. Pasted lines keep their breaks as \\n; Escape asks to leave."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Leave", show=False)]
    DEFAULT_CSS = "Entry { height: 1; width: 1fr; border: none; padding: 0; background: transparent; }"
    LONGEST = 2000  # characters

    @dataclass(eq=False)
    class Left(Message):
        """Escape was pressed in this entry."""

        entry: Entry

        @property
        def control(self) -> Entry:
            return self.entry

    def __init__(self, *placeholders: str, enter: str = "done", escape: str = "let go", id: str | None = None) -> None:
        """placeholders: what a person can type, in fewer and fewer words; enter, escape: what these keys do."""
        super().__init__(id=id, max_length=self.LONGEST, select_on_focus=False, compact=True)
        self._placeholders: Sequence[str] = placeholders
        self.enter, self.escape = enter, escape

    def explain(self, placeholders: Sequence[str]) -> None:
        """Say from now on what a person can type: the first of these that fits, else the last."""
        self._placeholders = placeholders
        self.on_resize()

    def on_resize(self) -> None:
        fitting = [words for words in self._placeholders if cell_len(words) < self.size.width]
        self.placeholder = (fitting or self._placeholders[-1:] or [""])[0]

    @property
    def text(self) -> str:
        """The typed text, without escapes."""
        return unescape(self.value)

    def take(self, text: str) -> None:
        """Show this text without a message; nothing changes while a person types here."""
        if not self.has_focus and self.text != text:
            with self.prevent(Input.Changed):
                self.value = escape(text)
            self.cursor_position = 0

    def on_focus(self) -> None:
        self.cursor_position = len(self.value)

    def on_blur(self) -> None:
        self.cursor_position = 0  # without the focus, it shows the beginning of its text

    def action_cancel(self) -> None:
        self.post_message(self.Left(self))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if event.text:
            room = self.LONGEST - len(self.value)
            self.replace(escape(event.text)[: max(0, room)], *self.selection)
