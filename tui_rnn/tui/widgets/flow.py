"""Text in several lines, each character with a style of its own: samples, and one unit over the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from tui_rnn.display import SPACE, cells, glyph, visible
from tui_rnn.tui.colours import paint_of
from tui_rnn.tui.widgets.scrolled import Scrolled

Stretch = tuple[int, int]  # the characters [start, end) of one line
LONGEST_SYMBOL = 12  # characters of a word that are shown
START, END = "<s>", "</s>"  # the beginning of an item, and the end of an item or a target


@dataclass(frozen=True)
class Letters:
    """A text ready to be shown: the form of each character, its cells, and whether it ends a line."""

    shown: tuple[str, ...]
    widths: tuple[int, ...]
    ends_line: tuple[bool, ...]

    @classmethod
    def apart(cls, text: str) -> Letters:
        """Each character in cells of its own, with visible newlines and spaces: for characters with a value each."""
        return cls.of_symbols(tuple(text))

    @classmethod
    def of_symbols(cls, symbols: Sequence[str]) -> Letters:
        """Each symbol in cells of its own: characters as in `apart`; words as a whole, with spaces between."""
        if are_characters(symbols):
            widths = tuple(cells(symbol) if len(symbol) == 1 else len(symbol) for symbol in symbols)
            shown = tuple(glyph(symbol, w) if len(symbol) == 1 else symbol for symbol, w in zip(symbols, widths, strict=True))
            return cls(shown, widths, tuple(symbol == "\n" for symbol in symbols))
        shown = tuple("".join(glyph(ch, cells(ch)) for ch in symbol[:LONGEST_SYMBOL]) + " " for symbol in symbols)
        return cls(shown, tuple(map(cell_len, shown)), tuple(symbol == "\n" for symbol in symbols))

    @classmethod
    def of_pieces(cls, pieces: Sequence[str]) -> Letters:
        """Words and what is between them, to be read as one text, with visible line ends."""
        shown = tuple(map(visible, pieces))
        return cls(shown, tuple(map(cell_len, shown)), tuple(piece.endswith("\n") for piece in pieces))

    @property
    def unmarked(self) -> Letters:
        """The same with blank spaces: for letters on a coloured ground, which shows the spaces."""
        return replace(self, shown=tuple(" " if form == SPACE else form for form in self.shown))

    @classmethod
    def running(cls, text: str) -> Letters:
        """To be read: accents are on their letters, and a newline ends its line with one empty cell."""
        shown = tuple(" " if ch == "\n" else form for ch, form in zip(text, visible(text), strict=True))
        return cls(shown, tuple(cell_len(form) for form in shown), tuple(ch == "\n" for ch in text))

    def wrap(self, width: int) -> list[Stretch]:
        """The lines of the text in `width` cells. A line breaks after a space; without one, anywhere."""
        lines: list[Stretch] = []
        start = used = 0
        space = -1  # after the last space of this line: where it may break
        for at, w in enumerate(self.widths):
            while used + w > max(width, 2) and at > start and not (w == 0 or self.ends_line[at]):
                cut = space if space > start else at
                lines.append((start, cut))
                start, used, space = cut, sum(self.widths[cut:at]), -1
            used += w
            if self.ends_line[at]:
                lines.append((start, at + 1))
                start, used, space = at + 1, 0, -1
            elif self.shown[at] in (" ", SPACE):
                space = at + 1
        if start < len(self.widths) or not lines:
            lines.append((start, len(self.widths)))
        return lines


def are_characters(symbols: Sequence[str]) -> bool:
    """Whether these are characters and not words, apart from <s> and </s>."""
    return all(len(symbol) == 1 or symbol in (START, END) for symbol in symbols)


def tokens_of(symbols: Sequence[str]) -> str:
    """'characters' or 'words'."""
    return "characters" if are_characters(symbols) else "words"


def segments(shown: Sequence[str], codes: Sequence[int], style_of: Callable[[int], Style]) -> list[Segment]:
    """Pieces of text with a code each, neighbours of the same code joined into one segment."""
    return [
        Segment("".join(text for text, _ in run), style_of(code))
        for code, run in groupby(zip(shown, codes, strict=True), key=lambda pair: pair[1])
    ]


@dataclass(frozen=True)
class Colouring:
    """One way to style the letters: a code for each character. under: marks for a line below each line."""

    codes: Sequence[int]
    label: str = ""
    under: Sequence[tuple[str, Style]] = ()


@dataclass
class _Page:
    """What the view paints: the same lines for every layer, and an empty line between two layers."""

    letters: Letters = field(default_factory=lambda: Letters((), (), ()))
    layers: tuple[Colouring, ...] = ()
    style_of: Callable[[int], Style] = lambda code: Style()


class FlowView(Scrolled[Stretch]):
    """Paints letters in the styles of one or more layers, one below the other, and scrolls if they have no room."""

    def __init__(self) -> None:
        super().__init__()
        self._page = _Page()
        self._wrapped: tuple[Letters, int] | None = None

    def paint(self, letters: Letters, layers: Iterable[Colouring], style_of: Callable[[int], Style]) -> None:
        """Show these letters; `style_of` maps the layers' codes to styles."""
        self._page = _Page(letters, tuple(layers), style_of)
        self._measure()
        self.refresh()

    def reveal_character(self, at: int) -> None:
        """Bring the character's line of the first layer into view."""
        top = max(0, bisect_right(self.lines, at, key=lambda span: span[0]) - 1) * self._line_height
        self.reveal(range(top, top + self._line_height))

    @property
    def layer_count(self) -> int:
        return len(self._page.layers)

    @property
    def gutter_cells(self) -> int:
        """Cells left of the text, for the layers' labels."""
        return max((cell_len(layer.label) for layer in self._page.layers), default=-1) + 1 if self._labelled else 0

    @property
    def _labelled(self) -> bool:
        return any(layer.label for layer in self._page.layers)

    @property
    def _line_height(self) -> int:
        return 2 if any(layer.under for layer in self._page.layers) else 1

    @property
    def _layer_height(self) -> int:
        return len(self.lines) * self._line_height + 1

    def _measure(self) -> None:
        page, width = self._page, self.size.width - self.gutter_cells
        if self._wrapped != (page.letters, width):
            self.lines = tuple(page.letters.wrap(width - 1))  # one cell stays free for the newline at a line's end
            self._wrapped = (page.letters, width)
        self.virtual_size = Size(self.size.width, max(0, len(page.layers) * self._layer_height - 1))

    def on_resize(self) -> None:
        self._measure()

    def layers_that_fit(self, letters: Letters, gutter: int, under: bool) -> int:
        """How many layers of this text have room at once, at least one."""
        lines = len(letters.wrap(self.size.width - gutter - 1)) * (2 if under else 1)
        return max(1, (self.size.height + 1) // (lines + 1))

    # ------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width, page = self.size.width, self._page
        number, within = divmod(y + self.scroll_offset.y, self._layer_height)
        line, below = divmod(within, self._line_height)
        if number >= len(page.layers) or line >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        layer, (start, end) = page.layers[number], self.lines[line]
        gutter = self.gutter_cells
        label = layer.label if line == 0 and not below else ""
        row = [Segment(label.rjust(gutter - 1) + " ", paint_of(self.app).quiet)] if gutter else []
        if below:
            row.extend(Segment(mark, style) for mark, style in layer.under[start:end])
        else:
            row.extend(segments(page.letters.shown[start:end], layer.codes[start:end], page.style_of))
        return Strip(row).adjust_cell_length(width, Style()).apply_style(self.rich_style)

    # ------------------------------------------------------------- the mouse

    def _character_at(self, x: int, y: int) -> tuple[int, int] | None:
        """(character, layer) under a cell of the visible part."""
        number, within = divmod(y + self.scroll_offset.y, self._layer_height)
        line, column = within // self._line_height, x - self.gutter_cells
        if number >= len(self._page.layers) or line >= len(self.lines) or column < 0:
            return None
        start, end = self.lines[line]
        at = start + bisect_right(list(accumulate(self._page.letters.widths[start:end])), column)
        return (at, number) if at < end else None

    def pointed(self, at: int | None, layer: int, pinned: bool) -> None:
        """The mouse is over a character of a layer, or over none, or (`pinned`) clicked it. A subclass may use this."""

    def on_mouse_move(self, event: events.MouseMove) -> None:
        at, layer = self._character_at(event.x, event.y) or (None, 0)
        self.pointed(at, layer, False)

    def on_click(self, event: events.Click) -> None:
        if found := self._character_at(event.x, event.y):
            self.pointed(*found, True)

    def on_leave(self) -> None:
        self.pointed(None, 0, False)
