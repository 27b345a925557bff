"""What the text costs the network: each symbol on the colour of its surprise, and the most surprising places and words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.surprise import BITS, CONTEXT, Surprise, Surprised
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

MOST_BITS = 10.0  # where the colour ends
_LENGTHS = (500, 1000, 2000, 4000)
_SHOWN = ("places", "words", "text")


class SurprisePage(Page):
    """Places, words or the whole text, as its settings say."""

    name = "what surprises it"
    asks = Surprise
    guide = Help(
        "what each symbol of the text cost the network before it was read, in bits, and where it cost most",
        "1 bit: it was as likely as heads of a coin; 10 bits: one chance in a thousand; the mean is the loss over this text",
        "stand on a surprising place with Enter, and look at what was expected there instead",
        "−log2 ŷ_t[w_t+1]",
    )

    def __init__(self) -> None:
        self._length, self._shown = 2000, "places"

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            ViewSetting(
                "shown", lambda: self._shown, self._step_shown, "the most surprising places, words, or the text in colours"
            ),
            ViewSetting("length", lambda: f"{self._length:,}", self._step_length, "symbols of a running text, from its start"),
        )

    def _step_shown(self, by: int) -> None:
        self._shown = _SHOWN[(_SHOWN.index(self._shown) + by) % len(_SHOWN)]

    def _step_length(self, by: int) -> None:
        self._length = _LENGTHS[(_LENGTHS.index(self._length) + by) % len(_LENGTHS)]

    def question(self, at: Standing) -> Surprise:
        return Surprise(at.typed, length=self._length, example=at.example, places=100)

    def caption(self, answer: Surprised, at: Standing) -> str:
        return (
            f"mean {answer.mean_nats / BITS:.3f} bits over {answer.counted:,} · Enter goes to a place · v: places, words, text"
        )

    def rows(self, answer: Surprised, at: Standing, room: Room) -> Sequence[Row]:
        if self._shown == "text":
            bits = answer.nats / BITS
            return text_rows(
                answer.symbols, room, bits, kind="surprise", low=0.0, high=MOST_BITS,
                cursor=at.place, selected=at.range_in_all, first=-at.start,
            )  # fmt: skip
        return self._words(answer, at, room) if self._shown == "words" else self._places(answer, at, room)

    def _places(self, answer: Surprised, at: Standing, room: Room) -> list[Row]:
        rows = [Row(Content.styled(f"{'place':>6}  {'bits':>5}  after … then", "$text-muted"))]
        for place in answer.places.tolist():
            before = visible("".join(answer.symbols[max(0, place - CONTEXT) : place]))
            told = Content.assemble(
                f"{place + 1:>6}  {answer.nats[place] / BITS:5.2f}  ", (before.rjust(CONTEXT), "$text-muted"), " ",
                (short(answer.symbols[place]), "bold"),
            )  # fmt: skip
            rows.append(Row(told.truncate(room.width, ellipsis=True), at.pick_of(place)))
        return rows

    def _words(self, answer: Surprised, at: Standing, room: Room) -> list[Row]:
        order = np.argsort([-word.nats for word in answer.words], kind="stable").tolist()
        rows = [Row(Content.styled(f"{'place':>6}  {'bits':>5}  word", "$text-muted"))]
        for word in (answer.words[k] for k in order[:100]):
            told = f"{word.start + 1:>6}  {word.nats / BITS:5.2f}  "
            content = Content.assemble(told, (visible(word.text), "bold")).truncate(room.width, ellipsis=True)
            rows.append(Row(content, at.pick_of(word.start)))
        return rows


PAGE = SurprisePage
