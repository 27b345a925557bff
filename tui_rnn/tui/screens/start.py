"""The first screen without named data: what a person can open, its task, and what it will show."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.lab.messages import Command
from tui_rnn.tui.starts import FILE, LESSONS, RUNS, Start, built_in, others, recent, saved

_NAME_CELLS, _TASK_CELLS = 19, 22
_KEYS = "Enter opens · L lessons · f your own file or folder · v saved runs · q quit"
_GUESTS_KEYS = "Enter opens · f all files that were given · q quit"


@dataclass(eq=False)
class _Arrived(Message):
    """The starts that had to be read from a disk."""

    groups: list[tuple[str, list[Start]]]


class StartScreen(ModalScreen[Command | str]):
    """The result opens something, or is FILE or RUNS: then a dialog asks which. reason: why the last choice could not be
    opened. A thread looks for saved runs and recent texts: until they come, a person can choose from the rest. sources: opened
    before; None: only `given` and the built-in ones can be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", f"choose('{FILE}')", "Your own file"),
        Binding("v", f"choose('{RUNS}')", "Saved runs"),
        Binding("L", f"choose('{LESSONS}')", "Lessons"),
        Binding("q,escape", "app.quit", "Quit"),
    ]

    def __init__(self, unit: LossUnit, sources: Sequence[str] | None, reason: str = "", given: Sequence[Start] = ()) -> None:
        super().__init__(classes="start")
        self._unit, self._sources, self._reason = unit, sources, reason
        self._groups: list[tuple[str, list[Start]]] = [("given", list(given)), ("built in", built_in())]
        if sources is not None:
            self._groups.append(("more", others()))
        self._starts: dict[str, Start] = {}
        self._moved = False

    def compose(self) -> ComposeResult:
        with Vertical(id="start-box") as box:
            box.border_title = "tui-rnn · what should the networks learn?"
            box.border_subtitle = _KEYS if self._sources is not None else _GUESTS_KEYS
            yield Static(visible(self._reason), id="start-reason", markup=False)
            yield OptionList(id="starts", compact=True, markup=False)
            yield Static("", id="start-about", markup=False)

    def on_mount(self) -> None:
        self.query_one("#start-reason", Static).display = bool(self._reason)
        self._list()
        self.query_one("#starts", OptionList).focus()
        if self._sources is not None:
            threading.Thread(target=self._look, args=(self._sources,), name="look for runs", daemon=True).start()

    def _look(self, sources: Sequence[str]) -> None:
        self.post_message(_Arrived([("saved runs", saved(self._unit)), ("opened before", recent(sources))]))

    def on__arrived(self, event: _Arrived) -> None:
        self._groups = [*event.groups, *self._groups]
        self._list()

    def _list(self) -> None:
        listed = self.query_one("#starts", OptionList)
        before = self._highlighted if self._moved else None
        self._starts = {}
        options: list[Option] = []
        for title, starts in self._groups:
            if starts:
                options.append(Option(Content.styled(title, "bold $text-muted"), disabled=True))
            for start in starts:
                key = str(len(options))
                self._starts[key] = start
                options.append(Option(self._line(start), id=key))
        with listed.prevent(OptionList.OptionHighlighted):
            listed.clear_options().add_options(options)
            again = next((key for key, start in self._starts.items() if start == before), next(iter(self._starts)))
            listed.highlighted = listed.get_option_index(again)
        self._tell()

    def _line(self, start: Start) -> Content:
        name = visible(start.name)
        name = name if len(name) < _NAME_CELLS else f"…{name[-(_NAME_CELLS - 2) :]}"
        return Content.assemble(
            ("  " + name.ljust(_NAME_CELLS), "bold"), start.task.ljust(_TASK_CELLS), (visible(start.summary), "$text-muted")
        )

    @property
    def _highlighted(self) -> Start | None:
        listed = self.query_one("#starts", OptionList)
        return self._starts.get(listed.highlighted_option.id or "") if listed.highlighted_option else None

    def _tell(self) -> None:
        """Say what the highlighted start will show."""
        start = self._highlighted
        self.query_one("#start-about", Static).update(visible(start.about) if start else "")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._moved = True
        self._tell()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._starts[event.option.id or ""].opens)

    def action_choose(self, what: str) -> None:
        self.dismiss(what)
