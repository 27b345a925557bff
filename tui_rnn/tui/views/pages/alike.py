"""Passages like the selected range: where the units are on that are on in the range and off elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import counted, visible
from tui_rnn.insight.alike import Alike, AlikeFound
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import DECODER_WRITES, Page, Pick, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.passages import CONTEXT, passage_row
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

_UNITS_SHOWN = 8
_BAR_CELLS = 10


class AlikePage(Page):
    """The range in its text, the units that are on there, the passages that share them."""

    name = "passages alike"
    asks = Alike
    guide = Help(
        "the units that are on in the selected range and off elsewhere, and where in the validation part they are on together",
        "on: as far from the unit's own mean as the threshold says, in standard deviations; the per cent before a passage is "
        "the share of the units that are on there; compare it with the share that half of all stretches have",
        "select a range with Shift and ← →, or by dragging; v sets the threshold and how much of the range must be on",
    )

    def __init__(self) -> None:
        self._threshold, self._inside = Cycle(0.5, 1.0, 1.5, 2.0, 3.0, start=1.0), Cycle(0.5, 0.7, 0.9, 1.0, start=0.7)
        self.settings = (
            self._threshold.setting("threshold", "how many deviations from its mean a unit must be to be on", "{:g}".format),
            self._inside.setting("inside", "the share of the range in which a unit must be on", "{:.0%}".format),
        )

    def question(self, at: Standing) -> Alike | str:
        if at.decodes:
            return DECODER_WRITES
        if at.range is None:
            return "no range is selected: hold Shift and press ← or →, or drag over the text"
        return Alike(
            f"{at.range[0]}:{at.range[1] + 1}", at.whole_text, at.signal.name, at.layer + 1, at.direction,
            self._threshold.now, self._inside.now, context=CONTEXT, count=20,
        )  # fmt: skip

    def caption(self, answer: AlikeFound, at: Standing) -> str:
        if not answer.units:
            return "no unit is on in the range and off elsewhere: select another range, or lower the threshold (v)"
        typical = f"half of all stretches have {answer.typical:.0%} of {counted(len(answer.units), 'unit')} on"
        return f"{typical}, 1% have {answer.rare:.0%} · Enter selects a unit or goes to a passage"

    def rows(self, answer: AlikeFound, at: Standing, room: Room) -> Sequence[Row]:
        about = f"{answer.signal} in layer {answer.layer}: {counted(len(answer.units), 'unit')} on in "
        told = Content.assemble(about, (f"“{visible(answer.selected)}”", "bold"), f"; {answer.read} searched")
        rows = [cut(told, room)]
        for one in answer.units[:_UNITS_SHOWN]:
            side = "above" if one.high else "below"
            shares = f" {one.inside:>4.0%} of the range, {one.elsewhere:>4.0%} of the text, {side} its mean"
            content = Content.assemble(
                f"unit {one.unit:>4} ", (bar(one.inside - one.elsewhere, _BAR_CELLS).ljust(_BAR_CELLS), "$primary"), shares
            )
            rows.append(cut(content, room, Pick(unit=one.unit)))
        if (more := len(answer.units) - _UNITS_SHOWN) > 0:
            rows.append(muted(f"and {more} more", room))
        if answer.passages:
            rows.append(muted("share, place: passages where they are on together", room))
        rows += [passage_row(one, f"{one.value:.0%}", at, room) for one in answer.passages]
        return [*rows, Row(Content("")), *text_rows(at.symbols, room, cursor=at.position, selected=at.range)]


PAGE = AlikePage
