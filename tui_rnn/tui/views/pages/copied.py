"""Copied or made up: what the training part holds of a text that the network writes, and how much of it is new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.copied import SHORTEST, Copied, Copies
from tui_rnn.insight.drawing import Sampling
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

_WRITTEN = Sampling(length=800)
_END = 24.0  # tokens of a copy, where the colour ends


class CopiedPage(Page):
    """The longest copies, or the whole text: the colour of a symbol says how long a copy it belongs to."""

    name = "copied or made up"
    asks = Copied
    typing = ("a text to look for in the training part; empty: one that the network writes", "a text to look for", "a text")
    guide = Help(
        "a text that the network writes, or that you type (t): its longest stretches that the training part holds word for "
        "word, where, and the share of its n-grams that are new",
        "compare the share of new n-grams with the validation part's, a real text that the network never trained on: far "
        "fewer new ones mean that it copies",
        "set the temperature lower with v: the text repeats the training part more",
    )

    def __init__(self) -> None:
        self.sampling, self._text, self._shown = _WRITTEN, "", Cycle("copies", "text")
        shown = self._shown.setting("shown", "the longest copies, or the text in colours")
        self.settings = (shown, *sampling.settings(self))

    def change_sampling(self, what: str, by: int) -> None:
        self.sampling = sampling.changed(self.sampling, what, by)

    def type(self, text: str) -> str:
        self._text = text
        return ""

    def typed(self) -> str:
        return self._text

    def question(self, at: Standing) -> Copied:
        if self._text:
            return Copied(self._text, copies=100)
        return Copied(sampling=self.sampling, copies=100)

    def caption(self, answer: Copies, at: Standing) -> str:
        return (
            f"longest copy {answer.longest:,} of {len(answer.symbols):,} tokens, {answer.source} · "
            f"training part {answer.training_tokens:,} tokens · v: the text in colours, how it is drawn · t: type a text"
        )

    def rows(self, answer: Copies, at: Standing, room: Room) -> Sequence[Row]:
        if self._shown.now == "text":
            return text_rows(answer.symbols, room, _of_each(answer), kind="sequential", low=0.0, high=_END)
        return [*_shares(answer, room), Row(Content("")), *_copies(answer, room)]


def _of_each(answer: Copies) -> np.ndarray:
    """For each symbol the length of the longest copy that holds it."""
    found = answer.matched.astype(np.float64)
    for end in np.flatnonzero(answer.matched).tolist():
        length = int(answer.matched[end])
        start = end + 1 - length
        found[start : end + 1] = np.maximum(found[start : end + 1], length)
    return found


def _shares(answer: Copies, room: Room) -> list[Row]:
    """The shares of new n-grams: of this text, then of the validation part."""

    def line(name: str, shares: np.ndarray) -> Row:
        cells = "".join(f"{'–' if np.isnan(share) else f'{share:.0%}':>6}" for share in shares)
        return cut(Content(f"{name:<21}{cells}"), room)

    heads = "".join(f"{n:>6}" for n in answer.n.tolist())
    return [
        muted(f"{'new n-grams of length':<21}{heads}", room),
        line("this text", answer.new),
        line("validation, real text", answer.new_in_validation),
    ]


def _copies(answer: Copies, room: Room) -> list[Row]:
    rows = [muted(f"{'tokens':>6} {'at':>10}  copied, between the text around it there", room)]
    for copy in answer.copies:
        told = Content.assemble(
            f"{copy.length:>6,} {copy.at:>10,}  ", (visible(copy.before[-8:]), "$text-muted"), "│",
            (visible(copy.text), "bold"), "│", (visible(copy.after[:8]), "$text-muted"),
        )  # fmt: skip
        rows.append(cut(told, room))
    if not answer.copies:
        rows.append(Row(Content(f"       no stretch of {SHORTEST} tokens or more is copied")))
    return rows


PAGE = CopiedPage
