"""One unit over the whole text: each letter on the colour of the unit's value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from textual.content import Content

from tui_rnn.insight.over import Over, UnitOver
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import after_symbol, before_symbol
from tui_rnn.tui.views.pages.page import DECODER_WRITES, Page, Room, Row, Standing
from tui_rnn.tui.views.pages.text import text_rows, unit_rows
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.legend import map_legend
from tui_rnn.tui.widgets.pieces import Piece, fit

MOST = 20_000  # tokens on the page


class OverTextPage(Page):
    """The selected unit's value after each letter as the letter's ground; without colours, as marks below."""

    name = "unit over the text"
    guide = Help(
        "one unit over the text of the map, or over the whole validation part: the colour behind each letter is the unit's "
        "value after reading it; the lines above say what the network expected at the cursor, and how sure it was",
        "the strip has the colour of each value; p is the probability that the network "
        "gave the character before it read it, rank 1 is the likeliest, entropy is how undecided it is about the next",
        "press g until you see the cell state c, and u until a unit changes at quotes or line ends",
    )

    def __init__(self) -> None:
        self._all = Cycle(False, True)
        help = f"the text of the map, or the whole validation part, up to {MOST:,} symbols"
        self.settings = (self._all.setting("how much of it", help, lambda every: "all" if every else "as the map"),)

    def question(self, at: Standing) -> Over | str | None:
        if not self._all.now:
            return None
        if at.decodes:
            return DECODER_WRITES
        return Over(at.typed, at.unit, at.signal.name, at.layer + 1, at.direction, MOST)

    def caption(self, answer: UnitOver | None, at: Standing) -> str:
        read = f"{len(at.symbols):,} symbols, as the map" if answer is None else answer.read
        return f"{at.signal.name}: {at.signal.meaning} · {read} · u: next unit, g: next signal, v: all of the text"

    def rows(self, answer: UnitOver | None, at: Standing, room: Room) -> Sequence[Row]:
        values = at.reading.signals[at.signal.name][:, at.layer, at.unit] if answer is None else answer.values
        limit = steady_limit(at.signal, values, at.signal.limit)
        low, kind = at.signal.map_low * limit, at.signal.colours
        if answer is None:
            text = unit_rows(at, room)
        else:
            of_map = answer.symbols[at.start : at.start + len(at.symbols)] == at.symbols[: len(answer.symbols) - at.start]
            where: dict[str, Any] = {"cursor": at.place, "selected": at.range_in_all, "first": -at.start} if of_map else {}
            text = text_rows(answer.symbols, room, values, kind=kind, low=low, high=limit, **where)
        legend = Content.assemble(f"{at.signal.name} of unit {at.unit}  ", map_legend(room.paint, kind, low, limit))
        return [*self._at_cursor(at, room.width), Row(legend), *text]

    def _at_cursor(self, at: Standing, width: int) -> list[Row]:
        """What the network expected at the cursor, before the symbol and after it."""
        expected, here = at.trace.expected, at.position
        before = list(before_symbol(at.trace, at.reading, here))
        if 0 < here <= len(expected.next_prob) and expected.next_prob[here - 1] > 0:
            surprise = -float(np.log(expected.next_prob[here - 1])) / BITS
            before.append(Piece(3, Content(f"surprise {surprise:.2f} bits")))
        after = list(after_symbol(at.trace, at.reading, here))
        if here < len(expected.entropy_nats):
            after.insert(0, Piece(2, Content(f"entropy {float(expected.entropy_nats[here]) / BITS:.2f} bits"), ""))
        return [Row(fit(pieces, width)) for pieces in (before, after) if pieces]


PAGE = OverTextPage
