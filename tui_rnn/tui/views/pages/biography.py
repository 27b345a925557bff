"""The biography of the selected unit: one line a kept moment, with the unit's signals, its score, the loss and a sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.cells import CELLS
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.insight.biography import Biography, BiographyFound
from tui_rnn.insight.hypotheses import hypothesis
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import DECODER_WRITES, Page, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.pieces import decimal

_BAR_CELLS = 10
_WIDE = 100  # cells from which on all signals of the unit are shown


class BiographyPage(Page):
    """The oldest first. The bar is the score of the hypothesis; without one, the mean of the selected signal."""

    name = "biography"
    asks = Biography
    typing = ("what the unit may track: quotes, vowel, column>40, regex:PATTERN …", "what it may track")
    guide = Help(
        "the selected unit at each kept moment of the run: the mean of its signals, how well it tracks what you ask, the "
        "network's loss, and a text that the network wrote then, always with the same seed",
        "AUC .5 is no better than a coin, 1 is always right; believe it only beyond the chance level, which shifted labels "
        "reach in 5% of cases; nothing is known between the kept moments",
        "press t and type vowel: since when does this unit know? Then go to that moment with < and look at the unit there",
        "AUC = P(h_t where it holds > h_t where it does not)",
    )

    def __init__(self) -> None:
        self._where = Cycle("", "quotes", "vowel", "word-position", "column", "upper", "digit", "indent", "depth")
        self.settings = (self._where.setting("tracks", "what the unit may track", lambda where: where or "nothing"),)

    def type(self, text: str) -> str:
        try:
            if text.strip():
                hypothesis(text.strip())
        except InputError as error:
            return str(error)
        self._where.now = text.strip()
        return ""

    def typed(self) -> str:
        return self._where.now

    def question(self, at: Standing) -> Biography | str:
        if at.decodes:
            return DECODER_WRITES
        return Biography(at.unit, at.layer + 1, at.direction, at.signal.name, self._where.now)

    def caption(self, answer: BiographyFound, at: Standing) -> str:
        return (
            visible(answer.in_words) if answer.title else "t: type what it may track · v: choose it · the oldest moment first"
        )

    def rows(self, answer: BiographyFound, at: Standing, room: Room) -> Sequence[Row]:
        shown = [one.name for one in CELLS[at.config.cell].signals] if room.width >= _WIDE else [answer.signal]
        names = [name for name in shown if name in answer.means]
        what = answer.measure if answer.title else f"mean {answer.signal}" if names else ""
        head = f"{'step':>8} {'bits':>6} " + "".join(f"{name:>6}" for name in names) + f"  {what:<{_BAR_CELLS + 6}} text"
        rows = [muted(head, room)]
        if answer.not_read:
            rows.append(cut(Content.styled(visible(answer.not_read), "$text-warning"), room))
        for k, step in enumerate(answer.at.tolist()):
            bits = f"{answer.bits[k]:6.3f}" if np.isfinite(answer.bits[k]) else f"{'':6}"
            values = "".join(f"{decimal(float(answer.means[name][k])):>6}" for name in names)
            weight = "bold" if step == at.step else ""
            told = Content.assemble(
                (f"{step:>8,} {bits} {values}  ", weight), *_drawn(answer, k), (f" {visible(answer.samples[k])}", "")
            )
            rows.append(cut(told, room))
        return rows


def _drawn(answer: BiographyFound, k: int) -> list[tuple[str, str]]:
    """A score as a bar from its lowest to 1, with a star beyond chance; or a mean."""
    if answer.title:
        score = float(answer.score[k])
        low = 0.5 if answer.measure == "AUC" else 0.0
        beyond = score > answer.chance
        shown = bar(max(0.0, (score - low) / (1 - low)), _BAR_CELLS)
        return [(f"{shown:<{_BAR_CELLS}} {score:.2f}{'*' if beyond else ' '}", "$text-success" if beyond else "$text-muted")]
    if answer.signal not in answer.means:
        return []
    mean = float(answer.means[answer.signal][k])
    return [(f"{bar(min(1.0, abs(mean)), _BAR_CELLS):<{_BAR_CELLS}} {decimal(mean):>5}", "$primary")]


PAGE = BiographyPage
