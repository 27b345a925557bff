"""The coach's line: what is worth knowing about the shown run, with the key that does something about it."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.formats import LossUnit
from tui_rnn.insight.remark import Remark
from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.run_state import RunState

_JOINT = " │ "
_HIDES = "hide"


class CoachBar(Bar):
    """Takes the place of the selection while there is a remark."""

    def __init__(self) -> None:
        super().__init__("coach", "idle")

    @property
    def speaks(self) -> bool:
        return not self.has_class("idle")

    def show(self, run: RunState | None, number: int, remark: Remark | None, unit: LossUnit, *, works: bool = True) -> None:
        """number: the run's, which says the colour. remark: None: nothing to say. unit: of every loss on the screen. works:
        whether its key works here."""
        self.set_class(remark is None, "idle")
        width = self.screen.size.width
        if remark is None or run is None or not self.is_new(remark, unit, run.name, number, works, width, self.app.theme):
            return
        keys = (*[(remark.key, remark.key, remark.does)] * works, ("escape", "Esc", _HIDES))
        after = sum(len(_JOINT) + len(label) + 1 + len(does) for _, label, does in keys)
        names = (f" {number} {visible(run.name)}", f" {number}")  # the name is left out before words of the remark
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
        at, self.places = cell_len(name) + 2 + cell_len(told), []
        for key, label, does in keys:
            parts += [(_JOINT, "$text-muted"), (label, "bold $accent"), f" {does}"]
            at += len(_JOINT)
            self.places.append((range(at, at + len(label) + 1 + len(does)), key))
            at += len(label) + 1 + len(does)
        self.update(Content.assemble(*parts), layout=False)
