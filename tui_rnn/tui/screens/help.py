"""Help on the view with the focus, all keys, and the meaning of the numbers."""

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

from tui_rnn.glossary import GLOSSARY
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.views.view import About, View

_KEY_CELLS, _TITLE_CELLS, _ROOMY, _INDENT = 10, 25, 80, 4
_ALONE_CELLS = 21  # of a title without a key


class HelpScreen(ModalScreen[None]):
    """Three pages, which ? turns: the view with the focus, all keys, what the numbers mean. A long page scrolls. Escape, q and
    Enter close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close"),
        Binding("question_mark,f1", "turn", "Next page"),
    ]

    def __init__(self, groups: Mapping[str, Sequence[KeyCommand[Any]]], views: Sequence[View], about: About) -> None:
        """groups: the keys of the workspace. views: of the open data's task. about: the view with the focus."""
        super().__init__(classes="dialog")
        self._groups, self._views, self._about = groups, views, about
        self._pages = ((about.name, self._view), ("all keys", self._keys), ("what the numbers mean", _numbers))
        self._at = 0

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog-box wide"):
            yield Static("", markup=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self._write)

    def action_turn(self) -> None:
        self._at = (self._at + 1) % len(self._pages)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._write()

    def _write(self) -> None:
        page, box = self.query_one(Static), self.query_one(VerticalScroll)
        title, content = self._pages[self._at]
        following = (*(title for title, _ in self._pages[1:]), "this view")[self._at]
        box.border_title, box.border_subtitle = title, f"? {following} · Escape closes"
        page.update(content(page.size.width))

    def _view(self, width: int) -> Content:
        """What the view shows, how to read it, its equation, one thing to try, its settings and its keys."""
        help_, lines = self._about.help, list[Content | str]()
        told = (("It shows", help_.shows), ("Read it", help_.reading), ("Equation", help_.equation), ("Try", help_.to_try))
        for title, text in told:
            if text:
                lines += _entry("", title, text, width)
        if self._about.settings:
            lines += ["", Content.styled("v sets", "bold $primary")]
            for setting in self._about.settings:
                lines += _entry("", setting.name, f"{setting.help} (now: {setting.value()})", width)
        if self._about.keys:
            lines += ["", Content.styled("While it has the focus", "bold $primary")]
            for command in self._about.keys:
                lines += _entry(command.label, command.title, command.help, width)
        return Content("\n").join(lines)

    def _keys(self, width: int) -> Content:
        """All keys, in so many cells; explanations are aligned."""
        lines: list[Content | str] = []
        for group, commands in self._groups.items():
            lines += [Content.styled(group, "bold $primary")]
            for command in commands:
                lines += _entry(command.label, command.title, command.help, width)
            lines.append("")
        if self._views:
            lines += [Content.styled("What this task shows, view by view (, .)", "bold $primary")]
            for view in self._views:
                lines += _entry("", view.name, f"{view.help.shows}; {view.help.reading}", width)
            lines.append("")
        lines.append(Content.styled("1 to 9 show a run in every view. The palette (:) has everything, too.", "$foreground 70%"))
        return Content("\n").join(lines)


def _numbers(width: int) -> Content:
    """The glossary, with explanations below the terms."""
    lines: list[Content | str] = []
    for group in GLOSSARY:
        lines += [Content.styled(group.title, "bold $primary")]
        for term in group.terms:
            key = f" ({term.key})" if term.key not in ("", term.name) else ""
            lines.append(Content.assemble("  ", (term.name, "bold"), (key, "bold $accent")))
            told = textwrap.wrap(f"{term.short} {term.more}", max(width - _INDENT - 1, 20))
            lines += [Content.styled(" " * _INDENT + line, "$foreground 70%") for line in told]
        lines.append("")
    return Content("\n").join(lines)


def _entry(key: str, title: str, told: str, width: int) -> list[Content]:
    """A key, its title, and its explanation in aligned lines; a title without a key leaves no room for one."""
    title_cells = _ALONE_CELLS if not key else _TITLE_CELLS if width >= _ROOMY else _TITLE_CELLS - 3
    key_cells = _KEY_CELLS if key else 0
    indent = key_cells + 2 + title_cells
    first, *more = textwrap.wrap(told, max(width - indent - 1, 20))
    label = (key.rjust(key_cells), "bold $accent")
    lines = [Content.assemble(label, f"  {title:<{title_cells - 1}} ", (first, "$foreground 70%"))]
    return lines + [Content.styled(" " * indent + line, "$foreground 70%") for line in more]
