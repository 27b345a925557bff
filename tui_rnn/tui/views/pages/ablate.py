"""What if a unit is off: how much the loss grows without each unit, and what gets worse."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.insight.ablate import Ablate, Ablated, Removal
from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.trace import DIRECTIONS
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.numbers import bar, short
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.view import Help

LENGTHS = (3_000, 12_000, 50_000)
_BAR_CELLS = 8
_CHANCE = "~"  # beside a standard error: chance explains the difference


class AblatePage(Page):
    """The selected unit, then all units, the costliest first."""

    name = "what if it is off"
    asks = Ablate
    guide = Help(
        "the loss on held-out data without a unit: the h of each unit is set to 0 (or to its mean) at every step, one unit at "
        "a time, and the text is read again; and which symbols got worse",
        "+.05 bits: the loss is so much higher without this unit; ± is one standard error of the difference, paired over "
        "blocks of the text; ~ beside it means that chance explains the difference",
        "select the costliest unit with Enter, and look at it over the text: does it track what its removal breaks?",
        "h_t[unit] := 0",
    )

    def __init__(self) -> None:
        self._to, self._length = Cycle("zero", "mean"), Cycle(*LENGTHS)
        self.settings = (
            self._to.setting("set to", "what h is set to: 0, or its mean over the text"),
            self._length.setting("length", "about how many tokens are read", "{:,}".format),
        )

    def question(self, at: Standing) -> Ablate:
        return Ablate(to=self._to.now, length=self._length.now)

    def caption(self, answer: Ablated, at: Standing) -> str:
        return (
            f"{answer.loss_nats / BITS:.3f} bits/{answer.per} over {answer.of:,} with all units · {answer.beyond_chance} of "
            f"{len(answer.units)} beyond chance, ~ is not · Enter goes to a unit · v: set to"
        )

    def rows(self, answer: Ablated, at: Standing, room: Room) -> Sequence[Row]:
        here = (at.layer + 1, at.unit, at.reading.name)
        rows = [_head(at, room)]
        for rank, one in enumerate(answer.units, start=1):
            if (one.layer, one.unit, one.direction) == here:
                rows.append(cut(Content.assemble(("selected: ", "$text-muted"), f"rank {rank} of {len(answer.units)}"), room))
                rows.append(_row(rank, one, answer, at, room))
                rows.append(Row(Content("")))
        rows += [_row(rank, one, answer, at, room) for rank, one in enumerate(answer.units, start=1)]
        return rows


def _head(at: Standing, room: Room) -> Row:
    head = f"{'rank':>4}  {'unit':>{_width(at)}}  {'bits more':>9}  {'±':<7} {'':<{_BAR_CELLS}}  breaks"
    return muted(head, room)


def _width(at: Standing) -> int:
    longest = f"encoder {DIRECTIONS[-1]}" if at.kind.writes_answers else DIRECTIONS[-1]
    return len(_name(Removal(1, longest, 0, 0, 0, ()), at))


def _tells_direction(at: Standing) -> bool:
    return at.config.bidirectional or at.kind.writes_answers


def _name(one: Removal, at: Standing) -> str:
    """'76'; with several layers '2: 76', with two directions 'backward 2: 76'."""
    unit = f"{one.unit:>4}"
    if at.config.num_layers > 1:
        unit = f"{one.layer}:{unit}"
    return f"{one.direction} {unit}" if _tells_direction(at) else unit


def _row(rank: int, one: Removal, answer: Ablated, at: Standing, room: Room) -> Row:
    share = bar(max(0.0, one.added_nats / max(answer.units[0].added_nats, 1e-9)), _BAR_CELLS)
    chance = one.added_nats <= answer.chance * one.standard_error
    breaks = ", ".join(f"{short(broken.symbol)} {broken.added_nats / BITS:+.2f}" for broken in one.breaks)
    told = Content.assemble(
        f"{rank:>4}  {_name(one, at):>{_width(at)}}  {one.added_nats / BITS:+9.4f}  {one.standard_error / BITS:.4f}",
        f"{_CHANCE if chance else ' '} {share:<{_BAR_CELLS}}  ",
        (breaks, "$text-muted" if chance else "bold"),
    )
    pick = Pick(unit=one.unit, layer=one.layer - 1, reading=one.direction if _tells_direction(at) else None)
    return cut(told, room, pick)


PAGE = AblatePage
