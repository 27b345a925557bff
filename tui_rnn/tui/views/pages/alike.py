"""Passages like the selected range: by the units that are on there and off elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import counted, visible
from tui_rnn.insight.alike import Alike, AlikeFound
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing
from tui_rnn.tui.views.pages.passages import CONTEXT, DECODER, passage_row
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

_THRESHOLDS = (0.5, 1.0, 1.5, 2.0, 3.0)
_SHARES = (0.5, 0.7, 0.9, 1.0)
_UNITS_SHOWN = 8
_BAR_CELLS = 10


class AlikePage(Page):
    """The range in its text, the units that are on there, the passages that share them."""

    name = "passages alike"
    asks = Alike
    guide = Help(
        "the units that are on in the selected range and off elsewhere, and where in all that validates they are on together",
        "on: so many standard deviations from the unit's own mean as the threshold says; the per cent before a passage is the "
        "share of the units that are on there; compare it with what half of all stretches have",
        "select a range with Shift and ← →, or by dragging; v sets the threshold and how much of the range must be on",
    )

    def __init__(self) -> None:
        self._threshold, self._inside = 1.0, 0.7

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            ViewSetting(
                "threshold", lambda: f"{self._threshold:g}", self._step_threshold, "deviations from its mean where a unit is on"
            ),
            ViewSetting("inside", lambda: f"{self._inside:.0%}", self._step_inside, "of the range where a unit must be on"),
        )

    def _step_threshold(self, by: int) -> None:
        self._threshold = _THRESHOLDS[(_THRESHOLDS.index(self._threshold) + by) % len(_THRESHOLDS)]

    def _step_inside(self, by: int) -> None:
        self._inside = _SHARES[(_SHARES.index(self._inside) + by) % len(_SHARES)]

    def question(self, at: Standing) -> Alike | str:
        if at.reading.name == DECODER:
            return "the decoder writes texts of its own: choose the encoder with [ or ]"
        if at.range is None:
            return "no range is selected: hold Shift and press ← or →, or drag over the text"
        return Alike(
            f"{at.range[0]}:{at.range[1] + 1}", at.whole_text, at.signal.name, at.layer + 1, at.reading.name.split()[-1],
            self._threshold, self._inside, context=CONTEXT, count=20,
        )  # fmt: skip

    def caption(self, answer: AlikeFound, at: Standing) -> str:
        if not answer.units:
            return "no unit is on there and off elsewhere: select another range, or lower the threshold in the menu (v)"
        typical = f"half of all stretches have {answer.typical:.0%} of {counted(len(answer.units), 'unit')} on"
        return f"{typical}, 1% have {answer.rare:.0%} · Enter selects a unit or goes to a passage"

    def rows(self, answer: AlikeFound, at: Standing, room: Room) -> Sequence[Row]:
        about = f"{answer.signal} in layer {answer.layer}: {counted(len(answer.units), 'unit')} on in "
        told = Content.assemble(about, (f"“{visible(answer.selected)}”", "bold"), f"; {answer.read} searched")
        rows = [Row(told.truncate(room.width, ellipsis=True))]
        for one in answer.units[:_UNITS_SHOWN]:
            side = "above" if one.high else "below"
            shares = f" {one.inside:>4.0%} of the range, {one.elsewhere:>4.0%} of the text, {side} its mean"
            content = Content.assemble(
                f"unit {one.unit:>4} ", (bar(one.inside - one.elsewhere, _BAR_CELLS).ljust(_BAR_CELLS), "$primary"), shares
            )
            rows.append(Row(content.truncate(room.width, ellipsis=True), Pick(unit=one.unit)))
        if more := len(answer.units) - _UNITS_SHOWN:
            rows += [Row(Content.styled(f"and {more} more", "$text-muted"))] if more > 0 else []
        if answer.passages:
            rows.append(Row(Content.styled("share, place: passages where they are on together", "$text-muted")))
        rows += [passage_row(one, f"{one.value:.0%}", at, room) for one in answer.passages]
        return [*rows, Row(Content("")), *text_rows(at.symbols, room, cursor=at.position, selected=at.range)]


PAGE = AlikePage
