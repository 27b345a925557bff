"""The coach's line: what is worth knowing of the shown run, with the key that does something about it."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.insight.remark import Remark
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.run_state import RunState

_JOINT = " │ "
_HIDES = "hide"


class CoachBar(Static):
    """Stands in the place of the selection while there is a remark. A click on a key presses it."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="coach", classes="idle", markup=False)
        self._look: object = None
        self._spans: list[tuple[int, int, str]] = []

    @property
    def speaks(self) -> bool:
        return not self.has_class("idle")

    def show(self, run: RunState | None, number: int, remark: Remark | None, unit: LossUnit, *, works: bool = True) -> None:
        """number: the run's, whose colour it has. None: nothing to say. unit: of every loss on the screen.
        works: whether its key can be pressed here."""
        self.set_class(remark is None, "idle")
        look = (remark, unit, run.name if run else "", number, works, self.screen.size.width, self.app.theme)
        if look == self._look or remark is None or run is None:
            return
        self._look = look
        width = self.screen.size.width
        keys = (*[(remark.key, remark.key, remark.does)] * works, ("escape", "Esc", _HIDES))
        after = sum(len(_JOINT) + len(label) + 1 + len(does) for _, label, does in keys)
        names = (f" {number} {visible(run.name)}", f" {number}")  # the name gives way before what is said
        name, told = next(
            (
                (name, told)
                for told in (remark.said_in(unit), remark.brief_in(unit))
                for name in names
                if cell_len(name) + 2 + cell_len(told) + after <= width
            ),
            (names[-1], remark.brief_in(unit)),
        )
        parts: list[str | tuple[str, str]] = [(name, f"bold {run_colour(number, paint_of(self.app))}"), "  ", (told, "bold")]
        at, self._spans = cell_len(name) + 2 + cell_len(told), []
        for key, label, does in keys:
            parts += [(_JOINT, "$text-muted"), (label, "bold $accent"), f" {does}"]
            at += len(_JOINT)
            self._spans.append((at, at + len(label) + 1 + len(does), key))
            at += len(label) + 1 + len(does)
        self.update(Content.assemble(*parts), layout=False)

    def on_click(self, event: Click) -> None:
        for first, last, key in self._spans:
            if first <= event.x < last:
                self.app.simulate_key(key)
