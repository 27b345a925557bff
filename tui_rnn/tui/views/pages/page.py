"""What a page is: a question put to the weights that Inspect looks at, and how its answer is drawn and chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from tui_rnn.cell_facts import Signal
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
ENCODER = "encoder "
"""Before the direction in the name of a reading of an encoder-decoder."""
DECODER_WRITES = "the decoder writes texts of its own: Tab goes to the map, where , and . turn to the encoder"


@dataclass(frozen=True, eq=False)
class Other:
    """Another run's answer to the same question, by its newest weights. number: of the run's key."""

    number: int
    name: str
    answer: Answer


@dataclass(frozen=True, eq=False)
class Standing:
    """The selection, and the weights that a person looks at.

    step: of the weights; every answer is about these. moments: the steps of the run's past that can be asked, too. trace: what
    the map shows. typed: the text that a person gave to read; None: the validation part, or its `example` where it has
    examples. reading: the direction or part that is looked at, with its symbols and signals. position: among its symbols.
    layer: from 0. unit: of the layer. range: the first and the last selected symbol, None: no range is selected. number: of
    the run's key. others: the answers of other runs so far, for a page that compares; others_asked: whether more will come.
    tracks: the hypothesis of a built-in corpus, "": it has none.
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
        """The symbols that the reading read or wrote."""
        return self.reading.symbols

    @property
    def direction(self) -> str:
        """'forward' or 'backward', also of an encoder; 'decoder'."""
        return self.reading.name.removeprefix(ENCODER)

    @property
    def decodes(self) -> bool:
        """Whether the decoder wrote the symbols."""
        return self.reading.name == "decoder"

    @property
    def start(self) -> int:
        """The place of the map's first symbol in the validation part."""
        return self.trace.start

    @property
    def place(self) -> int:
        """The cursor's place in the whole validation part, or in the typed text."""
        return self.start + self.position

    @property
    def range_in_all(self) -> Range | None:
        """The selected range, counted as `place` is."""
        return None if self.range is None else (self.start + self.range[0], self.start + self.range[1])

    @property
    def text(self) -> str | None:
        """The text that the map reads; None: the validation part from its beginning."""
        return self.trace.text if self.typed is None and self.start else self.typed

    def pick_of(self, place: int) -> Pick | None:
        """Selects a place in the whole validation part, or in the typed text. None: the map can't show it."""
        position = place - self.start
        reaches = self.typed is None and self.kind.is_stream
        return Pick(position=position) if reaches or 0 <= position < len(self.symbols) else None

    @property
    def whole_text(self) -> str:
        """The text that the map reads, typed or not; of a running text the beginning."""
        return self.trace.text


@dataclass(frozen=True)
class Room:
    """The cells that a page can draw in, and the colours there."""

    width: int
    height: int
    paint: Paint


@dataclass(frozen=True)
class Pick:
    """What a chosen row selects; None changes nothing. position: among the symbols of the map; outside of them, the map reads
    the text there. layer: from 0. range: first and last symbol."""

    position: int | None = None
    unit: int | None = None
    layer: int | None = None
    signal: str | None = None
    reading: str | None = None
    range: Range | None = None


@dataclass(frozen=True)
class Row:
    """A line of a page. pick: what Enter or a click on it selects. places: the symbol in each cell, -1 for none: a click goes
    to it, and dragging selects a range. Foreign text must have gone through display.visible."""

    content: Content | Line
    pick: Pick | None = None
    places: Sequence[int] = ()


def cut(content: Content, room: Room, pick: Pick | None = None) -> Row:
    """One row; what has no room is cut off."""
    return Row(content.truncate(room.width, ellipsis=True), pick)


def muted(text: str, room: Room) -> Row:
    """One row of safe text that stands back."""
    return cut(Content.styled(text, "$text-muted"), room)


def wrapped(content: Content, room: Room, pick: Pick | None = None, indent: int | None = None) -> list[Row]:
    """As many rows as the content needs; those after the first are indented, by 2 more cells than the first by default."""
    if content.cell_length <= room.width:
        return [Row(content, pick)]
    own = len(content.plain) - len(content.plain.lstrip()) + 2
    indent = min(own if indent is None else indent, room.width // 2)
    first, *_ = content.wrap(room.width)
    rest = content[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    lines = rest.wrap(room.width - indent)
    return [Row(one, pick) for one in (first.rstrip(), *(Content.assemble(" " * indent, line) for line in lines))]


class Page:
    """One question and its view. A subclass says name, guide and asks, and draws; the rest has defaults.

    name: in tabs, lists and the title. guide: its help. asks: the class of its question; None: it draws what the map shows.
    compares: whether the other runs are asked the same. settings: its menu. typing: what a person can type for it, in fewer and
    fewer words; (): nothing.
    """

    name: str
    guide: Help
    asks: type[Question[Any]] | None = None
    typing: Sequence[str] = ()
    compares: bool = False
    settings: Sequence[ViewSetting] = ()

    def question(self, at: Standing) -> Question[Any] | str | None:
        """The question there; or one line on why nothing can be asked; None for a page that asks nothing. The page asks again
        when this is another question, so it should hold only what the answer depends on. It is never called for kinds that the
        registry excludes."""
        raise NotImplementedError

    def rows(self, answer: Any, at: Standing, room: Room) -> Sequence[Row]:
        """The answer in rows of at most room.width cells; more rows than room.height are scrolled. It is pure: every change of
        the selection calls it. answer: None where the page asks nothing."""
        raise NotImplementedError

    def caption(self, answer: Any, at: Standing) -> str:
        """One line: what the rows show, and what to try next."""
        return self.guide.to_try

    def switched_off(self, at: Standing) -> str:
        """What is held or off in the network on this page, in a few words; "": nothing."""
        return ""

    def type(self, text: str) -> str:
        """Take what a person typed. Returns one line on why it can't be used, or ""."""
        return ""

    def typed(self) -> str:
        """What a person typed last, to be edited."""
        return ""
