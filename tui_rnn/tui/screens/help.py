"""All keys on one page, from the table that binds them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.view import View

_KEY_CELLS, _TITLE_CELLS, _ROOMY = 10, 25, 80


class HelpScreen(ModalScreen[None]):
    """Scrolls where the page is longer than the terminal. Any of Escape, ?, q and Enter closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q,enter", "dismiss", "Close")]

    def __init__(self, groups: Mapping[str, Sequence[KeyCommand[Any]]], views: Sequence[View] = ()) -> None:
        """views: of the task at hand."""
        super().__init__(classes="dialog")
        self._groups, self._views = groups, views

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
        lines: list[Content | str] = []
        if self._views:
            lines += [Content.styled("What this task shows, view by view (i)", "bold $primary")]
            for view in self._views:
                lines += _entry("", view.name, f"{view.help.shows}; {view.help.reading}", width)
            lines.append("")
        for group, commands in self._groups.items():
            lines += [Content.styled(group, "bold $primary")]
            for command in commands:
                lines += _entry(command.label, command.title, command.help, width)
            lines.append("")
        lines.append(
            Content.styled("1 to 9 show a run in every pane. The command palette (:) has everything too.", "$foreground 70%")
        )
        return Content("\n").join(lines)


def _entry(key: str, title: str, told: str, width: int) -> list[Content]:
    """A key, what it is called, and what it does, wrapped under itself."""
    title_cells = _TITLE_CELLS if width >= _ROOMY else _TITLE_CELLS - 3
    indent = _KEY_CELLS + 2 + title_cells
    first, *more = textwrap.wrap(told, max(width - indent - 1, 20))
    label = (key.rjust(_KEY_CELLS), "bold $accent")
    lines = [Content.assemble(label, f"  {title:<{title_cells}}", (first, "$foreground 70%"))]
    return lines + [Content.styled(" " * indent + line, "$foreground 70%") for line in more]
