"""Two runs over the same text: what it costs each of them, by kind of place and place by place."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.insight.blocks import BLOCK
from tui_rnn.insight.surprise import Surprise, Surprised
from tui_rnn.insight.surprise_compared import BEYOND_CHANCE, Category, compared
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.pages.surprise import place_row
from tui_rnn.tui.views.view import Help

_NAME_CELLS = 30


class TwoRunsPage(Page):
    """A table of the kinds of places, then the places with the largest difference for each run."""

    name = "two runs compared"
    asks = Surprise
    compares = True
    guide = Help(
        "what the same text costs this run and the next one, in bits, by kind of place: after a space, within a word, in "
        "quotes, by distance to the last line end; and the places where each run is ahead most",
        f"a minus means that this run pays less; ± is one paired standard error over blocks of {BLOCK} symbols; a star marks "
        f"a difference beyond {BEYOND_CHANCE:.0f} of them: networks that are equally good seldom have one",
        "compare an LSTM with an Elman network late in long words, and inside quotes",
        "log2 p_other(w_t+1) − log2 p_this(w_t+1)",
    )

    def __init__(self) -> None:
        self._length = Cycle(2000, 6000, 12_000, 48_000, start=12_000)
        self.settings = (self._length.setting("length", "symbols of a running text, from its start", "{:,}".format),)

    def question(self, at: Standing) -> Surprise:
        return Surprise(at.typed, length=self._length.now, example=at.example, places=100)

    def caption(self, answer: Surprised, at: Standing) -> str:
        if not at.others:
            return "another run is needed: add one with a in Train"
        which = f"this run − run {at.others[0].number}"
        return f"{which}, bits: a minus is ahead · * beyond {BEYOND_CHANCE:.0f} standard errors · Enter goes there"

    def rows(self, answer: Surprised, at: Standing, room: Room) -> Sequence[Row]:
        other = next((one for one in at.others if isinstance(one.answer, Surprised)), None)
        if other is None or not isinstance(other.answer, Surprised):
            return [cut(Content("This page asks another run of a language model as soon as there is one."), room)]
        try:
            found = compared((other.answer, answer))
        except InputError as error:
            return [cut(Content(visible(str(error))), room)]
        head = f"{'':<{_NAME_CELLS}}{'count':>8}{'this':>8}{f'run {other.number}':>8}  this − run {other.number}"
        rows = [muted(head, room), *(cut(_category(one), room) for one in found.categories)]
        for title, places in (
            ("this run is ahead most", found.second_better),
            ("the other one is ahead most", found.first_better),
        ):
            rows.append(muted(title, room))
            for place in places.tolist():
                difference = f"{found.difference_bits[place]:+.2f}".replace("-", "−")
                rows.append(place_row(place, f"{difference:>6}", found.symbols, at, room))
        return rows


def _category(one: Category) -> Content:
    told = f"{one.name:<{_NAME_CELLS}}{one.count:>8,}{one.second_bits:>8.3f}{one.first_bits:>8.3f}  "
    difference = f"{one.difference_bits:+.3f}".replace("-", "−")
    style = ("$text-success" if one.difference_bits < 0 else "$text-warning") if one.beyond_chance else "$text-muted"
    return Content.assemble(told, (f"{difference} ± {one.standard_error_bits:.3f}{' *' if one.beyond_chance else ''}", style))


PAGE = TwoRunsPage
