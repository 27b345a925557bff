"""What a page is: a question put to the weights that Inspect looks at, and how its answer is drawn and chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from tui_rnn.cells import Signal
from tui_rnn.config import RunConfig
from tui_rnn.insight.answers import Reading
from tui_rnn.insight.question import Answer, Question
from tui_rnn.insight.trace import Traced
from tui_rnn.kinds import Kind
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.page import Line

Range = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Other:
    """What another run answered to the same question, of its newest weights. number: of its key."""

    number: int
    name: str
    answer: Answer


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a person stands: what is selected, and the weights that are looked at.

    step: of the weights; every answer is about these. moments: the steps of the run's past that can be asked, too. trace: what
    the map shows. typed: the text that a person gave to read; None: what validates, of which `example` is meant where there
    are examples. reading: the direction or part that is looked at, with its symbols and signals. position: among its symbols.
    layer: from 0. unit: of the layer. range: the first and the last selected symbol, None where none are. number: of the
    run's key. others: what other runs answered so far, for a page that compares; others_asked: some are still asked. tracks:
    the hypothesis that comes with a built-in corpus, "" where none does.
    """

    kind: Kind
    run_id: int
    run_name: str
    config: RunConfig
    step: int
    moments: tuple[int, ...]
    trace: Traced
    typed: str | None
    example: int
    reading: Reading
    position: int
    layer: int
    signal: Signal
    unit: int
    range: Range | None = None
    number: int = 1
    others: tuple[Other, ...] = ()
    others_asked: bool = False
    tracks: str = ""

    @property
    def symbols(self) -> tuple[str, ...]:
        """What the reading read or wrote."""
        return self.reading.symbols

    @property
    def start(self) -> int:
        """Which symbol of a running text that validates is the first one of the map."""
        return self.trace.start

    @property
    def place(self) -> int:
        """The cursor's place in all that validates, or in what was typed."""
        return self.start + self.position

    @property
    def range_in_all(self) -> Range | None:
        """The selected range, counted as `place` is."""
        return None if self.range is None else (self.start + self.range[0], self.start + self.range[1])

    @property
    def text(self) -> str | None:
        """What the map reads; None where it is what validates, from its beginning."""
        return self.trace.text if self.typed is None and self.start else self.typed

    def pick_of(self, place: int) -> Pick | None:
        """Selects a place of all that validates, or of what was typed. None: the map can't show it."""
        position = place - self.start
        reaches = self.typed is None and self.kind.is_stream
        return Pick(position=position) if reaches or 0 <= position < len(self.symbols) else None

    @property
    def whole_text(self) -> str:
        """The text that the map reads, typed or not: of a running text its beginning."""
        return self.trace.text


@dataclass(frozen=True)
class Room:
    """The cells that a page has to draw in, and how colours are shown there."""

    width: int
    height: int
    paint: Paint


@dataclass(frozen=True)
class Pick:
    """What becomes selected when a row is chosen; None leaves it as it is. position: among the symbols of the map; where it
    lies outside, the map reads on from there. layer: from 0. range: first and last symbol."""

    position: int | None = None
    unit: int | None = None
    layer: int | None = None
    signal: str | None = None
    reading: str | None = None
    range: Range | None = None


@dataclass(frozen=True)
class Row:
    """A line of a page. pick: what Enter or a click on it selects. places: the symbol that stands in each cell, -1 for none: a
    click there goes to it, and dragging over some selects a range. Foreign text must have gone through display.visible."""

    content: Content | Line
    pick: Pick | None = None
    places: Sequence[int] = ()


def cut(content: Content, room: Room, pick: Pick | None = None) -> Row:
    """A row of this, as much of it as there is room for."""
    return Row(content.truncate(room.width, ellipsis=True), pick)


def wrapped(content: Content, room: Room, pick: Pick | None = None) -> list[Row]:
    """Rows of this, as many as it takes; what does not fit into the first stands indented below it."""
    if content.cell_length <= room.width:
        return [Row(content, pick)]
    indent = min(len(content.plain) - len(content.plain.lstrip()) + 2, room.width // 2)
    first, *_ = content.wrap(room.width)
    rest = content[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    lines = rest.wrap(room.width - indent)
    return [Row(one, pick) for one in (first.rstrip(), *(Content.assemble(" " * indent, line) for line in lines))]


class Page:
    """One question and its view. A subclass says name, guide and asks, and draws; the rest has defaults.

    name: in tabs, lists and the title. guide: its help. asks: the class of its question; None: it draws what the map shows.
    compares: the other runs are asked the same. settings: its menu.
    typing: what can be typed for it, in ever fewer words; without, nothing.
    """

    name: str
    guide: Help
    asks: type[Question[Any]] | None = None
    typing: Sequence[str] = ()
    compares: bool = False

    @property
    def settings(self) -> Sequence[ViewSetting]:
        return ()

    def question(self, at: Standing) -> Question[Any] | str | None:
        """What is asked there; or why nothing can be, in one line; None for a page that asks nothing. It is asked again when it
        becomes another question: let it hold only what the answer depends on. Kinds that the registry excludes never come
        here."""
        raise NotImplementedError

    def rows(self, answer: Any, at: Standing, room: Room) -> Sequence[Row]:
        """The answer in rows of at most room.width cells; more rows than room.height are scrolled. Pure: it is called at every
        change of the selection. answer: None where nothing is asked."""
        raise NotImplementedError

    def caption(self, answer: Any, at: Standing) -> str:
        """In one line: what is seen, and what to try next."""
        return self.guide.to_try

    def switched_off(self, at: Standing) -> str:
        """What is held or off in the network that the page shows, in a few words; "" where nothing is."""
        return ""

    def type(self, text: str) -> str:
        """Take what a person typed; why not, in one line, where it can't be used."""
        return ""

    def typed(self) -> str:
        """What a person typed last, to go on from."""
        return ""


Found = Answer | None
