"""One unit over the whole text: each letter on the colour of the unit's value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.insight.over import Over, UnitOver
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import after_symbol, before_symbol
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing
from tui_rnn.tui.views.pages.text import text_rows, unit_rows
from tui_rnn.tui.views.signals import steady_limit
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.legend import map_legend
from tui_rnn.tui.widgets.pieces import Piece, fit

MOST = 20_000  # tokens that are drawn


class OverTextPage(Page):
    """The selected unit's value after reading each letter, as its ground; as marks below where there are no colours."""

    name = "unit over the text"
    guide = Help(
        "one unit over the text, as far as the map reads it or over all that validates: the colour behind each letter is the "
        "unit's value after reading it; above stand what was expected at the cursor, and how sure the network was",
        "a gate is dark at 0 and bright at 1, a state is cold below 0 and warm above; p is the probability that the network "
        "gave the character before it read it, rank 1 the likeliest, entropy how undecided it is about the next",
        "press g until the cell state c is shown, and u until a unit changes at quotes or line ends",
    )

    def __init__(self) -> None:
        self._all = False

    @property
    def settings(self) -> Sequence[ViewSetting]:
        how_much = "how much of it", lambda: "all" if self._all else "as the map"
        return (ViewSetting(*how_much, self._step, f"what the map reads, or all that validates, up to {MOST:,} symbols"),)

    def _step(self, by: int) -> None:
        self._all = not self._all

    def question(self, at: Standing) -> Over | str | None:
        if not self._all:
            return None
        if at.reading.name == "decoder":
            return "the decoder writes texts of its own: choose the encoder"
        return Over(at.typed, at.unit, at.signal.name, at.layer + 1, at.reading.name.split()[-1], MOST)

    def caption(self, answer: UnitOver | None, at: Standing) -> str:
        read = f"{len(at.symbols):,} symbols, as the map" if answer is None else answer.read
        return f"{at.signal.name}: {at.signal.meaning} · {read} · u: next unit, g: next signal, v: all of the text"

    def rows(self, answer: UnitOver | None, at: Standing, room: Room) -> Sequence[Row]:
        own = at.reading.signals[at.signal.name][:, at.layer, at.unit]
        symbols, values = (at.symbols, own) if answer is None else (answer.symbols, answer.values)
        start = at.start if answer is not None else 0
        same = answer is None or answer.symbols[start : start + len(at.symbols)] == at.symbols[: len(answer.symbols) - start]
        limit = steady_limit(at.signal, values, at.signal.limit)
        low, kind = at.signal.map_low * limit, at.signal.colours
        if not same:
            text = text_rows(symbols, room, values, kind=kind, low=low, high=limit)
        elif answer is None:
            text = unit_rows(at, room)
        else:
            text = text_rows(
                symbols, room, values, kind=kind, low=low, high=limit,
                cursor=at.place, selected=at.range_in_all, first=-at.start,
            )  # fmt: skip
        legend = Content.assemble(f"{at.signal.name} of unit {at.unit}  ", map_legend(room.paint, kind, low, limit))
        return [*self._at_cursor(at, room.width), Row(legend), *text]

    def _at_cursor(self, at: Standing, width: int) -> list[Row]:
        """What was expected at the cursor before the symbol and after it."""
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
