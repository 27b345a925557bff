"""The biography of the selected unit: a line for each kept moment, with its signals, what it tracks, the loss and a sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.cells import CELLS
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.insight.biography import Biography, BiographyFound
from tui_rnn.insight.hypotheses import hypothesis
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.pieces import decimal

_BAR_CELLS = 10
_WIDE = 100  # cells from which on all signals of the unit are shown
_WHERES = ("", "quotes", "vowel", "word-position", "column", "upper", "digit", "indent", "depth")


class BiographyPage(Page):
    """Oldest first. The bar is the score beside its chance, or without a hypothesis the mean of the selected signal."""

    name = "biography"
    asks = Biography
    typing = ("what the unit may track: quotes, vowel, column>40, regex:PATTERN …", "what it may track")
    guide = Help(
        "the selected unit at each kept moment of the run: the mean of its signals, how well it tracks what is asked, the "
        "network's loss, and a text that it wrote then with the same seed",
        "AUC .5 is no better than a coin, 1 tells always; believe it only beyond the chance level, which shifted labels reach "
        "in 5% of cases; nothing is shown between the kept moments",
        "press t and type vowel: since when does this unit know? Then , . to the time slider and look at it there",
        "AUC = P(h_t where it holds > h_t where it does not)",
    )

    def __init__(self) -> None:
        self._where = ""

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (ViewSetting("tracks", lambda: self._where or "nothing", self._step, "what the unit may track"),)

    def _step(self, by: int) -> None:
        at = _WHERES.index(self._where) if self._where in _WHERES else 0
        self._where = _WHERES[(at + by) % len(_WHERES)]

    def type(self, text: str) -> str:
        try:
            if text.strip():
                hypothesis(text.strip())
        except InputError as error:
            return str(error)
        self._where = text.strip()
        return ""

    def typed(self) -> str:
        return self._where

    def question(self, at: Standing) -> Biography | str:
        if at.reading.name not in ("forward", "backward", "encoder forward", "encoder backward"):
            return "the biography is of units that read: choose another reading than the decoder"
        direction = at.reading.name.removeprefix("encoder ")
        return Biography(at.unit, at.layer + 1, direction, at.signal.name, self._where)

    def caption(self, answer: BiographyFound, at: Standing) -> str:
        return (
            visible(answer.in_words) if answer.title else "t: what may it track? · v: some to choose from · oldest moment first"
        )

    def rows(self, answer: BiographyFound, at: Standing, room: Room) -> Sequence[Row]:
        shown = [one.name for one in CELLS[at.config.cell].signals] if room.width >= _WIDE else [answer.signal]
        names = [name for name in shown if name in answer.means]
        what = answer.measure if answer.title else f"mean {answer.signal}" if names else ""
        head = f"{'step':>8} {'bits':>6} " + "".join(f"{name:>6}" for name in names) + f"  {what:<{_BAR_CELLS + 6}} text"
        rows = [cut(Content.styled(head, "$text-muted"), room)]
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
    """A score from its lowest to 1; beyond chance it is bold and starred."""
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
