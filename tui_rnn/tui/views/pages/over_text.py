"""One unit over the text that is read: each letter on the colour of the unit's value."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing
from tui_rnn.tui.views.pages.text import unit_rows
from tui_rnn.tui.views.view import Help


class OverTextPage(Page):
    """The selected unit's value after reading each letter, as its ground; as marks below where there are no colours."""

    name = "unit over the text"
    guide = Help(
        "one unit over the text: the colour behind each letter is the unit's value after reading it",
        "a gate is dark at 0 and bright at 1, a state is cold below 0 and warm above",
        "press g until the cell state c is shown, and look for a unit that changes at quotes or line ends",
    )

    def question(self, at: Standing) -> None:
        return None

    def rows(self, answer: object, at: Standing, room: Room) -> Sequence[Row]:
        return unit_rows(at, room)


PAGE = OverTextPage
