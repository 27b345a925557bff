"""Which unit tracks something: a hypothesis about the text, its best units, and the selected unit over the text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.insight.hypotheses import HYPOTHESES, form, hypothesis
from tui_rnn.insight.unit_ranking import ProbeScore, UnitScore
from tui_rnn.insight.units import DEFAULT_LENGTH, MOST_LENGTH, Units, UnitsFound
from tui_rnn.tui.settings import Cycle, ViewSetting
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import ENCODER, Page, Pick, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.text import unit_rows
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.pieces import Piece, decimal, fit

LISTED = 8
_RANGE = "the selected range"
_MENU = (*(name for name, kind in HYPOTHESES.items() if not kind.argument or kind.may_lack), _RANGE)
_BAR_CELLS = 10
_BEFORE_NAMES = 9 + 11 + _BAR_CELLS + 2


class UnitsPage(Page):
    """A hypothesis from the menu or typed, its best units, chance and the linear probe, and the text below."""

    name = "which unit tracks it"
    asks = Units
    typing = ("what may be tracked: quotes, column>40, after:=, regex:PATTERN, label:NAME …", "what may be tracked")
    guide = Help(
        "the units that tell best whether something holds at each character (AUC), or how much of it there is (Spearman)",
        "chosen on the first half of the text, tested on the second; .50 is a throw of a coin (0 for amounts), 1 is always "
        "right; only scores beyond chance mean something; the linear probe knows what all units know together",
        "Enter selects a unit: the text below shows it, and so does the map; v has other hypotheses, t takes your own",
    )

    def __init__(self) -> None:
        self._where, self._chosen = Cycle(*_MENU, start="vowel"), False  # by a person; until then the data say it
        self._length, self._one_signal = Cycle(DEFAULT_LENGTH, 50_000, MOST_LENGTH), Cycle(False, True)
        help = "a unit may track this; t takes your own words"
        self.settings = (
            ViewSetting("hypothesis", lambda: self._where.now, self._step_where, help),
            self._length.setting("length", "characters that are read", "{:,}".format),
            self._one_signal.setting("signals", "which are compared", lambda one: "the selected" if one else "all"),
        )

    def _step_where(self, by: int) -> None:
        self._where.step(by)
        self._chosen = True

    def type(self, text: str) -> str:
        try:
            hypothesis(text)
        except InputError as error:
            return str(error)
        self._where.now, self._chosen = text, True
        return ""

    def typed(self) -> str:
        return "" if self._where.now == _RANGE else self._where.now

    def question(self, at: Standing) -> Units | str:
        if not self._chosen and at.tracks:
            self._where.now = at.tracks
        where = self._where.now
        if where == _RANGE:
            if at.range is None:
                return "no range is selected: hold Shift and press ← or →, or drag over the text"
            if at.typed is not None or not at.kind.is_stream:
                return "a range is looked up in the validation part, and this is another text: ask for passages alike"
            where = f"range:{at.start + at.range[0]}:{at.start + at.range[1] + 1}"
        signal, length = at.signal.name if self._one_signal.now else "", self._length.now
        return Units(where, signal, length=None if length == DEFAULT_LENGTH else length, listed=LISTED)

    def caption(self, answer: UnitsFound, at: Standing) -> str:
        best = next((one for one in answer.units if one.beyond_chance), None)
        told = f"the best is {best.name}" if best else "no unit is beyond chance"
        return f"{told} · Enter draws a unit over the text · v: other hypotheses · t: your own"

    def rows(self, answer: UnitsFound, at: Standing, room: Room) -> Sequence[Row]:
        chance = answer.units[0].chance
        title = Piece(0, Content.styled(visible(answer.title), "bold"))
        places = Piece(1, Content(f"{answer.positives:,} of {answer.of:,} places"), ": ")
        by_chance = f"by chance, the best of {answer.compared:,} in 5%; the probe {decimal(answer.probe.chance)}"
        return [
            muted(_menu(self._where.now), room),
            cut(fit([title, places, Piece(2, Content(f"{answer.read} read"), "; ")], room.width), room),
            muted(f"{answer.measure:<9}{'95%':<11}{'':<{_BAR_CELLS}}  unit", room),
            *(self._unit(one, at, room) for one in answer.units),
            self._told(answer.probe, "a linear probe on all states", room),
            cut(Content.assemble((f"{decimal(chance):<9}", "bold"), by_chance), room),
            Row(Content("")),
            *unit_rows(at, room),
        ]

    def _unit(self, one: UnitScore, at: Standing, room: Room) -> Row:
        layer = f" of layer {one.layer}" if at.config.num_layers > 1 else ""
        high, chance = "high" if one.high else "low", "" if one.beyond_chance else "; not beyond chance"
        told = f"{one.signal} of unit {one.unit}{layer}, {high} there{chance}"
        if len(told) > room.width - _BEFORE_NAMES:
            told = f"{one.signal} {one.unit}{layer}, {high}{chance}"
        reading = f"{ENCODER}{one.direction}" if at.kind.writes_answers else one.direction
        return self._told(one, told, room, Pick(unit=one.unit, layer=one.layer - 1, signal=one.signal, reading=reading))

    def _told(self, one: UnitScore | ProbeScore, told: str, room: Room, pick: Pick | None = None) -> Row:
        low, high = one.interval
        share = bar(max(0.0, min(1.0, one.score)), _BAR_CELLS)
        content = Content.assemble(
            (f"{decimal(one.score):<9}", "bold"), (f"{decimal(low)}–{decimal(high)}".ljust(11), "$text-muted"),
            (share.ljust(_BAR_CELLS), "$primary"), f"  {told}",
        )  # fmt: skip
        return cut(content, room, pick)


def _menu(chosen: str) -> str:
    """The hypotheses of the menu, and the forms of typed ones; the chosen one in brackets."""
    typed = [form(kind) for kind in HYPOTHESES.values() if kind.argument and not kind.may_lack]
    names = [f"[{name}]" if name == chosen else name for name in _MENU[:-1]]
    if chosen not in _MENU:
        names.insert(0, f"[{visible(chosen)}]")
    return " ".join(["v:", *names, "t:", *typed])


PAGE = UnitsPage
