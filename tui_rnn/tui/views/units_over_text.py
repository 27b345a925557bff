"""A signal of a layer over the text: of every unit as a heatmap, or of one unit as the colour of the text."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from tui_rnn.tui.views import gates_captions
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.over_text import OverText
from tui_rnn.tui.widgets.heatmap import HeatMap
from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.pieces import Piece

_WIDEST = 10  # cells of a column when the text is short


class UnitsOverText(Container):
    """Draws what the focus looks at, in one of the two ways. All methods but `clear` need a trace."""

    DEFAULT_CSS = """
    UnitsOverText { height: 1fr; }
    UnitsOverText > OverText, UnitsOverText.over-text > HeatMap { display: none; }
    UnitsOverText.over-text > OverText { display: block; }
    """

    def __init__(self, focus: Focus) -> None:
        super().__init__()
        self._focus = focus
        self._map, self._text = HeatMap(), OverText()

    def compose(self) -> ComposeResult:
        yield from (self._map, self._text)

    @property
    def over_text(self) -> bool:
        """Whether it shows one unit over the text, not the heatmap."""
        return self.has_class("over-text")

    @over_text.setter
    def over_text(self, over: bool) -> None:
        self.set_class(over, "over-text")

    @property
    def is_seen(self) -> bool:
        """Whether it has its room."""
        return bool((self._text if self.over_text else self._map).size.width)

    @property
    def room(self) -> int:
        """How many characters of one cell have room."""
        return self._text.room if self.over_text else self._map.columns

    @property
    def rows_of_a_page(self) -> int:
        return 1 if self.over_text else len(self._map.rows_in_view)

    @property
    def in_view(self) -> list[Piece]:
        """Which units are in view, in words."""
        if self.over_text:
            return gates_captions.text_in_view(self._focus, self._text.layer_count)
        return gates_captions.map_in_view(self._focus, self._map.rows_in_view, self._map.characters_in_view)

    def clear(self) -> None:
        """There is no trace."""
        self._map.show(None, (0, 0))

    def draw(self) -> None:
        """Show what the focus looks at now."""
        focus, signal, limit = self._focus, self._focus.signal, self._focus.limit
        if self.over_text:
            self._text.show_units(focus)
            return
        unknown, order = frozenset(focus.unknown), focus.rows
        picture = Picture(
            focus.letters, unknown, focus.values, order, signal.colours, signal.map_low * limit, limit, widest=_WIDEST
        )
        self._map.show(picture, focus.cell)

    def point(self, *, reveal: bool) -> None:
        """The cursor or the mouse moved: show it there, and with `reveal` bring it into view."""
        if not self.over_text:
            self._map.point(self._focus.cell, reveal=reveal)
            return
        self._text.show_units(self._focus)
        if reveal:
            self._text.reveal_character(self._focus.place[0])

    def scroll_to_first_row(self) -> None:
        self._map.scroll_to_first_row()
