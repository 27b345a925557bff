"""The first minute: three lines, shown once, on what happens, what the colours mean, and what to try."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.kinds import KINDS
from tui_rnn.tui.state import LabState

COLOURS = "the stronger a sample's letter is coloured, the more it surprised; in the gates, a row is a unit, a column a letter."
TO_TRY = (("?", "what does this view show?"), ("p", "what does it make of my text?"), ("I", "what happens inside?"))


class Welcome(Static):
    """In view from the first opened data on, until a person hides it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Welcome { height: auto; max-height: 6; padding: 0 1; background: $surface; display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="welcome", markup=False)

    def greet(self, state: LabState) -> None:
        """Explain the screen for these data."""
        assert state.corpus is not None
        kind = KINDS[state.corpus.kind]
        lines = [
            Content.assemble(("Now ", "bold"), visible(f"{state.corpus.name}: {kind.on_screen}")),
            Content.assemble(("Colours ", "bold"), COLOURS),
            Content.assemble(
                ("Try ", "bold"),
                *(part for key, asks in TO_TRY for part in ((f"{key} ", "bold $accent"), f"{asks}  ")),
                ("L ", "bold $accent"),
                "learn the chapter, step by step  ",
                ("Esc ", "bold $accent"),
                "hides this",
            ),
        ]
        self.update(Content("\n").join(lines))
        self.display = True

    def hide(self) -> None:
        self.display = False
