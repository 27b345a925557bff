"""What if a gate is held, the memory frozen, or the state cut: the loss before and after, the text, and the continuation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.cells import chop_cells
from textual.content import Content

from tui_rnn.cells import CELLS
from tui_rnn.display import visible
from tui_rnn.insight.hold import Held, Hold
from tui_rnn.insight.stepping import BY_STATE
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.ablate import LENGTHS
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.text import NOWHERE, text_rows
from tui_rnn.tui.views.view import Help

SHOWN_SYMBOLS = 1500
MOST_BITS = 4.0  # where the colours end
_DRAWN = 240


class HoldPage(Page):
    """The settings say what is held; the selection says which signal and unit."""

    name = "what if it is held"
    asks = Hold
    guide = Help(
        "the network with the selected gate or state held at a value, with its memory frozen, with U h switched off, or with "
        "the state of the step before cut: its loss on held-out data, where it got worse, and how it goes on",
        "warm letters cost more than before, cold ones less; both continuations begin alike, and the same seed draws both",
        "v holds it at 1 instead of 0, in the selected unit alone, or cuts U h: what does the network write then?",
        "f_t := 0",
    )

    def __init__(self) -> None:
        self._what = Cycle("signal", "frozen memory", f"cut {BY_STATE}", "cut h", "cut c", "cut all")
        self._at, self._all, self._length = Cycle(0.0, 1.0), Cycle(True, False), Cycle(*LENGTHS)
        self.settings = (
            self._what.setting("what", "the selected signal, a frozen memory, U h switched off, or a cut state"),
            self._at.setting("held at", "the value of the signal: 0 or 1", "{:g}".format),
            self._all.setting("units", "all units, or the selected one", lambda every: "all" if every else "selected"),
            self._length.setting("length", "about how many tokens are read", "{:,}".format),
        )

    def hold(self, cut: str | None) -> None:
        """Cut this state of the step before; None: hold the selected signal."""
        self._what.now = "signal" if cut is None else f"cut {cut}"

    def question(self, at: Standing) -> Hold | str:
        units, layer, part = ((), None, None) if self._all.now else ((at.unit,), at.layer + 1, at.reading.name)
        what, length, cell = self._what.now, self._length.now, CELLS[at.config.cell]
        where: dict[str, Any] = {"unit": units, "layer": layer, "direction": part, "length": length, "draw": _DRAWN}
        if what == "signal":
            return Hold(at.signal.name, self._at.now, **where)
        if what == "frozen memory":
            if not cell.frozen_by:
                return f"{cell.title} has no memory that a gate freezes: v chooses something else"
            return Hold(freeze=True, start=length // 2, **where)  # frozen from the start, the memory would stay empty
        cut = what.removeprefix("cut ")
        if cut == BY_STATE and not cell.recurrent_blocks:
            return f"{cell.title} has no U: v chooses something else"
        if cut not in ("all", BY_STATE, *cell.carried):
            return f"{cell.title} carries {' and '.join(cell.carried)} only: v chooses something else"
        return Hold(cut=cut, **where)

    def switched_off(self, at: Standing) -> str:
        if isinstance(self.question(at), str):
            return ""
        if self._what.now == "signal":
            words = f"{at.signal.name} := {self._at.now:g}"
        elif self._what.now == "frozen memory":
            words = "memory frozen"
        else:
            what = self._what.now.removeprefix("cut ")
            states = CELLS[at.config.cell].carried if what == "all" else (what,)
            words = ("U h" if what == BY_STATE else " and ".join(f"{state}_t−1" for state in states)) + " := 0"
        return words if self._all.now else f"{words} in unit {at.unit}"

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
            rows.append(muted("where it changed, bits a symbol", room))
            difference = (answer.changed_nats - answer.unchanged_nats)[:SHOWN_SYMBOLS] / BITS
            rows += text_rows(
                answer.symbols[:SHOWN_SYMBOLS], room, np.asarray(difference), low=-MOST_BITS, high=MOST_BITS, first=NOWHERE
            )
            return rows
        rows.append(muted(f"{'bits':>14}  what lost most", room))
        for place in answer.places:
            cost = f"{place.unchanged_nats / BITS:.2f} → {place.changed_nats / BITS:.2f}"
            told = Content.assemble(f"{cost:>14}  ", (visible(place.before), "$text-muted"), f" {visible(place.symbol)}")
            rows.append(cut(told, room))
        return rows


def _continuations(prompt: str, unchanged: str, changed: str, room: Room) -> list[Row]:
    """Side by side where both have room, else one below the other."""
    rows = [Row(Content("")), cut(Content.assemble(("after ", "$text-muted"), visible(prompt[-60:]) or "<s>"), room)]
    wide = room.width >= 70
    width = (room.width - 3) // 2 if wide else room.width
    columns = [
        [title, *chop_cells(visible(text), width)[: 5 if wide else 3]]
        for title, text in (("as it is", unchanged), ("held", changed))
    ]
    if not wide:
        for column in columns:
            rows.append(muted(column[0], room))
            rows += [Row(Content(line)) for line in column[1:]]
        return rows
    for k in range(max(map(len, columns))):
        left, right = (column[k] if k < len(column) else "" for column in columns)
        style = "$text-muted" if k == 0 else ""
        rows.append(Row(Content.assemble((left, style), " " * (width - Content(left).cell_length), " │ ", (right, style))))
    return rows


PAGE = HoldPage
