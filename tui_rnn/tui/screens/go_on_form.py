"""The form for going on with other text: its settings of training."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui_rnn.config import SETTINGS
from tui_rnn.errors import InputError
from tui_rnn.tui.screens.run_form import Choice, as_text

FRESH, KEEP = "fresh", "keep"
RATE = SETTINGS["learning_rate"]
ABOUT = (
    "The run goes on from its weights. Characters, words, tags, classes and targets that are new to it get rows of their own. "
    "The chart shows the loss on its old data beside the new one, and so what the run forgets. All runs here are saved first."
)


class GoOn(NamedTuple):
    """learning_rate: None: the run's own."""

    learning_rate: float | None
    keep_optimizer: bool


class GoOnForm(ModalScreen[GoOn | None]):
    """The result is what a person chose; None: the run does not go on. title must be safe to show. rate: the run's, None: not
    known yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        Binding("enter", "accept", "Go on", priority=True),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, rate: float | None) -> None:
        super().__init__(classes="dialog")
        self._title, self._rate = title, rate

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog-box small", id="go-on") as box:
            box.border_title = self._title
            yield Static(ABOUT, markup=False)
            yield Static("learning rate", markup=False)
            yield Input(as_text(self._rate), id="rate", compact=True, select_on_focus=True, placeholder="as it was")
            yield Static("optimizer: fresh begins without momentum, keep goes on with the run's", markup=False)
            yield Choice((FRESH, KEEP), FRESH, id="optimizer")
            yield Static("", id="go-on-error", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Go on (Enter)"), id="accept", compact=True, variant="primary")
                yield Button(Content("Cancel (Escape)"), id="cancel", compact=True)

    def on_mount(self) -> None:
        self._check()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._check()

    def _check(self) -> GoOn | None:
        """The choices; None: the line below says what is wrong."""
        text, wrong, said = self.query_one("#rate", Input).value, "", None
        try:
            rate = RATE.parse(text) if text.strip() else None
            said = GoOn(rate, self.query_one("#optimizer", Choice).value == KEEP)
        except InputError as error:
            wrong = str(error)
        line = self.query_one("#go-on-error", Static)
        line.update(Content.styled(wrong, "$text-error"))
        line.display = bool(wrong)
        self.query_one("#accept", Button).disabled = said is None
        return said

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_accept() if event.button.id == "accept" else self.dismiss(None)

    def action_accept(self) -> None:
        if isinstance(self.focused, Button) and self.focused.id == "cancel":
            self.dismiss(None)
        elif (said := self._check()) is not None:
            self.dismiss(said)
        else:
            self.app.bell()
