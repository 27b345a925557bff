"""Edit and compare: change the text that is read, and see what changes after it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.edit import Edit, Edited
from tui_rnn.insight.predict import in_a_line
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

_SHOWN = ("states", "loss", "expectation")
_MOST_BITS = 2.0


class EditPage(Page):
    """The text that the map reads beside one that a person typed."""

    name = "edit and compare"
    asks = Edit
    guide = Help(
        "the text that is read beside the same text with an edit: how far the states are apart after it, how much more or less "
        "each symbol costs, how much what is expected differs",
        "bright letters: the states are far apart; where they are dark again, the network has forgotten the edit",
        "press t and take a quote mark out: for how long does the network know that it is in no quotation?",
        "‖h_t − h'_t‖ / ½ (‖h_t‖ + ‖h'_t‖)",
    )
    typing = ("the same text with an edit: change a symbol, and Enter", "the edited text")

    def __init__(self) -> None:
        self._other, self._text, self._shown = "", "", "states"

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (ViewSetting("shown", lambda: self._shown, self._step_shown, "the states, the loss, or what is expected"),)

    def _step_shown(self, by: int) -> None:
        self._shown = _SHOWN[(_SHOWN.index(self._shown) + by) % len(_SHOWN)]

    def question(self, at: Standing) -> Edit | str:
        self._text = at.whole_text
        if not self._other or self._other == self._text:
            return "t lets you change the text that is read: a symbol, a word; then what changes after it is shown"
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
        if self._shown == "states" or not len(answer.kl_nats):
            return "how far the states are apart, of the symbols that both texts have"
        return "bits more (warm) or less (cold)" if self._shown == "loss" else "divergence of what is expected next, in bits"

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
        # what was changed stands among the others without a value
        gap = np.full(len(other), np.nan)
        values = np.concatenate([values[: answer.before], gap, values[answer.before :]])
        rows += text_rows(answer.others, room, values, kind=kind, low=low, high=high, first=-1 << 30)
        return rows

    def _values(self, answer: Edited, at: Standing):  # type: ignore[no-untyped-def]
        if self._shown == "states" or not len(answer.kl_nats):
            wanted = [one for one in answer.apart if one.name == at.reading.name.removeprefix("encoder ")] or answer.apart
            return wanted[0].distance.max(axis=1), "sequential", 0.0, max(float(wanted[0].distance.max(initial=0.0)), 1e-9)
        if self._shown == "loss":
            return (answer.other_nats - answer.nats) / BITS, "diverging", -_MOST_BITS, _MOST_BITS
        return answer.kl_nats / BITS, "sequential", 0.0, _MOST_BITS


def _quoted(symbols: Sequence[str]) -> Content:
    if not symbols:
        return Content.styled("nothing", "bold")
    return Content.styled(short(symbols[0]) if len(symbols) == 1 else f"“{visible(''.join(symbols))}”", "bold")


PAGE = EditPage
