"""Which unit tracks something: a hypothesis about the text, the units that tell it best, and the chosen one over the text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.insight.hypotheses import HYPOTHESES, form, hypothesis
from tui_rnn.insight.unit_ranking import ProbeScore, UnitScore
from tui_rnn.insight.units import DEFAULT_LENGTH, MOST_LENGTH, Units, UnitsFound
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import bar
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing
from tui_rnn.tui.views.pages.text import unit_rows
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.pieces import Piece, decimal, fit

LISTED = 8
_RANGE = "the selected range"
_MENU = (*(name for name, kind in HYPOTHESES.items() if not kind.argument or kind.may_lack), _RANGE)
_LENGTHS = (DEFAULT_LENGTH, 50_000, MOST_LENGTH)
_BAR_CELLS = 10
_BEFORE_NAMES = 9 + 11 + _BAR_CELLS + 2


class UnitsPage(Page):
    """A hypothesis from the menu or typed, its best units, chance and the linear probe, and the text below."""

    name = "which unit tracks it"
    asks = Units
    typing = ("what may be tracked: quotes, column>40, after:=, regex:PATTERN, label:NAME …", "what may be tracked")
    guide = Help(
        "the units that tell best whether something holds at each character (AUC), or how much of it (Spearman)",
        "chosen on the first half of the text, tested on the second; .50 is a throw of a coin (0 for amounts), 1 tells all; "
        "only what is beyond chance means something; the linear probe knows what all units know together",
        "Enter selects a unit: it is drawn over the text below, and in the map; v has other hypotheses, t takes your own",
    )

    def __init__(self) -> None:
        self._where, self._length, self._one_signal = "vowel", DEFAULT_LENGTH, False
        self._chosen = False  # by a person; until then what the data name is asked first

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (
            ViewSetting("hypothesis", lambda: self._where, self._step_where, "what may be tracked; t takes your own words"),
            ViewSetting("length", lambda: f"{self._length:,}", self._step_length, "characters that are read"),
            ViewSetting(
                "signals", lambda: "the selected" if self._one_signal else "all", self._step_signals, "which are compared"
            ),
        )

    def _step_where(self, by: int) -> None:
        here = _MENU.index(self._where) if self._where in _MENU else -1
        self._where, self._chosen = _MENU[(here + by) % len(_MENU)], True

    def _step_length(self, by: int) -> None:
        self._length = _LENGTHS[(_LENGTHS.index(self._length) + by) % len(_LENGTHS)]

    def _step_signals(self, by: int) -> None:
        self._one_signal = not self._one_signal

    def type(self, text: str) -> str:
        try:
            hypothesis(text)
        except InputError as error:
            return str(error)
        self._where, self._chosen = text, True
        return ""

    def typed(self) -> str:
        return "" if self._where == _RANGE else self._where

    def question(self, at: Standing) -> Units | str:
        if not self._chosen and at.tracks:
            self._where = at.tracks
        where = self._where
        if where == _RANGE:
            if at.range is None:
                return "no range is selected: hold Shift and press ← or →, or drag over the text"
            if at.typed is not None or not at.kind.is_stream:
                return "a range is looked up in the text that validates, and this is another one: ask for passages alike"
            where = f"range:{at.start + at.range[0]}:{at.start + at.range[1] + 1}"
        signal = at.signal.name if self._one_signal else ""
        return Units(where, signal, length=None if self._length == DEFAULT_LENGTH else self._length, listed=LISTED)

    def caption(self, answer: UnitsFound, at: Standing) -> str:
        best = next((one for one in answer.units if one.beyond_chance), None)
        told = f"the best is {best.name}" if best else "no unit is beyond chance"
        return f"{told} · Enter draws a unit over the text · v: other hypotheses · t: your own"

    def rows(self, answer: UnitsFound, at: Standing, room: Room) -> Sequence[Row]:
        chance = answer.units[0].chance
        title = Piece(0, Content.styled(visible(answer.title), "bold"))
        places = Piece(1, Content(f"{answer.positives:,} of {answer.of:,} places"), ": ")
        rows = [
            Row(_menu(self._where).truncate(room.width, ellipsis=True)),
            Row(
                fit([title, places, Piece(2, Content(f"{answer.read} read"), "; ")], room.width).truncate(
                    room.width, ellipsis=True
                )
            ),
            Row(
                Content.styled(
                    f"{answer.measure:<9}{'95%':<11}{'':<{_BAR_CELLS}}  unit".ljust(room.width)[: room.width], "$text-muted"
                )
            ),
        ]
        rows += [self._unit(one, at, room) for one in answer.units]
        rows += [
            Row(self._told(answer.probe, "a linear probe on all states", room)),
            Row(
                Content.assemble(
                    (f"{decimal(chance):<9}", "bold"),
                    f"by chance, the best of {answer.compared:,} in 5%; the probe {decimal(answer.probe.chance)}",
                ).truncate(room.width, ellipsis=True)
            ),
            Row(Content("")),
        ]
        return [*rows, *unit_rows(at, room)]

    def _unit(self, one: UnitScore, at: Standing, room: Room) -> Row:
        layer = f" of layer {one.layer}" if at.config.num_layers > 1 else ""
        high, chance = "high" if one.high else "low", "" if one.beyond_chance else "; not beyond chance"
        told = f"{one.signal} of unit {one.unit}{layer}, {high} there{chance}"
        if len(told) > room.width - _BEFORE_NAMES:
            told = f"{one.signal} {one.unit}{layer}, {high}{chance}"
        content = self._told(one, told, room)
        names = [name for name in (one.direction, f"encoder {one.direction}") if name == at.reading.name]
        reading = names[0] if names else f"encoder {one.direction}" if at.kind.writes_answers else one.direction
        return Row(content, Pick(unit=one.unit, layer=one.layer - 1, signal=one.signal, reading=reading))

    def _told(self, one: UnitScore | ProbeScore, told: str, room: Room) -> Content:
        low, high = one.interval
        share = bar(max(0.0, min(1.0, one.score)), _BAR_CELLS)
        return Content.assemble(
            (f"{decimal(one.score):<9}", "bold"), (f"{decimal(low)}–{decimal(high)}".ljust(11), "$text-muted"),
            (share.ljust(_BAR_CELLS), "$primary"), f"  {told}",
        ).truncate(room.width, ellipsis=True)  # fmt: skip


def _menu(chosen: str) -> Content:
    """The hypotheses that the menu has, and those that are typed; the chosen one in brackets."""
    typed = [form(kind) for kind in HYPOTHESES.values() if kind.argument and not kind.may_lack]
    names = [f"[{name}]" if name == chosen else name for name in _MENU[:-1]]
    if chosen not in _MENU:
        names.insert(0, f"[{visible(chosen)}]")
    return Content.styled(" ".join(["v:", *names, "t:", *typed]), "$text-muted")


PAGE = UnitsPage
