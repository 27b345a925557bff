"""The form for a new run: the tokens, and every setting with a line of explanation, checked while a person types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click, DescendantFocus
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from tui_rnn.config import RunConfig, settings_for
from tui_rnn.errors import InputError
from tui_rnn.tui.workspaces.of_data import READ_AS


def as_text(value: Any) -> str:
    """A setting's value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


class Choice(Static, can_focus=True):
    """One of a few words, in one line; left, right, space or a click choose another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", show=False),
        Binding("left", "turn(-1)", show=False),
    ]

    class Changed(Message):
        pass

    def __init__(self, options: tuple[str, ...], value: str, id: str) -> None:
        super().__init__(markup=False, id=id)
        self.options, self.value = options, value

    def on_mount(self) -> None:
        self._paint()

    def action_turn(self, by: int) -> None:
        self.value = self.options[(self.options.index(self.value) + by) % len(self.options)]
        self._paint()
        self.post_message(self.Changed())

    def on_click(self, event: Click) -> None:
        self.action_turn(1)

    def _paint(self) -> None:
        words = [Content.styled(o, "bold reverse" if o == self.value else "$text-muted") for o in self.options]
        self.update(Content(" ").join(words))


TOKENS = "tokens"
_READ = "what the network reads; a change opens the same data again with this run alone, and saves the runs here"
_READ_BRIEFLY = "what it reads"


class NewRun(NamedTuple):
    """tokens: how to read its data; "": as they are read now."""

    config: RunConfig
    tokens: str = ""


class RunForm(ModalScreen[NewRun | None]):
    """Edit a configuration that begins as another run's; the result is the new one, or None."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        Binding("enter", "accept", "Add the run", priority=True),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(
        self, start: RunConfig, reads: tuple[str, ...] = (), now: str = "", proposed: tuple[str, float] | None = None
    ) -> None:
        """reads: how the data can be read, if there is a choice; now: how they are read. proposed: a setting, and its value in
        place of the start's."""
        super().__init__(classes="dialog")
        self._start, self._fields = start, settings_for(start.kind)
        self._reads, self._now, self._proposed = reads, now, proposed
        self._wrong: dict[str, str] = {}  # field → what is expected instead

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box wide", id="run-form") as box:
            box.border_title = "add a run"
            with Vertical(id="fields"), Horizontal():  # three columns: few widgets open faster than many
                names = [name.replace("_", " ") for name in self._fields]
                yield Static("\n".join([TOKENS] * self._chooses + names), id="names", markup=False)
                with Vertical(id="editors"):
                    if self._chooses:
                        yield Choice(self._reads, self._now, id=TOKENS)
                    yield from map(self._editor, self._fields)
                yield Static("", id="hints", markup=False)
            yield Static("", id="about", markup=False)
            yield Static("", id="form-error", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Add the run (Enter)"), id="accept", compact=True, variant="primary")
                yield Button(Content("Cancel (Escape)"), id="cancel", compact=True)

    def on_mount(self) -> None:
        self.query_one("#hints").styles.height = len(self._fields) + self._chooses
        self._check()
        # the tokens are above the cell, but people change them less often
        self.query_one(f"#{self._proposed[0] if self._proposed else 'cell'}").focus()
        widest = max([0, *(sum(len(option) + 1 for option in one.options) for one in self.query(Choice))])
        self.query_one("#editors").styles.min_width = widest + 1

    def on_resize(self) -> None:
        self.call_after_refresh(self._check)

    @property
    def _chooses(self) -> bool:
        """Whether a person can choose how to read the data."""
        return len(self._reads) > 1

    @property
    def _tokens(self) -> str:
        """The chosen tokens; "": they have not changed."""
        chosen = self.query_one(f"#{TOKENS}", Choice).value if self._chooses else self._now
        return chosen if chosen != self._now else ""

    def _editor(self, name: str) -> Widget:
        proposed = self._proposed is not None and self._proposed[0] == name
        value = f"{self._proposed[1]:g}" if self._proposed and proposed else as_text(getattr(self._start, name))
        setting = self._fields[name]
        if setting.choices:
            return Choice(setting.choices, value, id=name)
        if setting.is_bool:
            return Choice(("yes", "no"), value, id=name)
        return Input(value, id=name, compact=True, select_on_focus=True)

    def _hints(self) -> list[str]:
        """The text beside each field: its explanation; if not all explanations have room, its limits."""
        explained = [setting.help for setting in self._fields.values()]
        room = self.query_one("#hints").size.width
        return explained if max(map(cell_len, explained)) <= room else [setting.bounds() for setting in self._fields.values()]

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._explain()

    def _explain(self) -> None:
        """Explain the field with the focus, or say what is wrong with it."""
        name = self.focused.id if self.focused else None
        about = Content("")
        if name == TOKENS:
            about = Content(f"{TOKENS}: {_READ}")
        elif name in self._wrong:
            about = Content.assemble(f"{name}: ", (self._wrong[name], "$text-error"))
        elif name in self._fields:
            help, bounds = self._fields[name].help, self._fields[name].bounds()
            about = Content(f"{name}: {help}" + (f"; {bounds}" if bounds else ""))
        self.query_one("#about", Static).update(about, layout=False)

    # ------------------------------------------------------------- checking

    def on_input_changed(self, event: Input.Changed) -> None:
        self._check()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        self._check()

    def _check(self) -> RunConfig | None:
        """Mark every wrong field with the reason; return the configuration if all are right."""
        values: dict[str, Any] = {}
        read, room = _READ.partition(";")[0], self.query_one("#hints").size.width
        hints = [Content(read if cell_len(read) <= room else _READ_BRIEFLY)] * self._chooses
        self._wrong.clear()
        for (name, setting), hint in zip(self._fields.items(), self._hints(), strict=True):
            editor = self.query_one(f"#{name}")
            text = editor.value if isinstance(editor, (Input, Choice)) else ""
            try:
                values[name] = setting.parse(text)
                hints.append(Content(hint))
            except InputError as error:
                self._wrong[name] = str(error).split(", ", 1)[-1]
                hints.append(Content.styled(self._wrong[name], "$text-error"))
        self._explain()
        self.query_one("#hints", Static).update(Content("\n").join(hints), layout=False)
        config, message = None, ""
        if not self._wrong:
            try:
                config = replace(self._start, **values)
            except InputError as error:
                message = str(error)
        if config is not None and self._tokens == "word+char" and not config.embedding_size:
            config, message = None, "words with their letters need an embedding: embedding_size is 0, expected at least 1"
        error_line = self.query_one("#form-error", Static)
        error_line.update(message)
        error_line.display = bool(message)
        accept = self.query_one("#accept", Button)
        accept.label = Content(f"{READ_AS[self._tokens]} (Enter)" if self._tokens else "Add the run (Enter)")
        accept.refresh(layout=True)
        accept.disabled = config is None
        return config

    # --------------------------------------------------------------- answers

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_accept() if event.button.id == "accept" else self.dismiss(None)

    def action_accept(self) -> None:
        if isinstance(self.focused, Button) and self.focused.id == "cancel":
            self.dismiss(None)
        elif (config := self._check()) is not None:
            self.dismiss(NewRun(config, self._tokens))
        else:
            self.app.bell()
