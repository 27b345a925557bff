"""The numbers at the cursor: before the character, after it, and inside the selected unit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from textual.content import Content

from tui_rnn.cells import signals_named
from tui_rnn.display import describe_symbol, visible
from tui_rnn.tui.views.numbers import after_symbol, bar, before_symbol, short
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.pieces import decimal, fit, probability

_BAR_CELLS = 20
_MEANING_CELLS = 30  # for the meaning of a signal; in fewer it says nothing
_LEFT_CELLS, _RIGHT_CELLS = 68, 40  # for the values, and for what is expected, side by side


class CursorPage(Page):
    """The network's expectation before the cursor's character and after it, and each signal of a unit."""

    name = "at the cursor"
    guide = Help(
        "the numbers at the cursor: how probable the network found the character, what it expects after it, and each signal of "
        "the selected unit there",
        "a bar is as long as the probability; rank 1 is the likeliest; the values come after reading the character",
        "move along a word and watch when the network grows sure of what comes, or of its answer",
        "c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t,  h_t = o_t ⊙ tanh(c_t),  ŷ_t = softmax(V h_t)",
    )

    def question(self, at: Standing) -> None:
        return None

    def rows(self, answer: object, at: Standing, room: Room) -> Sequence[Row]:
        before = Row(fit(before_symbol(at.trace, at.reading, at.position), room.width))
        if room.width < _LEFT_CELLS + _RIGHT_CELLS:
            return [before, *self._values(at, room.width), *self._expected(at, room.width)]
        return [before, *beside(self._values(at, _LEFT_CELLS - 2), self._expected(at, room.width - _LEFT_CELLS), _LEFT_CELLS)]

    def _expected(self, at: Standing, width: int) -> list[Row]:
        """What the network expects after the character, or its answer to the text so far."""
        trace, symbols, here = at.trace, at.symbols, at.position
        if here >= len(trace.expected.top_symbols):
            after = after_symbol(trace, at.reading, here)
            return [Row(fit(after, width))] if after else []
        rows = [Row(Content.assemble("expected after ", (describe_symbol(symbols[here]), "bold"), ":"))]
        likeliest = zip(trace.expected.top_symbols[here], trace.expected.top_probs[here].tolist(), strict=False)
        for symbol, p in likeliest:
            came = here + 1 < len(symbols) and symbols[here + 1] == symbol
            told = Content.assemble(
                (f" {short(symbol):<6.6}", "bold"), f" {probability(p):>4} ", (bar(p, _BAR_CELLS), "$primary")
            )
            rows.append(Row(Content.assemble(told, (" ◀ comes", "$text-success")) if came else told))
        return rows

    def _values(self, at: Standing, width: int) -> list[Row]:
        rows = [Row(Content.assemble("unit ", (str(at.unit), "bold"), f" of layer {at.layer + 1}:"))]
        for signal in signals_named(at.reading.signals):
            value = float(at.reading.signals[signal.name][at.position, at.layer, at.unit])
            chosen = signal.name == at.signal.name
            told = Content.styled(f"{signal.name} {signal.title:<14} {decimal(value):>6}", "bold" if chosen else "")
            if width - told.cell_length >= _MEANING_CELLS:
                told = Content.assemble(told, (f"  {visible(signal.meaning)}", "$text-muted")).truncate(width, ellipsis=True)
            rows.append(Row(told, Pick(signal=signal.name)))
        return rows


def beside(left: Sequence[Row], right: Sequence[Row], width: int) -> list[Row]:
    """Two columns of rows; the left one has so many cells, and its rows can be chosen."""
    rows = []
    for first, second in zip_longest(left, right, fillvalue=Row(Content(""))):
        assert isinstance(first.content, Content)
        assert isinstance(second.content, Content)
        padded = first.content.pad_right(width - first.content.cell_length)
        rows.append(Row(Content.assemble(padded, second.content), first.pick))
    return rows


PAGE = CursorPage
