"""What if a gate is held, the memory frozen, or the state cut: the loss before and after, the text, and how it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from textual.content import Content

from tui_rnn.cells import CELLS
from tui_rnn.display import visible
from tui_rnn.insight.hold import Held, Hold
from tui_rnn.insight.stepping import BY_STATE
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.ablate import LENGTHS
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut
from tui_rnn.tui.views.pages.text import text_rows
from tui_rnn.tui.views.view import Help

SHOWN_SYMBOLS = 1500
MOST_BITS = 4.0  # where the colours end
_DRAWN = 240


class HoldPage(Page):
    """What is held is chosen in its settings; which signal and unit, by the selection."""

    name = "what if it is held"
    asks = Hold
    guide = Help(
        "what the network does with the selected gate or state held at a value, with its memory frozen, with U h switched off, "
        "or with the state of the step before cut: its loss on held-out data, where it got worse, and how it goes on",
        "warm letters cost more than before, cold ones less; both continuations begin alike and are drawn with the same seed",
        "v holds it at 1 instead of 0, in the selected unit alone, or cuts U h: what does the network write then?",
        "f_t := 0",
    )

    def __init__(self) -> None:
        self._what, self._at, self._all, self._length = "signal", 0.0, True, 3_000

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            ViewSetting(
                "what",
                lambda: self._what,
                self._step_what,
                "the selected signal, a frozen memory, U h switched off, or a cut state",
            ),
            ViewSetting("held at", lambda: f"{self._at:g}", self._step_at, "the value of the signal: 0 or 1"),
            ViewSetting(
                "units", lambda: "all" if self._all else "selected", self._step_units, "all units, or the selected one"
            ),
            ViewSetting("length", lambda: f"{self._length:,}", self._step_length, "about how many tokens are read"),
        )

    def hold(self, cut: str | None) -> None:
        """Cut this state of the step before; None: hold the selected signal."""
        self._what = "signal" if cut is None else f"cut {cut}"

    def _step_what(self, by: int) -> None:
        choices = ("signal", "frozen memory", f"cut {BY_STATE}", "cut h", "cut c", "cut all")
        self._what = choices[(choices.index(self._what) + by) % len(choices)]

    def _step_at(self, by: int) -> None:
        self._at = 1.0 - self._at

    def _step_units(self, by: int) -> None:
        self._all = not self._all

    def _step_length(self, by: int) -> None:
        self._length = LENGTHS[(LENGTHS.index(self._length) + by) % len(LENGTHS)]

    def question(self, at: Standing) -> Hold | str:
        units, layer, part = ((), None, None) if self._all else ((at.unit,), at.layer + 1, at.reading.name)
        cell = CELLS[at.config.cell]
        where: dict[str, Any] = {"unit": units, "layer": layer, "direction": part, "length": self._length, "draw": _DRAWN}
        if self._what == "signal":
            return Hold(at.signal.name, self._at, **where)
        if self._what == "frozen memory":
            if not cell.frozen_by:
                return f"{cell.title} has no memory that a gate freezes: v chooses something else"
            # from the start, nothing would ever be remembered: so from the middle on
            return Hold(freeze=True, start=self._length // 2, **where)
        cut = self._what.removeprefix("cut ")
        if cut not in ("all", BY_STATE, *cell.carried):
            return f"{cell.title} carries {' and '.join(cell.carried)} only: v chooses something else"
        return Hold(cut=cut, **where)

    def switched_off(self, at: Standing) -> str:
        if isinstance(self.question(at), str):
            return ""
        if self._what == "signal":
            words = f"{at.signal.name} := {self._at:g}"
        elif self._what == "frozen memory":
            words = "memory frozen"
        else:
            what = self._what.removeprefix("cut ")
            states = CELLS[at.config.cell].carried if what == "all" else (what,)
            words = ("U h" if what == BY_STATE else " and ".join(f"{state}_t−1" for state in states)) + " := 0"
        return words if self._all else f"{words} in unit {at.unit}"

    def caption(self, answer: Held, at: Standing) -> str:
        chance = "" if abs(answer.added_nats) > 2 * answer.standard_error else " · within two ±: chance explains it"
        return f"{answer.held}{chance} · g: another signal · v: what, at which value, in which units"

    def rows(self, answer: Held, at: Standing, room: Room) -> Sequence[Row]:
        before, after, added = (n / BITS for n in (answer.loss_nats, answer.held_loss_nats, answer.added_nats))
        error = answer.standard_error / BITS
        rows = [
            cut(
                Content.assemble(
                    (f"{before:.3f} → {after:.3f}", "bold"),
                    f" bits/{answer.per}, {added:+.3f} ± {error:.3f} over {answer.of:,}",
                ),
                room,
            )
        ]
        worst = ", ".join(f"{short(one.symbol)} {one.added_nats / BITS:+.2f} × {one.of:,}" for one in answer.breaks)
        rows.append(cut(Content.assemble(("got worse: ", "$text-muted"), worst or "nothing"), room))
        if (text := answer.continuation) is not None:
            rows += _continuations(text.prompt, text.unchanged, text.changed, room)
        rows.append(Row(Content("")))
        if answer.continuation is not None:
            rows.append(cut(Content.styled("where it changed, bits a symbol", "$text-muted"), room))
            difference = (answer.changed_nats - answer.unchanged_nats)[:SHOWN_SYMBOLS] / BITS
            rows += text_rows(
                answer.symbols[:SHOWN_SYMBOLS], room, np.asarray(difference), low=-MOST_BITS, high=MOST_BITS, first=-1 << 30
            )
            return rows
        rows.append(cut(Content.styled(f"{'bits':>14}  what lost most", "$text-muted"), room))
        for place in answer.places:
            cost = f"{place.unchanged_nats / BITS:.2f} → {place.changed_nats / BITS:.2f}"
            told = Content.assemble(f"{cost:>14}  ", (visible(place.before), "$text-muted"), f" {visible(place.symbol)}")
            rows.append(cut(told, room))
        return rows


def _continuations(prompt: str, unchanged: str, changed: str, room: Room) -> list[Row]:
    """Side by side where there is room, else one below the other."""
    rows = [Row(Content("")), cut(Content.assemble(("after ", "$text-muted"), visible(prompt[-60:]) or "<s>"), room)]
    wide = room.width >= 70
    width = (room.width - 3) // 2 if wide else room.width
    columns = [
        [title, *_wrapped(visible(text), width)[: 5 if wide else 3]]
        for title, text in (("as it is", unchanged), ("held", changed))
    ]
    if not wide:
        for column in columns:
            rows.append(Row(Content.styled(column[0], "$text-muted")))
            rows += [Row(Content(line)) for line in column[1:]]
        return rows
    for k in range(max(map(len, columns))):
        left, right = (column[k] if k < len(column) else "" for column in columns)
        style = "$text-muted" if k == 0 else ""
        rows.append(Row(Content.assemble((left, style), " " * (width - Content(left).cell_length), " │ ", (right, style))))
    return rows


def _wrapped(text: str, width: int) -> list[str]:
    """Cut into lines by cells."""
    lines, line = [], ""
    for letter in text:
        if Content(line + letter).cell_length > width:
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line] if line else lines


PAGE = HoldPage
