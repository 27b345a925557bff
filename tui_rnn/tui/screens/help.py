"""All keys on one page, from the table that binds them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_rnn.tui.keys import KeyCommand

_KEY_CELLS, _TITLE_CELLS = 10, 25


class HelpScreen(ModalScreen[None]):
    """Scrolls where the page is longer than the terminal. Any of Escape, ?, q and Enter closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q,enter", "dismiss", "Close")]

    def __init__(self, groups: Mapping[str, Sequence[KeyCommand]]) -> None:
        super().__init__(classes="dialog")
        self._groups = groups

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog-box wide") as box:
            box.border_title = "keys"
            box.border_subtitle = "Escape closes"
            yield Static("", markup=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        page = self.query_one(Static)
        page.update(self._page(page.size.width))

    def _page(self, width: int) -> Content:
        """The table in this many cells, explanations wrapped under themselves."""
        indent = _KEY_CELLS + 2 + _TITLE_CELLS
        lines: list[Content | str] = []
        for group, commands in self._groups.items():
            lines += [Content.styled(group, "bold $primary")]
            for command in commands:
                key = (command.label.rjust(_KEY_CELLS), "bold $accent")
                first, *more = textwrap.wrap(command.help, max(width - indent - 1, 20))
                lines.append(Content.assemble(key, f"  {command.title:<{_TITLE_CELLS}}", (first, "$foreground 70%")))
                lines += [Content.styled(" " * indent + line, "$foreground 70%") for line in more]
            lines.append("")
        lines.append(
            Content.styled("1 to 9 show a run in every pane. The command palette (:) has everything too.", "$foreground 70%")
        )
        return Content("\n").join(lines)
