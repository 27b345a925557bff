"""What the text costs the network: the most surprising places and words, or each symbol on the colour of its surprise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.surprise import BITS, CONTEXT, Surprise, Surprised
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

MOST_BITS = 10.0  # where the colour ends


class SurprisePage(Page):
    """Places, words or the whole text, as its settings say."""

    name = "what surprises it"
    asks = Surprise
    guide = Help(
        "what each symbol of the text cost the network before it read it, in bits, and where symbols cost most",
        "1 bit: it was as likely as heads of a coin; 10 bits: one chance in a thousand; the mean is the loss over this text",
        "go to a surprising place with Enter, and look at what the network expected there",
        "−log2 ŷ_t[w_t+1]",
    )

    def __init__(self) -> None:
        self._length, self._shown = Cycle(500, 1000, 2000, 4000, start=2000), Cycle("places", "words", "text")
        self.settings = (
            self._shown.setting("shown", "the most surprising places, words, or the text in colours"),
            self._length.setting("length", "symbols of a running text, from its start", "{:,}".format),
        )

    def question(self, at: Standing) -> Surprise:
        return Surprise(at.typed, length=self._length.now, example=at.example, places=100)

    def caption(self, answer: Surprised, at: Standing) -> str:
        return (
            f"mean {answer.mean_nats / BITS:.3f} bits over {answer.counted:,} · Enter goes to a place · v: places, words, text"
        )

    def rows(self, answer: Surprised, at: Standing, room: Room) -> Sequence[Row]:
        if self._shown.now == "text":
            bits = answer.nats / BITS
            return text_rows(
                answer.symbols, room, bits, kind="surprise", low=0.0, high=MOST_BITS,
                cursor=at.place, selected=at.range_in_all, first=-at.start,
            )  # fmt: skip
        return self._words(answer, at, room) if self._shown.now == "words" else self._places(answer, at, room)

    def _places(self, answer: Surprised, at: Standing, room: Room) -> list[Row]:
        bits = answer.nats / BITS
        places = (place_row(place, f"{bits[place]:5.2f}", answer.symbols, at, room) for place in answer.places.tolist())
        return [muted(f"{'place':>6}  {'bits':>5}  after … then", room), *places]

    def _words(self, answer: Surprised, at: Standing, room: Room) -> list[Row]:
        order = np.argsort([-word.nats for word in answer.words], kind="stable").tolist()
        rows = [muted(f"{'place':>6}  {'bits':>5}  word", room)]
        for word in (answer.words[k] for k in order[:100]):
            told = f"{word.start + 1:>6}  {word.nats / BITS:5.2f}  "
            rows.append(cut(Content.assemble(told, (visible(word.text), "bold")), room, at.pick_of(word.start)))
        return rows


def place_row(place: int, number: str, symbols: Sequence[str], at: Standing, room: Room) -> Row:
    """A line for a place of the text: its number, the text before it, and its symbol."""
    before = visible("".join(symbols[max(0, place - CONTEXT) : place]))
    told = f"{place + 1:>6}  {number}  ", (before.rjust(CONTEXT), "$text-muted"), " ", (short(symbols[place]), "bold")
    return cut(Content.assemble(*told), room, at.pick_of(place))


PAGE = SurprisePage
