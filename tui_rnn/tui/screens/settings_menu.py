"""The menu of a view's settings: up and down choose one, left and right change it, and the view shows it at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.undo import Undo


class SettingsMenu(ModalScreen[None]):
    """`changed` is called after each change. Escape, v and q close."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,v,q,r", "dismiss", "Close"),
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
        Binding("left,comma", "step(-1)", show=False),
        Binding("right,enter,space,full_stop", "step(1)", show=False),
    ]

    def __init__(self, title: str, settings: Sequence[ViewSetting], undo: Undo, changed: Callable[[], object]) -> None:
        super().__init__(classes="dialog settings")
        self._title, self._settings, self._undo, self._changed = title, settings, undo, changed
        self._at = 0
        self._lines, self._about = Static(markup=False), Static(classes="about", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box") as box:
            box.border_title = self._title
            box.border_subtitle = "↑↓ choose · ←→ change · Esc closes"
            yield self._lines
            yield self._about

    def on_mount(self) -> None:
        self._write()

    def _write(self, note: str = "") -> None:
        names = max(cell_len(setting.name) for setting in self._settings)
        lines = []
        for at, setting in enumerate(self._settings):
            here = at == self._at
            name = Content.styled(f"{'›' if here else ' '} {setting.name:<{names}}  ", "bold" if here else "")
            lines.append(Content.assemble(name, (setting.value(), "bold $primary" if here else "$text-muted")))
        self._lines.update(Content("\n").join(lines))
        self._about.update(note or self._settings[self._at].help)

    def action_choose(self, by: int) -> None:
        self._at = (self._at + by) % len(self._settings)
        self._write()

    def action_step(self, by: int) -> None:
        setting = self._settings[self._at]
        if reason := setting.why_not(by):
            self._write(reason)
            return
        if setting.lasting:
            self._undo.note(setting.name, lambda: (setting.step(-by), self._changed()))
        setting.step(by)
        self._changed()
        if self.is_current:
            self._write()

    def on_click(self, event: Click) -> None:
        if event.widget is self._lines:
            self._at = min(event.y, len(self._settings) - 1)
            self.action_step(1)
