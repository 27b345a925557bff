"""Every command by name, in groups, the recent ones first; one that would do nothing now is grey and says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.widgets.entry import Entry

RECENT = "recent"
MOST_RECENT = 5


class Palette(ModalScreen[KeyCommand[Any] | None]):
    """Its result is the chosen command. groups: name → commands; recent: chosen before, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pagedown", "move(8)", show=False),
        Binding("pageup", "move(-8)", show=False),
    ]

    def __init__(
        self,
        groups: Mapping[str, Sequence[KeyCommand[Any]]],
        recent: Sequence[KeyCommand[Any]],
        target: object,
        *,
        brief: bool = False,
    ) -> None:
        """brief: whether each command has only one line, and the whole of the marked one's help stands below."""
        super().__init__(id="palette", classes="dialog brief" if brief else "dialog")
        self._groups = {RECENT: recent, **groups} if recent else dict(groups)
        self._target = target
        self._offered: list[KeyCommand[Any]] = []
        self._entry = Entry("a word of what you want to do", enter="do it", escape="close")
        self._list = OptionList(markup=False)
        self._whole = Static("", id="whole", markup=False) if brief else None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box") as box:
            box.border_title = "commands"
            yield self._entry
            yield self._list
            if self._whole is not None:
                yield self._whole

    def on_mount(self) -> None:
        self._list.can_focus = False
        self._entry.focus()
        self._offer("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offer(event.value)

    def _offer(self, typed: str) -> None:
        """Offer the commands with all of these words in title, group or help, and mark the first with all in its title."""
        words = typed.casefold().split()
        self._list.clear_options()
        self._offered = []
        first: int | None = None
        named: int | None = None
        for group, commands in self._groups.items():
            found = [c for c in commands if all(w in f"{c.title} {group} {c.help}".casefold() for w in words)]
            if found:
                self._list.add_option(Option(Content.styled(group, "bold $primary"), disabled=True))
                for command in found:
                    why = command.why_not(self._target)
                    if first is None and not why:
                        first = self._list.option_count
                    if named is None and not why and all(word in command.title.casefold() for word in words):
                        named = self._list.option_count
                    self._list.add_option(Option(_line(command, why), id=f"c{len(self._offered)}", disabled=bool(why)))
                    self._offered.append(command)
        self._list.highlighted = first if named is None else named
        self._tell()

    @on(OptionList.OptionHighlighted)
    def _marked(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        at = self._list.highlighted
        marked = None if at is None else self._list.get_option_at_index(at).id
        if self._whole is not None:
            self._whole.update("" if marked is None else self._offered[int(marked[1:])].help)

    def action_move(self, by: int) -> None:
        for _ in range(abs(by)):
            if by > 0:
                self._list.action_cursor_down()
            else:
                self._list.action_cursor_up()

    @on(Entry.Left)
    def _left(self, event: Entry.Left) -> None:
        event.stop()
        self.dismiss(None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._list.highlighted is not None:
            self._choose(self._list.get_option_at_index(self._list.highlighted))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option)

    def _choose(self, option: Option) -> None:
        if option.id is not None and not option.disabled:
            self.dismiss(self._offered[int(option.id[1:])])


def _line(command: KeyCommand[Any], why: str) -> Content:
    name = f"{command.title} ({command.label})" if command.label else command.title
    return Content.assemble(f"  {name}", (f"  {why or command.help}", "$text-muted"))
