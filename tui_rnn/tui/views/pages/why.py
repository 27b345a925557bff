"""Why this one: the share of each symbol in the network's prediction at the cursor, as colours over the text and as a list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from textual.content import Content

from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.why import Explanation, Why
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import bar, short
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.text import NOWHERE, text_rows
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.page import padded
from tui_rnn.tui.widgets.pieces import probability

_SIGNED = ("occlusion", "gradient × input")
_BAR_CELLS, _WIDEST_SYMBOL = 10, 16


class WhyPage(Page):
    """It explains a language model's prediction of the symbol at the cursor, or another network's answer there."""

    name = "why this symbol"
    asks = Why
    guide = Help(
        "the share of each earlier symbol in what the network says at the cursor: how much the log-odds against the runner-up "
        "fall when the average symbol replaces this one (occlusion), beside gradient × input",
        "warm symbols speak for it, cold ones against it; a share of 1 bit: without the symbol the odds are half. "
        "Where occlusion and gradient × input differ, the network is not linear",
        "move the cursor to a space after a word: which letters told the network that the word ends?",
        "ln (ŷ[a] / ŷ[b]) − the same with e_j := Σ p(v) E[v]",
    )

    def __init__(self) -> None:
        self._shown = Cycle(*_SIGNED, "gradient", "state gradient")
        self.settings = (self._shown.setting("shown", "the share by occlusion or gradient, or the size of the gradient"),)

    def question(self, at: Standing) -> Why | str:
        if not at.kind.answers:
            if at.position == 0:
                return "the network reads nothing before the first symbol: → goes to the next"
            return Why(at.text, position=at.position, example=at.example)
        if at.kind.writes_answers:
            position: int | None = at.position if at.decodes else 0
        else:
            position = at.position if at.kind.labels_words else None
        return Why(at.text, position=position, example=at.example)

    def caption(self, answer: Explanation, at: Standing) -> str:
        return f"{self._shown.now} of each symbol, average over {answer.average_over} · ← → another place · v: another measure"

    def rows(self, answer: Explanation, at: Standing, room: Room) -> Sequence[Row]:
        values = self._values(answer)
        limit = max(float(np.abs(values).max(initial=0.0)), 1e-9)
        about = answer.about if at.kind.answers else f"place {answer.first + len(answer.symbols) + 1}"
        said = Content.assemble(
            f"{about}: ",
            (f"{short(answer.shown)} {probability(answer.prob)}", "bold"),
            f", not {short(answer.runner_up)} {probability(answer.runner_up_prob)}",
            (f" · log-odds {answer.log_odds / BITS:+.2f} bits", "$text-muted"),
        )
        signed = self._shown.now in _SIGNED
        text = text_rows(
            answer.symbols,
            room,
            values,
            kind="diverging" if signed else "sequential",
            low=-limit if signed else 0.0,
            high=limit,
            first=NOWHERE if at.decodes else answer.first,
        )
        return [cut(said, room), Row(Content("")), *text, Row(Content("")), *_list(answer, values, at, room)]

    def _values(self, answer: Explanation) -> np.ndarray:
        match self._shown.now:
            case "occlusion":
                return answer.occlusion / BITS
            case "gradient × input":
                return answer.gradient_times_input / BITS
            case "gradient":
                return answer.input_gradient
            case _:
                return np.asarray(np.linalg.norm(answer.state_gradient, axis=1))


def _list(answer: Explanation, values: np.ndarray, at: Standing, room: Room) -> list[Row]:
    """The symbols with the largest shares."""
    of_letters = answer.letters is not None
    wide = max(6, min(_WIDEST_SYMBOL, max(cell_len(short(symbol)) for symbol in answer.symbols)))
    head = f"{'place':>6}  {'symbol':<{wide}}  {'occlusion':>9}{'  its letters' * of_letters}  {'grad × in':>9}  bits"
    rows = [muted(head, room)]
    largest = max(float(np.abs(answer.occlusion).max(initial=0.0)), 1e-12)
    for place in np.argsort(-np.abs(values), kind="stable")[:40].tolist():
        share, linear = answer.occlusion[place], answer.gradient_times_input[place]
        letters = "" if answer.letters is None else f"  {answer.letters[place] / BITS:+11.3f}"
        told = Content.assemble(
            f"{answer.first + place + 1:>6}  ",
            (padded(short(answer.symbols[place]), wide), "bold"),
            f"  {share / BITS:+9.3f}{letters}  {linear / BITS:+9.3f}  ",
            f"{'+' if share > 0 else '−'}{bar(abs(share) / largest, _BAR_CELLS)}",
        )
        pick = None if at.kind.answers else Pick(position=answer.first + place)
        rows.append(cut(told, room, pick))
    return rows


PAGE = WhyPage
