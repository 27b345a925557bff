"""The places in the whole text where the selected unit is highest and lowest."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.passages import Passage, Passages, PassagesFound
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.pages.page import DECODER_WRITES, Page, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.pieces import decimal

CONTEXT = 30


class PassagesPage(Page):
    """The passages of a unit, the highest first, then the lowest."""

    name = "passages of a unit"
    asks = Passages
    guide = Help(
        "the places in the validation part where the selected signal of the selected unit is highest, and where it is lowest",
        "what do the highest places have in common that the lowest lack? the network has just read the symbol in brackets",
        "form a guess from them, and test it: , goes to “which unit tracks it”, where t takes your guess",
    )

    def __init__(self) -> None:
        self._count = Cycle(10, 25, 100)
        self.settings = (self._count.setting("passages", "how many are listed", "{} at each end".format),)

    def question(self, at: Standing) -> Passages | str:
        if at.decodes:
            return DECODER_WRITES
        return Passages(at.unit, at.signal.name, at.layer + 1, at.direction, self._count.now, CONTEXT)

    def caption(self, answer: PassagesFound, at: Standing) -> str:
        spread = f"mean {decimal(answer.mean)}, deviation {decimal(answer.deviation)} over {answer.read}"
        return f"{answer.signal} of unit {answer.unit}: {spread} · Enter goes to a passage"

    def rows(self, answer: PassagesFound, at: Standing, room: Room) -> Sequence[Row]:
        rows = []
        for name, found in (("highest", answer.highest), ("lowest", answer.lowest)):
            rows.append(muted(name, room))
            rows += [passage_row(one, decimal(one.value), at, room) for one in found]
        return rows


def passage_row(one: Passage, value: str, at: Standing, room: Room) -> Row:
    """A line for a passage, with as much of its context as has room. In a running text, Enter goes there."""
    symbol = visible(one.symbol)
    spare = max(0, room.width - 16 - len(symbol) - 2)
    before, after = visible(one.before), visible(one.after)
    left = before[len(before) - min(len(before), spare // 2) :]
    content = Content.assemble(
        f"{value:>6} ", (f"{one.place + 1:>8,} ", "$text-muted"), (left.rjust(min(CONTEXT, spare // 2)), "$text-muted"),
        (f"[{symbol}]", "bold"), after,
    )  # fmt: skip
    return cut(content, room, at.pick_of(one.place) if at.kind.is_stream and at.typed is None else None)


PAGE = PassagesPage
