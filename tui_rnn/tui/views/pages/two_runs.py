"""Two runs over the same text: where one expects more of it than the other, by kind of place and place by place."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.insight.blocks import BLOCK
from tui_rnn.insight.surprise import CONTEXT, Surprise, Surprised
from tui_rnn.insight.surprise_compared import BEYOND_CHANCE, Category, SurpriseCompared, compared
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.numbers import short
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut
from tui_rnn.tui.views.view import Help

_LENGTHS = (2000, 6000, 12_000, 48_000)
_NAME_CELLS = 30


class TwoRunsPage(Page):
    """A table of the kinds of places, then the places where each run is ahead most."""

    name = "two runs compared"
    asks = Surprise
    compares = True
    guide = Help(
        "what the same text costs this run and the next one, in bits, by kind of place: after a space, within a word, in "
        "quotes, by distance to the last line end; and the places where one is ahead of the other most",
        f"a minus means that this run pays less; ± is one paired standard error over blocks of {BLOCK} symbols; a star marks "
        f"differences beyond {BEYOND_CHANCE:.0f} of them, which two alike networks seldom have",
        "compare an LSTM with an Elman network late in long words, and inside quotes",
        "log2 p_other(w_t+1) − log2 p_this(w_t+1)",
    )

    def __init__(self) -> None:
        self._length = 12_000

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return (ViewSetting("length", lambda: f"{self._length:,}", self._step, "symbols of a running text, from its start"),)

    def _step(self, by: int) -> None:
        self._length = _LENGTHS[(_LENGTHS.index(self._length) + by) % len(_LENGTHS)]

    def question(self, at: Standing) -> Surprise:
        return Surprise(at.typed, length=self._length, example=at.example, places=100)

    def caption(self, answer: Surprised, at: Standing) -> str:
        if not at.others:
            return "another run is needed: add one with a in Train"
        which = f"this run − run {at.others[0].number}"
        return f"{which}, bits: a minus is ahead · * beyond {BEYOND_CHANCE:.0f} standard errors · Enter goes there"

    def rows(self, answer: Surprised, at: Standing, room: Room) -> Sequence[Row]:
        other = next((one for one in at.others if isinstance(one.answer, Surprised)), None)
        if other is None or not isinstance(other.answer, Surprised):
            return [Row(Content("Another run of a language model is asked, as soon as there is one."))]
        try:
            found = compared((other.answer, answer))
        except InputError as error:
            return [cut(Content(visible(str(error))), room)]
        head = f"{'':<{_NAME_CELLS}}{'count':>8}{'this':>8}{f'run {other.number}':>8}  this − run {other.number}"
        rows = [cut(Content.styled(head, "$text-muted"), room), *(cut(_category(one), room) for one in found.categories)]
        for title, places in (
            ("this run is ahead most", found.second_better),
            ("the other one is ahead most", found.first_better),
        ):
            rows.append(cut(Content.styled(title, "$text-muted"), room))
            rows += [_place(found, place, at, room) for place in places.tolist()]
        return rows


def _category(one: Category) -> Content:
    told = f"{one.name:<{_NAME_CELLS}}{one.count:>8,}{one.second_bits:>8.3f}{one.first_bits:>8.3f}  "
    difference = f"{one.difference_bits:+.3f}".replace("-", "−")
    style = ("$text-success" if one.difference_bits < 0 else "$text-warning") if one.beyond_chance else "$text-muted"
    return Content.assemble(told, (f"{difference} ± {one.standard_error_bits:.3f}{' *' if one.beyond_chance else ''}", style))


def _place(found: SurpriseCompared, place: int, at: Standing, room: Room) -> Row:
    before = visible("".join(found.symbols[max(0, place - CONTEXT) : place]))
    difference = f"{found.difference_bits[place]:+.2f}".replace("-", "−")
    told = Content.assemble(
        f"{place + 1:>6}  {difference:>6}  ", (before.rjust(CONTEXT), "$text-muted"), " ", (short(found.symbols[place]), "bold")
    )
    return cut(told, room, at.pick_of(place))


PAGE = TwoRunsPage
