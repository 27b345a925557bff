"""Edit and compare: a person changes the text, and the page shows what changes in the network after that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.edit import Edit, Edited
from tui_rnn.insight.predict import in_a_line
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.colours import Kind
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut
from tui_rnn.tui.views.pages.text import NOWHERE, text_rows
from tui_rnn.tui.views.view import Help

_MOST_BITS = 2.0


class EditPage(Page):
    """The text that the map reads, beside an edited one."""

    name = "edit and compare"
    asks = Edit
    guide = Help(
        "the text that the network reads beside the same text with an edit: how far apart the states are after the edit, how "
        "much more or less each symbol costs, and how much the predictions differ",
        "strongly coloured letters: the states are far apart; where the colour fades again, the network has forgotten the edit",
        "press t and take a quote mark out: for how long does the network know that it is in no quotation?",
        "‖h_t − h'_t‖ / ½ (‖h_t‖ + ‖h'_t‖)",
    )
    typing = ("the same text with an edit: change a symbol, and Enter", "the edited text")

    def __init__(self) -> None:
        self._other, self._text, self._shown = "", "", Cycle("states", "loss", "expectation")
        self.settings = (self._shown.setting("shown", "the states, the loss, or what is expected"),)

    def question(self, at: Standing) -> Edit | str:
        self._text = at.whole_text
        if not self._other or self._other == self._text:
            return "t lets you change the text that the network reads, a symbol or a word; the page shows what changes after it"
        return Edit(at.whole_text, self._other)

    def type(self, text: str) -> str:
        if not text or text == self._text:
            return "nothing was changed: edit the text, then Enter"
        self._other = text
        return ""

    def typed(self) -> str:
        return self._other or self._text

    def caption(self, answer: Edited, at: Standing) -> str:
        return f"{self._what(answer)} · t edits again · v: states, loss, expectation"

    def _what(self, answer: Edited) -> str:
        if self._shown.now == "states" or not len(answer.kl_nats):
            return "how far apart the states are, at the symbols that both texts have"
        return "bits more (warm) or less (cold)" if self._shown.now == "loss" else "divergence of the predictions, in bits"

    def rows(self, answer: Edited, at: Standing, room: Room) -> Sequence[Row]:
        gone, other = (texts[answer.before : len(texts) - answer.after] for texts in (answer.symbols, answer.others))
        rows = [cut(Content.assemble(_quoted(gone), " became ", _quoted(other)), room)]
        for one in answer.apart:
            if one.behind:
                how = "not forgotten" if one.forgotten_after is None else f"forgotten after {one.forgotten_after:,} symbols"
                told = f"{one.name}: states up to {one.distance.max(initial=0.0):.0%} apart, {how}"
                rows.append(cut(Content(told), room))
        if len(answer.kl_nats):
            rows.append(cut(Content(f"what follows costs {answer.added_nats / BITS:+.2f} bits in all"), room))
        for said in (answer.said, answer.other_said):
            if said is not None:
                rows.append(cut(Content(visible(in_a_line(said))), room))
        rows.append(Row(Content("")))
        values, kind, low, high = self._values(answer, at)
        # the changed symbols have no value
        gap = np.full(len(other), np.nan)
        values = np.concatenate([values[: answer.before], gap, values[answer.before :]])
        rows += text_rows(answer.others, room, values, kind=kind, low=low, high=high, first=NOWHERE)
        return rows

    def _values(self, answer: Edited, at: Standing) -> tuple[NDArray[np.floating[Any]], Kind, float, float]:
        """The value of each symbol that both texts have, its colours, and their limits."""
        if self._shown.now == "states" or not len(answer.kl_nats):
            wanted = [one for one in answer.apart if one.name == at.direction] or answer.apart
            return wanted[0].distance.max(axis=1), "sequential", 0.0, max(float(wanted[0].distance.max(initial=0.0)), 1e-9)
        if self._shown.now == "loss":
            return (answer.other_nats - answer.nats) / BITS, "diverging", -_MOST_BITS, _MOST_BITS
        return answer.kl_nats / BITS, "sequential", 0.0, _MOST_BITS


def _quoted(symbols: Sequence[str]) -> Content:
    if not symbols:
        return Content.styled("nothing", "bold")
    return Content.styled(short(symbols[0]) if len(symbols) == 1 else f"“{visible(''.join(symbols))}”", "bold")


PAGE = EditPage
